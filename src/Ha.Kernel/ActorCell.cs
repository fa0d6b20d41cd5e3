namespace Ha.Kernel;

/// <summary>One actor's life: start, receive, fail, restart, stop.</summary>
internal sealed class ActorCell<TMessage> : ActorRef<TMessage>, IRunnable, IStoppable, ISupervisor
    where TMessage : class
{
    /// <summary>How many messages one turn takes before others get theirs.</summary>
    private const int MessagesPerTurn = 64;

    private readonly Lock _gate = new();
    private readonly Queue<TMessage> _system = new();
    private readonly Queue<TMessage> _user = new();
    private readonly ISupervisor? _parent;
    private readonly Func<Actor<TMessage>> _make;
    private readonly MailboxSettings _mailbox;
    private readonly RestartBudget _budget;
    private readonly List<IStoppable> _children = [];
    private readonly Queue<TimeSpan> _restarts = new();
    private Actor<TMessage>? _actor;
    private CancellationTokenSource _life = new();
    private Exception? _fault;
    private bool _scheduled;
    private bool _stopping;
    private bool _stopped;

    public ActorCell(
        ActorSystem system, ISupervisor? parent, string path, Func<Actor<TMessage>> make, MailboxSettings mailbox,
        RestartBudget budget)
    {
        System = system;
        _parent = parent;
        Path = path;
        _make = make;
        _mailbox = mailbox;
        _budget = budget;
        Random = new Random(StableHash(path) ^ system.Seed);
    }

    public ActorSystem System { get; }

    public override string Path { get; }

    public Random Random { get; }

    /// <summary>Makes the first turn run OnStart.</summary>
    public void Start() => Wake();

    public override void Tell(TMessage message) => Enqueue(_user, message);

    public override void TellSystem(TMessage message) => Enqueue(_system, message);

    public void RunTurn()
    {
        for (var taken = 0; taken < MessagesPerTurn; taken++)
        {
            if (!TakeOne(out var message, out var outside, out var stopping))
            {
                return;
            }

            if (stopping)
            {
                EndLife();
                return;
            }

            try
            {
                if (outside is not null)
                {
                    throw outside;
                }

                if (_actor is null)
                {
                    _actor = _make();
                    _actor.Begin(new ActorContext<TMessage>(this));
                }

                if (message is not null)
                {
                    _actor.Handle(message);
                }
            }
            catch (Exception fault)
            {
                if (!Recover(fault))
                {
                    return;
                }
            }
        }

        System.Scheduler.Post(this);
    }

    public ITimer TellAfter(TimeSpan delay, TMessage message)
    {
        var life = _life;
        return System.Scheduler.After(delay, () =>
        {
            if (!life.IsCancellationRequested)
            {
                Tell(message);
            }
        });
    }

    public void Run<T>(Func<CancellationToken, Task<T>> work, Func<T, TMessage> onDone, Func<Exception,
        TMessage> onFault)
    {
        var life = _life;
        System.Scheduler.Run(
            work,
            (result, fault) =>
            {
                if (!life.IsCancellationRequested)
                {
                    Tell(fault is null ? onDone(result!) : onFault(fault));
                }
            },
            life.Token);
    }

    public ActorCell<TChild> Spawn<TChild>(
        string name, Func<Actor<TChild>> make, MailboxSettings mailbox, RestartBudget budget)
        where TChild : class
    {
        var child = new ActorCell<TChild>(System, this, $"{Path}/{name}", make, mailbox, budget);
        _children.Add(child);
        child.Start();
        return child;
    }

    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
        }

        Wake();
    }

    public void ChildFailed(string path, Exception fault)
    {
        lock (_gate)
        {
            _fault = new InvalidOperationException($"a child failed: {fault.Message}", fault);
        }

        Wake();
    }

    public void ChildStopped(IStoppable child)
    {
        lock (_gate)
        {
            _children.Remove(child);
        }
    }

    private void Enqueue(Queue<TMessage> lane, TMessage message)
    {
        TMessage? dead = null;
        var reason = "stopped";
        lock (_gate)
        {
            if (_stopped)
            {
                dead = message;
            }
            else if (lane.Count >= _mailbox.Capacity)
            {
                reason = "mailbox full";
                switch (_mailbox.Policy)
                {
                    case MailboxPolicy.RejectNewest:
                        dead = message;
                        break;
                    case MailboxPolicy.DropOldest:
                        dead = lane.Dequeue();
                        lane.Enqueue(message);
                        break;
                    default:
                        dead = message;
                        _fault = new InvalidOperationException($"the mailbox of {Path} is full ({_mailbox.Capacity})");
                        break;
                }
            }
            else
            {
                lane.Enqueue(message);
            }
        }

        if (dead is not null)
        {
            System.Bury(Path, dead, reason);
        }

        Wake();
    }

    private void Wake()
    {
        lock (_gate)
        {
            if (_scheduled || _stopped)
            {
                return;
            }

            _scheduled = true;
        }

        System.Scheduler.Post(this);
    }

    private bool TakeOne(out TMessage? message, out Exception? outside, out bool stopping)
    {
        lock (_gate)
        {
            stopping = _stopping;
            outside = _fault;
            _fault = null;
            message = null;
            if (_stopped)
            {
                return false;
            }

            if (stopping || outside is not null)
            {
                return true;
            }

            if (_system.TryDequeue(out message) || _user.TryDequeue(out message))
            {
                return true;
            }

            if (_actor is null)
            {
                return true;
            }

            _scheduled = false;
            return false;
        }
    }

    // False when the actor is gone: its failure went up.
    private bool Recover(Exception fault)
    {
        System.Log.Write(LogLevel.Error, Path, $"failed: {fault.GetType().Name}: {fault.Message}\n{fault.StackTrace}");
        var now = System.Scheduler.Now;
        while (_restarts.TryPeek(out var at) && now - at > _budget.Window)
        {
            _restarts.Dequeue();
        }

        if (_restarts.Count < _budget.Restarts)
        {
            _restarts.Enqueue(now);
            EndActor();
            _life = new CancellationTokenSource();
            return true;
        }

        EndLife();
        if (_parent is null)
        {
            System.ProcessExit.Exit($"{Path} failed: {fault.Message}");
        }
        else
        {
            _parent.ChildFailed(Path, fault);
        }

        return false;
    }

    private void EndActor()
    {
        _life.Cancel();
        IStoppable[] children;
        lock (_gate)
        {
            children = [.. _children];
            _children.Clear();
        }

        foreach (var child in children.Reverse())
        {
            child.Stop();
        }

        System.Events.Forget(this);
        var actor = _actor;
        _actor = null;
        try
        {
            actor?.End();
        }
        catch (Exception fault)
        {
            System.Log.Write(LogLevel.Error, Path, $"failed while stopping: {fault.Message}");
        }
    }

    private void EndLife()
    {
        EndActor();
        List<TMessage> left;
        lock (_gate)
        {
            _stopped = true;
            left = [.. _system, .. _user];
            _system.Clear();
            _user.Clear();
        }

        foreach (var message in left)
        {
            System.Bury(Path, message, "stopped");
        }

        _parent?.ChildStopped(this);
    }

    // string.GetHashCode differs in every process; a seed must not.
    private static int StableHash(string text)
    {
        var hash = 2166136261u;
        foreach (var letter in text)
        {
            hash = (hash ^ letter) * 16777619u;
        }

        return unchecked((int)hash);
    }
}
