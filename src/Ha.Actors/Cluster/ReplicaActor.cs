using Ha.Actors.Link;
using Ha.InformationBase;
using Ha.Kernel;

namespace Ha.Actors.Cluster;

/// <summary>Carries out what <see cref="ReplicaMachine"/> decides: link, disk, timers, answers. Nothing past this actor
/// sees bytes.</summary>
public sealed class ReplicaActor(ReplicaConfig config, IClusterLink link, ILogStore store) : Actor<ReplicaMessage>
{
    /// <summary>How long to wait before a message that the engine did not take is offered again.</summary>
    private static readonly TimeSpan s_retryInterval = TimeSpan.FromMilliseconds(2);

    /// <summary>How many of its own messages a node has under way at most: few enough that a transfer does not hold up
    /// the
    /// messages of others.</summary>
    private const int SendWindow = 32;

    private static readonly TimeSpan s_reopenInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_echoInterval = TimeSpan.FromSeconds(1);

    /// <summary>Longer than an engine with the usual token needs to notice a lost member and to agree on the
    /// rest.</summary>
    private static readonly TimeSpan s_silenceTimeout = TimeSpan.FromSeconds(10);

    private readonly PartCollector _parts = new();
    private readonly Queue<StoreWrite> _writes = new();
    private readonly Queue<byte[]> _unsent = new();
    private readonly Dictionary<string, List<ActorRef<ChangeOutcome>>> _askers = new(StringComparer.Ordinal);
    private readonly List<ActorRef<ReplicaEvent>> _subscribers = [];
    private ReplicaState? _state;
    private bool _isWriting;
    private bool _isRetrying;
    private bool _wasBad;
    private uint _messageNumber;
    private int _underWay;
    private long _echo;
    private TimeSpan _echoedAt;
    private TimeSpan _heardAt;

    /// <summary>How many messages of strangers were dropped.</summary>
    public long DroppedMessages { get; private set; }

    /// <inheritdoc/>
    protected override void OnStart() => Context.Run(
        store.Open,
        opening => new Internal.Opened(opening),
        fault => new Internal.Opened(new LogOpening.Unusable(fault.Message)));

    /// <inheritdoc/>
    protected override void OnStop() => link.Stop();

    /// <inheritdoc/>
    protected override void Receive(ReplicaMessage message)
    {
        switch (message)
        {
            case Internal.Opened opened:
                Begin(opened.Opening);
                break;
            case Internal.Reopen:
                Reopen();
                break;
            case Internal.Reopened reopened:
                TakeUp(reopened.Opening);
                break;
            case ReplicaMessage.Subscribe subscribe:
                _subscribers.Add(subscribe.Target);
                if (_state is not null)
                {
                    subscribe.Target.Tell(new ReplicaEvent.Moved(ViewOf(_state), []));
                }

                break;
            case ReplicaMessage.Propose propose:
                Propose(propose);
                break;
            case ReplicaMessage.FenceBasisConfirmed confirmed:
                Step(new ReplicaInput.FenceBasisConfirmed(confirmed.Node));
                break;
            case Internal.FromLink { Event: LinkEvent.Delivered delivered }:
                Deliver(delivered);
                break;
            case Internal.FromLink fromLink:
                OnEngine(fromLink.Event);
                break;
            case Internal.Written written:
                _isWriting = false;
                Step(new ReplicaInput.Stored(written.Write));
                WriteNext();
                break;
            case Internal.WriteFailed failed:
                _isWriting = false;
                _writes.Clear();
                Step(new ReplicaInput.StoreFailed(failed.Reason));
                Context.TellSelfAfter(s_reopenInterval, new Internal.Reopen());
                break;
            case Internal.Tick:
                Echo();
                Step(new ReplicaInput.TimePassed());
                Context.TellSelfAfter(ReplicaMachine.TickInterval, new Internal.Tick());
                break;
            case Internal.Retry:
                _isRetrying = false;
                SendUnsent();
                break;
            default:
                throw new InvalidOperationException($"no way to handle {message.GetType().Name}");
        }
    }

    private void Begin(LogOpening opening)
    {
        var (log, damage) = Load(opening);
        if (damage.Length > 0)
        {
            Context.Log.Warning($"the log is damaged: {damage}; this node gives no votes until it has a peer's log");
        }

        _state = ReplicaMachine.Start(log, damage, Context.Now);
        if (opening is LogOpening.Unusable unusable)
        {
            Step(new ReplicaInput.StoreFailed(unusable.Reason));
            Context.TellSelfAfter(s_reopenInterval, new Internal.Reopen());
        }

        var self = Context.Self;
        link.Start(happened => self.Tell(new Internal.FromLink(happened)));
        Context.TellSelfAfter(ReplicaMachine.TickInterval, new Internal.Tick());
        Publish([]);
    }

    private void Reopen() => Context.Run(
        store.Open,
        opening => new Internal.Reopened(opening),
        fault => new Internal.Reopened(new LogOpening.Unusable(fault.Message)));

