using System.Collections.Immutable;
using Ha.InformationBase;

namespace Ha.Actors.Cluster;

/// <summary>Counting votes. The engine's quorum flag says whether it is worth trying; what is committed rests on this.
/// </summary>
internal static class VoteChecks
{
    /// <summary>Votes of every voter by name: of the committed configuration, or of the engine's node list while there
    /// is
    /// none.</summary>
    public static ValueMap<int> Voters(ReplicaState state) =>
        state.Log.Cib.Configuration.Nodes.Any(node => node.Kind == NodeKind.Member)
            ? state.Log.Cib.Configuration.Nodes
                .Where(node => node.Kind == NodeKind.Member)
                .ToValueMap(node => node.Name, node => node.Votes)
            : state.Nodes.ToValueMap(node => state.NameOf(node.NodeId), node => node.Votes);

    /// <summary>More than half of all votes.</summary>
    public static int Quorum(ReplicaState state) => (Total(state) / 2) + 1;

    /// <summary>Votes of these nodes.</summary>
    public static int Votes(ReplicaState state, IEnumerable<uint> nodes)
    {
        var votes = 0;
        foreach (var node in nodes)
        {
            votes += VotesOf(state, state.NameOf(node));
        }

        return votes;
    }

    // These two are asked at each word of each disk, so they build nothing.
    private static int VotesOf(ReplicaState state, string name)
    {
        var isConfigured = false;
        foreach (var node in state.Log.Cib.Configuration.Nodes)
        {
            isConfigured |= node.Kind == NodeKind.Member;
            if (node.Kind == NodeKind.Member && node.Name == name)
            {
                return node.Votes;
            }
        }

        return isConfigured ? 0 : Voters(state).GetValueOrDefault(name);
    }

    private static int Total(ReplicaState state)
    {
        var (total, isConfigured) = (0, false);
        foreach (var node in state.Log.Cib.Configuration.Nodes)
        {
            isConfigured |= node.Kind == NodeKind.Member;
            total += node.Kind == NodeKind.Member ? node.Votes : 0;
        }

        return isConfigured ? total : Voters(state).Values.Sum();
    }

    /// <summary>True when these nodes may form an epoch: they have a majority; or exactly half of the votes, and every
    /// other voter is confirmed harmless. Those may be up again at once: with half of the votes they cannot form
    /// anything without one of these, so every later epoch knows what this one committed.</summary>
    public static bool MayForm(ReplicaState state, IReadOnlyCollection<uint> nodes, ValueList<string> fenceBasis)
    {
        var own = Votes(state, nodes);
        if (PlantedBugs.Has(PlantedBug.NoQuorumGate)
            || (PlantedBugs.Has(PlantedBug.HalfWithoutFencing) && IsHalf(state, own)))
        {
            return own > 0;
        }

        if (PlantedBugs.Has(PlantedBug.FencedVotesCount))
        {
            var voters = Voters(state);
            return own > 0 && own + fenceBasis.Sum(voters.GetValueOrDefault) >= Quorum(state);
        }

        return own >= Quorum(state) || (IsHalf(state, own) && Missing(state, nodes, fenceBasis).IsEmpty);
    }

    /// <summary>True for at least half of all votes.</summary>
    public static bool IsHalf(ReplicaState state, int votes) => votes > 0 && votes * 2 >= Total(state);

    /// <summary>Who can be in an epoch, and whose promises do not count: nodes whose disk was lost, and nodes without
    /// any
    /// epoch where others have one (a wiped disk looks like a new one). Every majority that counts is one of disks that
    /// remember. When every voter is here, nobody else can know more, and all count.</summary>
    public static (List<uint> Able, ValueList<uint> Learners) WhoCounts(
        ReplicaState state, ImmutableSortedDictionary<uint, ClusterMessage.Status> statuses)
    {
        var able = statuses.Where(status => status.Value.Disk != DiskState.Failed).ToList();
        var nodes = able.Select(status => status.Key).ToList();
        var isKnown = statuses.Values.Any(status => status.Log.Epoch > 0);
        var learners = able
            .Where(status => status.Value.Disk == DiskState.Lost || (isKnown && status.Value.Log.Epoch == 0))
            .Select(status => status.Key)
            .ToValueList();
        var allCount = PlantedBugs.Has(PlantedBug.LearnersVote) || (isKnown && Missing(state, nodes, []).IsEmpty);
        return (nodes, allCount ? [] : learners);
    }

    /// <summary>True when what these members have on disk is committed: a majority of all votes, or, in an epoch that
    /// rests
    /// on confirmed fencing, every member.</summary>
    public static bool IsCommitted(
        ReplicaState state, IReadOnlyCollection<uint> persisted, Func<IReadOnlyCollection<uint>> members) =>
        (PlantedBugs.Has(PlantedBug.CommitOnOne) && persisted.Count > 0)
        || Votes(state, persisted) >= Quorum(state) || members().All(persisted.Contains);

    /// <summary>Nodes that left cleanly and did not come back, as the log says to its end: they run nothing. Who is
    /// joining
    /// is no such node, though it has not reported yet.</summary>
    public static IEnumerable<string> CleanlyLeft(ReplicaState state) =>
        CommitMachine.BaseState(state).Status.Nodes
            .Where(node => node is { Expected: "down", IsProcessUp: false }
                && (node.Join == "down" || PlantedBugs.Has(PlantedBug.JoiningIsGone)))
            .Select(node => node.Name);

    /// <summary>Voters that are not among these nodes and not known to be harmless.</summary>
    public static ValueList<string> Missing(ReplicaState state, IEnumerable<uint> nodes, ValueList<string> fenceBasis)
    {
        var names = nodes.Select(state.NameOf).ToHashSet(StringComparer.Ordinal);
        return Voters(state)
            .Where(voter => voter.Value > 0 && !names.Contains(voter.Key) && !fenceBasis.Contains(voter.Key))
            .Select(voter => voter.Key)
            .ToValueList();
    }
}
