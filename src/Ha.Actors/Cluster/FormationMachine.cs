using System.Collections.Immutable;
using Ha.InformationBase;
using Ha.Kernel;

namespace Ha.Actors.Cluster;

/// <summary>Forming an epoch: everyone says what it has, one proposes, all promise, the promises are closed, and the
/// best of
/// the promised logs is the base. No timer runs on the way when all answer.</summary>
internal static class FormationMachine
{
    /// <summary>A new view: say what this node has, and wait for the others.</summary>
    /// <remarks>What was said before an epoch was formed in this view says nothing about now: each word counts for one
    /// forming.</remarks>
    public static ReplicaState Gather(Turn turn, ReplicaState state, LinkView view)
    {
        turn.Send(StatusOf(turn, state, view, isQuestion: true));
        var known = state.Phase is ReplicaPhase.Gathering before && before.View.Key == view.Key
            ? before.Statuses.SetItems(state.Heard)
            : state.Heard;
        known = state.Local is { } local ? known.Remove(local.NodeId) : known;
        return state with
        {
            Heard = PlantedBugs.Has(PlantedBug.OldWordCounts)
                ? state.Heard
                : ImmutableSortedDictionary<uint, ClusterMessage.Status>.Empty,
            Phase = new ReplicaPhase.Gathering(
                view, known.RemoveRange(known.Where(heard => heard.Value.View != view.Key
                    || IsStranger(state, heard.Value)).Select(heard => heard.Key)),
                turn.Now, [], null, turn.Now),
        };
    }

    public static ReplicaState OnStatus(Turn turn, ReplicaState before, uint sender, ClusterMessage.Status message)
    {
        // Who has just started takes the cluster's clock from those that have it.
        if (before.Clock is null && message.Seconds > 0)
        {
            before = before with { Clock = TimeSpan.FromSeconds(message.Seconds) - turn.Now };
        }

        var state = before with { Heard = before.Heard.SetItem(sender, message) };
        if (state.Phase.CurrentView is not { IsQuorate: true } view)
        {
            return state;
        }

        if (message.View != view.Key)
        {
            // Somebody is ahead of this node's engine, or behind: it counts when the views agree.
            return state;
        }

        if (IsStranger(state, message))
        {
            turn.Note(
                LogLevel.Warning,
                $"{state.NameOf(sender)} belongs to another cluster ({message.ClusterId}); this one is {state.Log.Meta.ClusterId}. "
                + "If it was moved here on purpose, empty its /var/lib/ha");
            return state;
        }

        if (state.Phase is not ReplicaPhase.Gathering gathering)
        {
            // A member that is not with us (it was late, or started again): form anew, with it.
            return IsPart(state.Phase, sender) ? state : Restart(turn, state, view, sender, message);
        }

        if (message.IsQuestion && sender != state.Local?.NodeId && gathering.Statuses.ContainsKey(sender))
        {
            turn.Send(StatusOf(turn, state, view, isQuestion: false));
        }

        var next = (PlantedBugs.Has(PlantedBug.OldWordCounts) ? state : before) with
        {
            Phase = gathering with { Statuses = gathering.Statuses.SetItem(sender, message) },
        };
        return Decide(turn, next);
    }

    public static ReplicaState OnFenceBasis(Turn turn, ReplicaState state, string node)
    {
        if (state.Log.Meta.FenceBasis.Contains(node))
        {
            return state;
        }

        var meta = state.Log.Meta with { FenceBasis = state.Log.Meta.FenceBasis.Add(node) };
        turn.Write(new StoreWrite.SaveMeta(meta));
        var next = state with { Log = state.Log with { Meta = meta } };
        return next.Phase is ReplicaPhase.Gathering gathering ? Gather(turn, next, gathering.View) : next;
    }

