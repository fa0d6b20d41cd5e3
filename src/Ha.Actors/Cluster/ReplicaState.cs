using System.Collections.Immutable;
using Ha.Actors.Link;
using Ha.InformationBase;

namespace Ha.Actors.Cluster;

/// <summary>What does not change while a replica runs.</summary>
/// <param name="Self">Name of this node.</param>
/// <param name="Incarnation">Random number of this program.</param>
/// <param name="NewClusterId">Random id for a cluster that has none yet.</param>
/// <param name="StatusTimeout">How long to wait for the other members' word before going on without them.</param>
/// <param name="ColdTimeout">How long the first epoch after a full stop waits for all nodes.</param>
/// <param name="WallStart">Seconds since 1970 at time zero of the clock that steps are given.</param>
public sealed record ReplicaConfig(
    string Self, string Incarnation, string NewClusterId, TimeSpan StatusTimeout, TimeSpan ColdTimeout, long WallStart)
{
    /// <summary>Seconds since 1970 at a point of the clock that steps are given.</summary>
    public long WallSeconds(TimeSpan now) => WallStart + (long)now.TotalSeconds;

    /// <summary>How many committed entries are kept beside the snapshot before it is renewed.</summary>
    public int EntriesBeforeSnapshot { get; init; } = 2000;

    /// <summary>All members compare the digests of their states whenever this many more changes are
    /// committed.</summary>
    public int EntriesBetweenDigests { get; init; } = 500;

    /// <summary>How long a member of the view may be without a word, or without a disk, before it counts as lost
    /// where no
    /// epoch can form without its vote: long enough for a restart of its program.</summary>
    public TimeSpan SilentMemberTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Bytes of entries or snapshot in one message of a transfer: more would delay the engine's
    /// token.</summary>
    public int ChunkBytes { get; init; } = 48 * 1024;
}

/// <summary>Members that see each other, under one ring.</summary>
/// <param name="Key">Ring and members as text: two views are the same when their keys are.</param>
/// <param name="Members">The processes in the group, sorted.</param>
/// <param name="IsQuorate">What the engine says.</param>
public sealed record LinkView(string Key, ValueList<LinkMember> Members, bool IsQuorate);

/// <summary>How far the forming of an epoch is; each phase holds only what exists in it.</summary>
public abstract record ReplicaPhase
{
    private ReplicaPhase()
    {
    }

    /// <summary>No view: no connection, or ring and quorum do not agree yet.</summary>
    public sealed record Unstable(string Reason, TimeSpan Since) : ReplicaPhase;

    /// <summary>In a view without quorum.</summary>
    public sealed record Minority(LinkView View, TimeSpan Since) : ReplicaPhase;

    /// <summary>Waiting for what every member has.</summary>
    /// <param name="View">The view.</param>
    /// <param name="Statuses">By node id.</param>
    /// <param name="Since">When it began.</param>
    /// <param name="AskedForFencing">Nodes that the fencer was asked about.</param>
    /// <param name="ProposedAt">When this node proposed last; null for not yet.</param>
    /// <param name="SentAt">When this node said last what it has.</param>
    public sealed record Gathering(
        LinkView View, ImmutableSortedDictionary<uint, ClusterMessage.Status> Statuses, TimeSpan Since,
        ValueList<string> AskedForFencing, TimeSpan? ProposedAt, TimeSpan SentAt) : ReplicaPhase;

    /// <summary>Promised an epoch; the promises of others come in.</summary>
    public sealed record Promising(
        LinkView View, long Epoch, uint Proposer, ValueList<uint> Participants, ValueList<uint> Learners,
        ValueList<string> FenceBasis,
        ImmutableSortedDictionary<uint, ClusterMessage.Promise> Promises, TimeSpan Since) : ReplicaPhase
    {
        /// <summary>Of the proposer: the higher epoch that it has proposed since, after a refusal; 0 for
        /// none.</summary>
        public long Higher { get; init; }

        /// <summary>The last epoch that is known to whoever vouches for <see cref="FenceBasis"/>.</summary>
        public long BasisEpoch { get; init; }
    }