    private void TakeUp(LogOpening opening)
    {
        if (opening is LogOpening.Unusable)
        {
            Context.TellSelfAfter(s_reopenInterval, new Internal.Reopen());
            return;
        }

        var (log, damage) = Load(opening);
        Step(new ReplicaInput.Reopened(log, damage));
    }

    /// <summary>The log as it was on disk. Entries beyond what is known to be committed are kept, and applied when an
    /// epoch
    /// says so.</summary>
    public static (ReplicaLog Log, string Damage) Load(LogOpening opening)
    {
        if (opening is not LogOpening.Opened opened)
        {
            return (new ReplicaLog(), opening switch
            {
                LogOpening.Damaged damaged => damaged.Reason,
                LogOpening.Unusable unusable => unusable.Reason,
                _ => "unknown",
            });
        }

        var log = new ReplicaLog();
        if (opened.Snapshot is { } snapshot)
        {
            if (!SnapshotCodec.TryDecode(snapshot, out var read, out var error))
            {
                return (new ReplicaLog(), $"the snapshot at {snapshot.Index} cannot be read: {error}");
            }

            log = read!;
        }

        log = log with
        {
            Meta = opened.Meta,
            Entries = log.Entries.AddRange(opened.Entries),
            Requests = log.Requests.SetItems(
                opened.Entries.Select(entry => KeyValuePair.Create(entry.RequestId, entry.Index))),
        };
        log = log with { DurableIndex = log.LastIndex, IssuedIndex = log.LastIndex };
        var committed = log.CommitTo(opened.Meta.Commit, out var damage);
        return damage.Length == 0 ? (committed, "") : (new ReplicaLog(), damage);
    }

    private void OnEngine(LinkEvent happened)
    {
        if (happened is LinkEvent.MembersChanged changed)
        {
            _parts.Keep(changed.Members);
        }

        // What was under way when the membership broke may never come back: it is not waited for.
        if (happened is LinkEvent.MembersChanged or LinkEvent.RingChanged or LinkEvent.Lost or LinkEvent.Connected)
        {
            _underWay = 0;
            _heardAt = Context.Now;
            _echoedAt = Context.Now;
        }

        Step(new ReplicaInput.Engine(happened));
        SendUnsent();
    }

    // A frozen engine says nothing at all; only that our own messages do not come back shows it.
    private void Echo()
    {
        if (_state is not { Local: not null, Members.IsEmpty: false } state)
        {
            return;
        }

        if (!state.IsSilent && Context.Now - _heardAt >= s_silenceTimeout)
        {
            Context.Log.Warning($"corosync has not delivered this node's own messages for {s_silenceTimeout.TotalSeconds:0} s");
            Step(new ReplicaInput.Silence(IsSilent: true));
        }

        if (Context.Now - _echoedAt >= s_echoInterval)
        {
            _echoedAt = Context.Now;
            _underWay = state.IsSilent ? 0 : _underWay;
            if (_unsent.Count == 0)
            {
                Enqueue(new ClusterMessage.Echo(++_echo));
            }
        }
    }

    private void Heard(LinkMember sender)
    {
        if (_state?.Local != sender)
        {
            return;
        }

        _heardAt = Context.Now;
        _underWay = Math.Max(0, _underWay - 1);
        if (_state.IsSilent)
        {
            Step(new ReplicaInput.Silence(IsSilent: false));
        }
    }

    private void Propose(ReplicaMessage.Propose propose)
    {
        if (_state is null)
        {
            propose.ReplyTo.Tell(new ChangeOutcome.Fail("the node is still reading its log"));
            return;
        }

        var change = CibCodec.Encode(propose.Change);
        if (change.Length > CibCodec.MaxChangeBytes)
        {
            propose.ReplyTo.Tell(new ChangeOutcome.Fail(
                $"the change has {change.Length} bytes; at most {CibCodec.MaxChangeBytes} are taken"));
            return;
        }

        if (!_askers.TryGetValue(propose.RequestId, out var askers))
        {
            _askers.Add(propose.RequestId, askers = []);
        }

        askers.Add(propose.ReplyTo);
        Step(new ReplicaInput.Propose(propose.RequestId, propose.Principal, change, Context.Now + propose.Deadline));
    }

    private void Deliver(LinkEvent.Delivered delivered)
    {
        Heard(delivered.Sender);
        var error = _parts.Add(delivered.Sender, delivered.Message, out var whole);
        ClusterMessage? message = null;
        if (error.Length == 0 && (whole is null || ClusterMessageCodec.TryDecode(whole.Value.Span, out message,
            out error)))
        {
            if (message is not null)
            {
                Step(new ReplicaInput.Received(delivered.Sender, message));
            }

            SendUnsent();
            return;
        }

        DroppedMessages++;
        if (!_wasBad)
        {
            _wasBad = true;
            Context.Log.Warning($"a message of node {delivered.Sender.NodeId} was dropped ({error}); further ones are counted only");
        }
    }

