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

    private readonly Queue<StoreWrite> _writes = new();
    private readonly Queue<byte[]> _unsent = new();
    private readonly Dictionary<string, List<ActorRef<ChangeOutcome>>> _askers = new(StringComparer.Ordinal);
    private readonly List<ActorRef<ReplicaEvent>> _subscribers = [];
    private ReplicaState? _state;
    private bool _isWriting;
    private bool _isRetrying;
    private bool _wasBad;

    /// <summary>How many messages of strangers were dropped.</summary>
    public long DroppedMessages { get; private set; }

    /// <inheritdoc/>
    protected override void OnStart() => Context.Run(
        store.Open,
        opening => new Internal.Opened(opening),
        fault => new Internal.Opened(new LogOpening.Damaged(fault.Message)));

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
                Step(new ReplicaInput.Engine(fromLink.Event));
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
                break;
            case Internal.Tick:
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
        var (log, damage) = opening switch
        {
            LogOpening.Opened opened => Load(opened),
            LogOpening.Damaged damaged => (new ReplicaLog(), damaged.Reason),
            _ => (new ReplicaLog(), "unknown"),
        };
        if (damage.Length > 0)
        {
            Context.Log.Warning($"the log is damaged: {damage}; this node gives no votes until it has a peer's log");
        }

        _state = ReplicaMachine.Start(log, damage, Context.Now);
        var self = Context.Self;
        link.Start(happened => self.Tell(new Internal.FromLink(happened)));
        Context.TellSelfAfter(ReplicaMachine.TickInterval, new Internal.Tick());
        Publish([]);
    }

    // Entries beyond what is known to be committed are kept, and applied when an epoch says so.
    internal static (ReplicaLog Log, string Damage) Load(LogOpening.Opened opened)
    {
        var cib = Cib.Empty;
        if (opened.Snapshot is { } snapshot)
        {
            if (!CibCodec.TryDecode(snapshot.State.Span, out Cib? read, out var error))
            {
                return (new ReplicaLog(), $"the snapshot at {snapshot.Index} cannot be read: {error}");
            }

            cib = read!;
        }

        var index = opened.Snapshot?.Index ?? 0;
        var log = new ReplicaLog
        {
            Meta = opened.Meta,
            SnapshotIndex = index,
            SnapshotHash = opened.Snapshot?.Hash ?? LogHash.Zero,
            SnapshotCib = cib,
            CommitIndex = index,
            Cib = cib,
        };
        foreach (var entry in opened.Entries)
        {
            log = log with
            {
                Entries = log.Entries.Add(entry),
                Requests = log.Requests.SetItem(entry.RequestId, entry.Index),
                DurableIndex = entry.Index,
            };
        }

        log = log with { DurableIndex = log.LastIndex, IssuedIndex = log.LastIndex };
        foreach (var entry in opened.Entries.Where(entry => entry.Index <= opened.Meta.Commit))
        {
            if (!CibCodec.TryDecode(entry.Change.Span, out CibChange? change, out var error))
            {
                return (new ReplicaLog(), $"entry {entry.Index} cannot be read: {error}");
            }

            var applied = CibChanges.Apply(log.Cib, change!);
            log = log with
            {
                Cib = applied.Cib,
                CommitIndex = entry.Index,
                Refusals = applied.IsRefused ? log.Refusals.SetItem(entry.Index, applied.Refusal) : log.Refusals,
            };
        }

        return (log, "");
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
        if (ClusterMessageCodec.TryDecode(delivered.Message.Span, out var message, out var error))
        {
            Step(new ReplicaInput.Received(delivered.Sender, message!));
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
                _unsent.Enqueue(ClusterMessageCodec.Encode(send.Message));
                SendUnsent();
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
                _subscribers.ForEach(target => target.Tell(new ReplicaEvent.NeedsFencing(ViewOf(_state!), needs.Nodes)));
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
            .Order(StringComparer.Ordinal).ToValueList());

    private void SendUnsent()
    {
        while (!_isRetrying && _unsent.TryPeek(out var bytes))
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
            StoreWrite.AppendEntries append => store.Append(append.Entries, append.Meta, cancel),
            StoreWrite.AdoptBase adopt =>
                store.Adopt(adopt.KeepThrough, adopt.Snapshot, adopt.Entries, adopt.Meta, cancel),
            StoreWrite.CompactTo compact => store.Compact(compact.Snapshot, cancel),
            _ => throw new InvalidOperationException($"no way to write {write.GetType().Name}"),
        });
        return write;
    }

    private abstract record Internal : ReplicaMessage
    {
        public sealed record Opened(LogOpening Opening) : Internal;

        public sealed record FromLink(LinkEvent Event) : Internal;

        public sealed record Written(StoreWrite Write) : Internal;

        public sealed record WriteFailed(string Reason) : Internal;

        public sealed record Tick : Internal;

        public sealed record Retry : Internal;
    }
}