    public static ReplicaState OnProposal(Turn turn, ReplicaState state, uint sender, ClusterMessage.Propose message)
    {
        if (state.Phase.CurrentView is not { IsQuorate: true } view || message.View != view.Key
            || state.Local is not { } local || !message.Participants.Contains(local.NodeId)
                || state.Disk == DiskState.Failed)
        {
            return state;
        }

        var meta = state.Log.Meta;
        if (meta.LogEpoch > 0 && message.ClusterId != meta.ClusterId)
        {
            return state;
        }

        // A proposal may rest on words that were said before an epoch in which the fenced node was back.
        if (!message.FenceBasis.IsEmpty && message.BasisEpoch < meta.LogEpoch)
        {
            return state;
        }

        if (state.Phase is ReplicaPhase.Promising same && same.Epoch == message.Epoch && same.Proposer == sender)
        {
            return state;
        }

        if (message.Epoch <= meta.Promised && !PlantedBugs.Has(PlantedBug.LowerEpochPromised))
        {
            turn.Send(new ClusterMessage.Refuse(view.Key, message.Epoch, meta.Promised));
            return state;
        }

        var flushed = CommitMachine.Flush(turn, state);
        var promised = flushed.Log.Meta with { Promised = message.Epoch, ClusterId = message.ClusterId };
        if (PlantedBugs.Has(PlantedBug.PromiseNotPersisted))
        {
            turn.Send(new ClusterMessage.Promise(
                view.Key, message.Epoch, sender, turn.Config.Incarnation, flushed.Log.Position));
        }
        else
        {
            turn.Write(new StoreWrite.SavePromise(promised, view.Key));
        }

        return flushed with
        {
            Log = flushed.Log with { Meta = promised },
            Phase = new ReplicaPhase.Promising(
                view, message.Epoch, sender, message.Participants, message.Learners, message.FenceBasis,
                ImmutableSortedDictionary<uint, ClusterMessage.Promise>.Empty, turn.Now)
            {
                BasisEpoch = message.BasisEpoch,
            },
        };
    }

    public static ReplicaState OnPromiseSaved(Turn turn, ReplicaState state, StoreWrite.SavePromise saved)
    {
        if (state.Phase is ReplicaPhase.Promising promising && promising.View.Key == saved.View
            && promising.Epoch == saved.Meta.Promised)
        {
            turn.Send(new ClusterMessage.Promise(
                saved.View, promising.Epoch, promising.Proposer, turn.Config.Incarnation, state.Log.Position));
        }

        return state;
    }

    public static ReplicaState OnPromise(Turn turn, ReplicaState state, uint sender, ClusterMessage.Promise message)
    {
        if (state.Phase is not ReplicaPhase.Promising promising || !Matches(promising, message.View, message.Epoch)
            || message.Proposer != promising.Proposer)
        {
            return state;
        }

        var next = promising with { Promises = promising.Promises.SetItem(sender, message) };
        if (IsProposer(state, next) && next.Participants.All(next.Promises.ContainsKey))
        {
            turn.Send(CloseOf(next));
        }

        return state with { Phase = next };
    }

    public static ReplicaState OnRefusal(Turn turn, ReplicaState state, ClusterMessage.Refuse message)
    {
        if (state.Phase is ReplicaPhase.Promising promising && Matches(promising, message.View, message.Epoch)
            && IsProposer(state, promising) && message.Promised >= Math.Max(promising.Epoch, promising.Higher))
        {
            // Several refuse at once: one higher proposal answers them all.
            turn.Send(new ClusterMessage.Propose(
                promising.View.Key, message.Promised + 1, state.Log.Meta.ClusterId, promising.Participants,
                promising.Learners, promising.FenceBasis, promising.BasisEpoch));
            return state with { Phase = promising with { Higher = message.Promised + 1 } };
        }

        return state;
    }

    public static ReplicaState OnClose(Turn turn, ReplicaState state, uint sender, ClusterMessage.Close message)
    {
        if (state.Phase is not ReplicaPhase.Promising heard || !Matches(heard, message.View, message.Epoch)
            || sender != heard.Proposer)
        {
            return state;
        }

        if (!message.Promises.Any(promise => promise.Node == state.Local!.Value.NodeId
            && promise.Incarnation == turn.Config.Incarnation && promise.Log.Hash == state.Log.LastHash.Hex))
        {
            turn.Note(LogLevel.Info, $"epoch {message.Epoch} was closed without this node; it wants to be in the next one");
            return Gather(turn, state, heard.View);
        }

        var promising = heard with
        {
            Promises = PlantedBugs.Has(PlantedBug.PromisesByEar) ? heard.Promises
                : message.Promises.ToImmutableSortedDictionary(
                promise => promise.Node,
                promise => new ClusterMessage.Promise(
                    message.View, message.Epoch, sender, promise.Incarnation, promise.Log)),
        };
        if (!VoteChecks.MayForm(state, Counting(promising), promising.FenceBasis))
        {
            turn.Note(LogLevel.Warning, $"epoch {promising.Epoch} was closed without enough promises; trying again");
            return Gather(turn, state, promising.View);
        }

        return AdoptionMachine.Begin(turn, state, promising);
    }

