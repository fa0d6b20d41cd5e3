using Ha.Kernel;

namespace Ha.Tests.KernelRoom;

/// <summary>What the actors of these tests are told.</summary>
public abstract record Toy
{
    private Toy()
    {
    }

    /// <summary>A word, to be noted.</summary>
    public sealed record Word(string Text) : Toy;

    /// <summary>Something to do with the actor's context.</summary>
    public sealed record Do(Action<ActorContext<Toy>> Action) : Toy;

    /// <summary>A question.</summary>
    public sealed record Ask(ActorRef<Toy> ReplyTo) : Toy;

    /// <summary>A bug.</summary>
    public sealed record Fail(string Text) : Toy;
}

/// <summary>Notes what happens to it.</summary>
internal sealed class ToyActor(List<string> notes, Action<ActorContext<Toy>>? onStart = null) : Actor<Toy>
{
    protected override void OnStart()
    {
        notes.Add("start");
        onStart?.Invoke(Context);
    }

    protected override void OnStop() => notes.Add("stop");

    protected override void Receive(Toy message)
    {
        switch (message)
        {
            case Toy.Word word:
                notes.Add(word.Text);
                break;
            case Toy.Do act:
                act.Action(Context);
                break;
            case Toy.Ask ask:
                ask.ReplyTo.Tell(new Toy.Word("answer"));
                break;
            case Toy.Fail fail:
                throw new InvalidOperationException(fail.Text);
        }
    }
}

/// <summary>A system on simulated time, with what it logged and how it ended.</summary>
internal sealed class ToyWorld : IProcessExit, ILog
{
    public ToyWorld(int seed = 1)
    {
        Scheduler = new SimulatedScheduler(seed);
        System = new ActorSystem("toys", Scheduler, this, this, seed);
        System.Events.Subscribe(new CallbackRef<DeadLetter>("test", letter => DeadLetters.Add(letter)));
    }

    public SimulatedScheduler Scheduler { get; }

    public ActorSystem System { get; }

    public List<string> Notes { get; } = [];

    public List<string> Exits { get; } = [];

    public List<string> Lines { get; } = [];

    public List<DeadLetter> DeadLetters { get; } = [];

    public void Exit(string reason) => Exits.Add(reason);

    public void Write(LogLevel level, string source, string text) => Lines.Add($"{level} {source} {text}");

    public ActorRef<Toy> Spawn(
        string name = "toy", MailboxSettings? mailbox = null, RestartBudget? budget = null,
        Action<ActorContext<Toy>>? onStart = null) =>
        System.Spawn(name, () => new ToyActor(Notes, onStart), mailbox, budget);
}