    /// <summary>The promises are closed; everyone takes the base.</summary>
    /// <param name="View">The view.</param>
    /// <param name="Epoch">The epoch.</param>
    /// <param name="FenceBasis">Votes that stand in for missing ones.</param>
    /// <param name="Promises">Those that count.</param>
    /// <param name="Sequencer">Who proposed the epoch, and gives changes their places.</param>
    /// <param name="BaseNode">Whose log is the base.</param>
    /// <param name="Base">Where the base ends.</param>
    /// <param name="Received">Parts of the transfer so far; null when none came.</param>
    /// <param name="HasAdopted">This node has the base on disk.</param>
    /// <param name="Adopted">Who has the base on disk.</param>
    /// <param name="HasMissed">The epoch began without this node: once it has the base, a new one forms with
    /// it.</param>
    /// <param name="Since">When it began.</param>
    public sealed record Adopting(
        LinkView View, long Epoch, ValueList<string> FenceBasis,
        ImmutableSortedDictionary<uint, ClusterMessage.Promise> Promises, uint Sequencer, uint BaseNode,
        LogPosition Base, TransferSoFar? Received, bool HasAdopted, ImmutableSortedSet<uint> Adopted, bool HasMissed,
        TimeSpan Since) : ReplicaPhase;

    /// <summary>Changes are taken.</summary>
    /// <param name="View">The view.</param>
    /// <param name="Epoch">The epoch.</param>
    /// <param name="FenceBasis">Votes that stand in for missing ones.</param>
    /// <param name="Promises">Who is in the epoch, with their incarnations.</param>
    /// <param name="Adopted">Who has adopted the base: these may count.</param>
    /// <param name="Persisted">How far each member's disk is.</param>
    /// <param name="Sequencer">Who gives changes their places.</param>
    /// <param name="Ordered">Of the sequencer: the last place given.</param>
    /// <param name="OrderedHash">Its place in the chain.</param>
    /// <param name="OnTheirWay">Of the sequencer: requests with a place that are not delivered yet.</param>
    /// <param name="Start">The committed start of the epoch; null before.</param>
    public sealed record Working(
        LinkView View, long Epoch, ValueList<string> FenceBasis,
        ImmutableSortedDictionary<uint, ClusterMessage.Promise> Promises, ImmutableSortedSet<uint> Adopted,
        ImmutableSortedDictionary<uint, ClusterMessage.Persisted> Persisted, uint Sequencer, long Ordered,
        LogHash OrderedHash, ImmutableSortedSet<string> OnTheirWay, CibChange.StartEpoch? Start) : ReplicaPhase;

    /// <summary>The view of a phase; null where there is none.</summary>
    public LinkView? CurrentView => this switch
    {
        Minority phase => phase.View,
        Gathering phase => phase.View,
        Promising phase => phase.View,
        Adopting phase => phase.View,
        Working phase => phase.View,
        _ => null,
    };
}

/// <summary>States compared at one index.</summary>
/// <param name="Index">The index.</param>
/// <param name="Own">This node's digest.</param>
/// <param name="Others">Digests that differ from it, by node.</param>
public sealed record DigestPoint(long Index, string Own, ImmutableSortedDictionary<uint, string> Others);

/// <summary>What came of a transfer until now.</summary>
public sealed record TransferSoFar(
    long After, string SnapshotHash, ValueList<ReadOnlyMemory<byte>> SnapshotParts, ImmutableList<WireEntry> Entries);

/// <summary>A change that somebody on this node waits for.</summary>
/// <param name="RequestId">Its name.</param>
/// <param name="Principal">Who asked.</param>
/// <param name="Change">In canonical bytes.</param>
/// <param name="DeadlineAt">When the asker gets an answer at the latest.</param>
/// <param name="WasSent">It went out at least once, so it may take effect.</param>
public sealed record WaitingProposal(
    string RequestId, string Principal, ReadOnlyMemory<byte> Change, TimeSpan DeadlineAt, bool WasSent);