    public static ReplicaState OnTime(Turn turn, ReplicaState state)
    {
        switch (state.Phase)
        {
            case ReplicaPhase.Gathering gathering:
                var resent = turn.Now - gathering.SentAt >= turn.Config.StatusTimeout * 4
                    ? Resend(turn, state, gathering)
                    : state;
                return Decide(turn, resent);
            case ReplicaPhase.Promising promising when turn.Now - promising.Since >= turn.Config.StatusTimeout:
                if (IsProposer(state, promising)
                    && VoteChecks.MayForm(state, Counting(promising), promising.FenceBasis)
                    && turn.Now - promising.Since < turn.Config.StatusTimeout * 2)
                {
                    turn.Send(CloseOf(promising));
                    return state;
                }

                return turn.Now - promising.Since >= turn.Config.StatusTimeout * 3
                    ? Gather(turn, state, promising.View)
                    : state;
            case ReplicaPhase.Adopting adopting:
                return AdoptionMachine.OnTime(turn, state, adopting);
            default:
                return state;
        }
    }

    // Everyone who can be waited for has spoken, or the wait is over: propose, if it is this node's turn.
    private static ReplicaState Decide(Turn turn, ReplicaState state)
    {
        if (state.Phase is not ReplicaPhase.Gathering gathering || state.Disk == DiskState.Failed
            || state.Local is not { } local
            || (!gathering.Statuses.ContainsKey(local.NodeId) && !PlantedBugs.Has(PlantedBug.SelfIsMissing)))
        {
            return state; // Who does not hear itself is not to judge who is missing.
        }

        var waited = turn.Now - gathering.Since;
        var (answered, learners) = VoteChecks.WhoCounts(state, gathering.Statuses);
        var voters = answered.Where(node => !learners.Contains(node)).ToList();
        var isComplete = gathering.View.Members.All(member => gathering.Statuses.ContainsKey(member.NodeId));
        if ((!isComplete && waited < turn.Config.StatusTimeout) || voters.Count == 0)
        {
            return state;
        }

        // A node that missed an epoch may remember a fencing after which the fenced node came back: only those count
        // that
        // have the latest base.
        var latest = gathering.Statuses.Values.Select(status => status.Log.Epoch).Append(state.Log.Meta.LogEpoch).Max();
        var basis = gathering.Statuses.Values.Where(status => status.Log.Epoch == latest)
            .SelectMany(status => status.FenceBasis)
            .Concat(gathering.Statuses.Values.Any(status => status.WasActive) && state.Log.Meta.LogEpoch == latest
                ? VoteChecks.CleanlyLeft(state)
                : [])
            .Where(name => !gathering.Statuses.Keys.Any(node => state.NameOf(node) == name))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToValueList();
        if (!VoteChecks.MayForm(state, voters, basis))
        {
            return AskForFencing(turn, state, gathering, answered, basis);
        }

        var isCold = !gathering.Statuses.Values.Any(status => status.WasActive);
        var isWhole = VoteChecks.Missing(state, answered, basis).IsEmpty;
        if (isCold && !isWhole && waited < turn.Config.ColdTimeout)
        {
            return state;
        }

        var rank = voters.Count(node => node < state.Local!.Value.NodeId);
        var turnAt = (isCold && !isWhole ? turn.Config.ColdTimeout : isComplete ? TimeSpan.Zero
            : turn.Config.StatusTimeout)
            + (turn.Config.StatusTimeout * rank);
        var isOut = gathering.ProposedAt is { } at && turn.Now - at < turn.Config.StatusTimeout;
        return isOut || !voters.Contains(state.Local!.Value.NodeId) || waited < turnAt
            ? state
            : Propose(turn, state, gathering, answered, learners, basis);
    }