    private void Step(ReplicaInput input)
    {
        if (_state is null)
        {
            return;
        }

        (_state, var effects) = ReplicaMachine.Step(config, _state, input, Context.Now);
        foreach (var effect in effects)
        {
            Carry(effect);
        }
    }

    private void Carry(ReplicaEffect effect)
    {
        switch (effect)
        {
            case ReplicaEffect.Send send:
                Enqueue(send.Message);
                break;
            case ReplicaEffect.Write write:
                _writes.Enqueue(write.Target);
                WriteNext();
                break;
            case ReplicaEffect.Answer answer:
                if (_askers.Remove(answer.RequestId, out var askers))
                {
                    askers.ForEach(asker => asker.Tell(answer.Outcome));
                }

                break;
            case ReplicaEffect.Moved moved:
                Publish(moved.Changes);
                break;
            case ReplicaEffect.NeedsFencing needs:
                _subscribers.ForEach(target => target.Tell(new ReplicaEvent.NeedsFencing(ViewOf(_state!),
                    needs.Nodes)));
                break;
            case ReplicaEffect.Note note:
                Write(note);
                break;
            default:
                throw new InvalidOperationException($"no way to carry out {effect.GetType().Name}");
        }
    }

    private void Write(ReplicaEffect.Note note)
    {
        switch (note.Level)
        {
            case LogLevel.Error:
                Context.Log.Error(note.Text);
                break;
            case LogLevel.Warning:
                Context.Log.Warning(note.Text);
                break;
            case LogLevel.Info:
                Context.Log.Info(note.Text);
                break;
            default:
                Context.Log.Debug(note.Text);
                break;
        }
    }

    private void Publish(ValueList<CommittedChange> changes)
    {
        var moved = new ReplicaEvent.Moved(ViewOf(_state!), changes);
        _subscribers.ForEach(target => target.Tell(moved));
    }

    private ReplicaView ViewOf(ReplicaState state) => new(
        config.Self, state.Log.Cib, state.Epoch, state.Log.CommitIndex,
        state.Members.Select(member => state.NameOf(member.NodeId)).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).ToValueList())
    {
        Clock = state.Clock,
    };

    private void Enqueue(ClusterMessage message)
    {
        foreach (var part in MessageParts.Split(ClusterMessageCodec.Encode(message), ++_messageNumber))
        {
            _unsent.Enqueue(part);
        }

        SendUnsent();
    }

    private void SendUnsent()
    {
        while (!_isRetrying && _underWay < SendWindow && _unsent.TryPeek(out var bytes))
        {
            switch (link.Multicast(bytes))
            {
                case SendOutcome.TryAgain:
                    _isRetrying = true;
                    Context.TellSelfAfter(s_retryInterval, new Internal.Retry());
                    return;
                case SendOutcome.Lost:
                    _unsent.Clear();
                    return;
                default:
                    _underWay++;
                    _unsent.Dequeue();
                    break;
            }
        }
    }

    private void WriteNext()
    {
        if (_isWriting || !_writes.TryDequeue(out var write))
        {
            return;
        }

        _isWriting = true;
        Context.Run(
            cancel => Perform(write, cancel),
            done => new Internal.Written(done),
            fault => new Internal.WriteFailed(fault.Message));
    }

    private async Task<StoreWrite> Perform(StoreWrite write, CancellationToken cancel)
    {
        await (write switch
        {
            StoreWrite.SavePromise save => store.SaveMeta(save.Meta, cancel),
            StoreWrite.SaveMeta save => store.SaveMeta(save.Meta, cancel),
            StoreWrite.AppendEntries append => store.Append(
                PlantedBugs.Has(PlantedBug.EntryNotWritten) && append.Entries.Count > 1
                    ? append.Entries.Skip(1).ToValueList() : append.Entries, append.Meta, cancel),
            StoreWrite.AdoptBase adopt =>
                store.Adopt(
                    PlantedBugs.Has(PlantedBug.TailStaysOnDisk) ? long.MaxValue : adopt.KeepThrough,
                    adopt.Snapshot, adopt.Entries, adopt.Meta, cancel),
            StoreWrite.CompactTo compact => store.Compact(compact.Snapshot, cancel),
            _ => throw new InvalidOperationException($"no way to write {write.GetType().Name}"),
        });
        return write;
    }

    private abstract record Internal : ReplicaMessage
    {
        public sealed record Opened(LogOpening Opening) : Internal;

        public sealed record Reopen : Internal;

        public sealed record Reopened(LogOpening Opening) : Internal;

        public sealed record FromLink(LinkEvent Event) : Internal;

        public sealed record Written(StoreWrite Write) : Internal;

        public sealed record WriteFailed(string Reason) : Internal;

        public sealed record Tick : Internal;

        public sealed record Retry : Internal;
    }
}