/// <summary>Everything that a replica knows.</summary>
public sealed record ReplicaState
{
    /// <summary>This process in the group; null before there was a connection.</summary>
    public LinkMember? Local { get; init; }

    /// <summary>The engine's node list.</summary>
    public ValueList<LinkNode> Nodes { get; init; }

    /// <summary>The processes in the group.</summary>
    public ValueList<LinkMember> Members { get; init; }

    /// <summary>The ring, as the group's messages show it; null when unknown.</summary>
    public RingId? Ring { get; init; }

    /// <summary>The engine's latest word on quorum; null when unknown.</summary>
    public LinkEvent.QuorumChanged? Quorum { get; init; }

    /// <summary>The last status of each node: it may come before this node's own engine has shown it the
    /// view.</summary>
    public ImmutableSortedDictionary<uint, ClusterMessage.Status> Heard { get; init; } =
        ImmutableSortedDictionary<uint, ClusterMessage.Status>.Empty;

    /// <summary>How far the forming of an epoch is.</summary>
    public required ReplicaPhase Phase { get; init; }

    /// <summary>The log.</summary>
    public required ReplicaLog Log { get; init; }

    /// <summary>This program has been in an active epoch.</summary>
    public bool WasActive { get; init; }

    /// <summary>Whether this node's promises can count.</summary>
    public DiskState Disk { get; init; }

    /// <summary>The engine does not give this node its own messages back.</summary>
    public bool IsSilent { get; init; }

    /// <summary>The last point at which all members compare their states; null before the first.</summary>
    public DigestPoint? Compared { get; init; }

    /// <summary>Changes that somebody on this node waits for, by request id.</summary>
    public ImmutableSortedDictionary<string, WaitingProposal> Waiting { get; init; } =
        ImmutableSortedDictionary.Create<string, WaitingProposal>(StringComparer.Ordinal);

    /// <summary>When this node was in an active epoch last, or began.</summary>
    public TimeSpan InactiveSince { get; init; }

    /// <summary>Seconds since 1970 at time zero of this node's clock, by the epochs that it was in; null before the
    /// first.</summary>
    public TimeSpan? Clock { get; init; }

    /// <summary>True while entries are being written.</summary>
    public bool IsAppending { get; init; }

    /// <summary>Whether this node may act, as other actors see it.</summary>
    public EpochState Epoch => (Phase, Disk) switch
    {
        (not ReplicaPhase.Working, DiskState.Failed) => new EpochState.Inactive(
            "this node's log cannot be written, so it gives no vote", IsQuorateNow, InactiveSince),
        (not ReplicaPhase.Working, DiskState.Lost) => new EpochState.Inactive(
            "this node's log was damaged or lost, so it gives no vote before it has taken a peer's", IsQuorateNow,
            InactiveSince),
        _ => PhaseEpoch,
    };

    private bool IsQuorateNow => PhaseEpoch is EpochState.Active or EpochState.Inactive { IsQuorate: true };

    private EpochState PhaseEpoch => Phase switch
    {
        ReplicaPhase.Working { Start: { } start } =>
            new EpochState.Active(start.Epoch, start.Members.Select(member => member.Node).ToValueList(),
                start.Coordinator),
        ReplicaPhase.Unstable phase when IsSilent => new EpochState.Inactive(phase.Reason, false, InactiveSince),
        ReplicaPhase.Unstable phase => new EpochState.Inactive(phase.Reason, Quorum?.IsQuorate ?? WasActive,
            InactiveSince),
        ReplicaPhase.Minority => new EpochState.Inactive("no quorum", false, InactiveSince),
        _ => new EpochState.Inactive("an epoch is forming", true, InactiveSince),
    };

    /// <summary>Name of a node by its number; the number itself where the engine has no name.</summary>
    public string NameOf(uint nodeId) =>
        Nodes.FirstOrDefault(node => node.NodeId == nodeId)?.Name is { Length: > 0 } name ? name : $"node{nodeId}";
}