    private static ReplicaState Propose(
        Turn turn, ReplicaState state, ReplicaPhase.Gathering gathering, List<uint> answered, ValueList<uint> learners,
        ValueList<string> basis)
    {
        var clusterId = gathering.Statuses.Values.Select(status => (status.Log.Epoch, Id: status.ClusterId))
            .Append((Epoch: state.Log.Meta.LogEpoch, Id: state.Log.Meta.ClusterId))
            .Where(known => known.Id.Length > 0)
            .OrderByDescending(known => known.Epoch)
            .ThenBy(known => known.Id, StringComparer.Ordinal)
            .Select(known => known.Id)
            .FirstOrDefault() ?? turn.Config.NewClusterId;
        var epoch = 1 + gathering.Statuses.Values.Select(status => status.Promised)
            .Append(state.Log.Meta.Promised).Max();
        var basisEpoch = gathering.Statuses.Values.Select(status => status.Log.Epoch)
            .Append(state.Log.Meta.LogEpoch).Max();
        turn.Send(new ClusterMessage.Propose(
            gathering.View.Key, epoch, clusterId, answered.ToValueList(), learners, basis, basisEpoch));
        return state with { Phase = gathering with { ProposedAt = turn.Now } };
    }

    private static ReplicaState AskForFencing(
        Turn turn, ReplicaState state, ReplicaPhase.Gathering gathering, List<uint> answered, ValueList<string> basis)
    {
        // Who is in the view and does not answer, or cannot write, is not lost: it gets the time of a restart.
        var isPatient = turn.Now - state.InactiveSince < turn.Config.SilentMemberTimeout;
        var missing = VoteChecks.Missing(state, answered, basis)
            .Where(name => (name != turn.Config.Self || PlantedBugs.Has(PlantedBug.SelfIsMissing)) && !(isPatient
                && gathering.View.Members.Any(member => state.NameOf(member.NodeId) == name)))
            .ToValueList();
        if (!state.WasActive || missing.IsEmpty || missing == gathering.AskedForFencing
            || !VoteChecks.IsHalf(state, VoteChecks.Votes(state, answered)))
        {
            return state;
        }

        turn.NeedsFencing(missing);
        return state with { Phase = gathering with { AskedForFencing = missing } };
    }

    private static ReplicaState Resend(Turn turn, ReplicaState state, ReplicaPhase.Gathering gathering)
    {
        turn.Send(StatusOf(turn, state, gathering.View, isQuestion: true));
        return state with { Phase = gathering with { SentAt = turn.Now } };
    }

    private static ReplicaState Restart(
        Turn turn, ReplicaState state, LinkView view, uint sender, ClusterMessage.Status message)
    {
        var next = Gather(turn, state, view);
        var gathering = (ReplicaPhase.Gathering)next.Phase;
        return next with { Phase = gathering with { Statuses = gathering.Statuses.SetItem(sender, message) } };
    }

    private static ClusterMessage.Close CloseOf(ReplicaPhase.Promising promising) => new(
        promising.View.Key, promising.Epoch, promising.Promises
            .Select(promise => new ClosedPromise(promise.Key, promise.Value.Incarnation, promise.Value.Log))
            .ToValueList());

    public static ClusterMessage.Status StatusOf(Turn turn, ReplicaState state, LinkView view, bool isQuestion) => new(
        view.Key, turn.Config.Incarnation, state.Log.Meta.ClusterId, state.Log.Meta.Promised, state.Log.Position,
        state.WasActive, state.Disk, state.Log.Meta.FenceBasis, isQuestion,
        state.Clock is { } clock ? (long)(clock + turn.Now).TotalSeconds : 0);

    // A node that promised its first epoch, and never came to be in it, belongs to no cluster yet.
    private static bool IsStranger(ReplicaState state, ClusterMessage.Status message) =>
        state.Log.Meta.LogEpoch > 0 && message.Log.Epoch > 0
        && message.ClusterId != state.Log.Meta.ClusterId;

    private static bool IsPart(ReplicaPhase phase, uint sender) => phase switch
    {
        ReplicaPhase.Promising promising => promising.Participants.Contains(sender),
        ReplicaPhase.Adopting adopting => adopting.Promises.ContainsKey(sender),
        _ => false,
    };

    // A learner may have forgotten what it promised: its promise alone proves nothing about epochs before.
    private static List<uint> Counting(ReplicaPhase.Promising promising) =>
        [.. promising.Promises.Keys.Where(node => !promising.Learners.Contains(node))];

    private static bool IsProposer(ReplicaState state, ReplicaPhase.Promising promising) =>
        state.Local?.NodeId == promising.Proposer;

    private static bool Matches(ReplicaPhase.Promising promising, string view, long epoch) =>
        promising.View.Key == view && promising.Epoch == epoch;
}
