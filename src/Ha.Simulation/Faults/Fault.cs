namespace Ha.Simulation.Faults;

/// <summary>What can go wrong, or be asked for, in the middle of everything.</summary>
public enum FaultKind
{
    /// <summary>A host loses power; after Amount ms (0 for not at all) it comes back.</summary>
    PowerLoss,

    /// <summary>A host is switched on.</summary>
    PowerOn,

    /// <summary>The program is killed, and starts again after Amount ms.</summary>
    ProgramKill,

    /// <summary>The program stands still for Amount ms.</summary>
    ProgramPause,

    /// <summary>The whole host stands still for Amount ms; then a burst of old messages.</summary>
    HostPause,

    /// <summary>The wall clock jumps by Amount seconds.</summary>
    ClockJump,

    /// <summary>Nodes are put on sides (Salt says which), two or three.</summary>
    Split,

    /// <summary>All nodes hear each other again.</summary>
    Unsplit,

    /// <summary>A one-way cut for Amount ms: the ring flaps.</summary>
    OneWayCut,

    /// <summary>The engine dies under a living program, and is back after Amount ms.</summary>
    EngineCrash,

    /// <summary>The engine takes no messages of a node for Amount ms.</summary>
    Clog,

    /// <summary>The next write to a disk fails.</summary>
    DiskError,

    /// <summary>A disk is full for Amount ms.</summary>
    DiskFull,

    /// <summary>Syncs take up to Amount ms from now on.</summary>
    DiskSlow,

    /// <summary>A bit flips on a disk, and its host loses power.</summary>
    BitRot,

    /// <summary>Agents of a host fail, hang and lie from now on (Salt says how).</summary>
    AgentTrouble,

    /// <summary>Agents of all hosts are well again.</summary>
    AgentsWell,

    /// <summary>What runs on a host dies by itself, one of it.</summary>
    ResourceCrash,

    /// <summary>Fencing fails, is slow or reports late from now on (Salt says how).</summary>
    FencingTrouble,

    /// <summary>Fencing is well again.</summary>
    FencingWell,

    /// <summary>A person sets a property, at one node.</summary>
    AddProperty,

    /// <summary>Persons set Amount properties at every node at once.</summary>
    AddEverywhere,

    /// <summary>A person drains a node, or takes it back.</summary>
    Drain,

    /// <summary>A person stops a resource, or starts it again.</summary>
    TargetRole,

    /// <summary>A person moves a resource.</summary>
    Move,

    /// <summary>A person takes all hands off, or puts them on again.</summary>
    Maintenance,

    /// <summary>A person forgets failures.</summary>
    Cleanup,

    /// <summary>A person brings a new configuration, sometimes with an old revision.</summary>
    Configure,

    /// <summary>A person vouches that a host without power is off.</summary>
    ConfirmOff,

    /// <summary>A person has a node fenced.</summary>
    FenceNode,

    /// <summary>The last node receives another entry than was sent: memory changed under the checksums.</summary>
    Alter,

    /// <summary>A node does not get the next messages of one other node, as of one that its engine does not
    /// know.</summary>
    Skip,
}

/// <summary>One fault of a run. The same fault does the same whatever else is left out.</summary>
/// <param name="At">When, from the beginning of the faults on.</param>
/// <param name="Kind">What.</param>
/// <param name="Node">Number of the host, from 1 on.</param>
/// <param name="Amount">How much, as the kind says.</param>
/// <param name="Salt">Seed of whatever is chosen inside.</param>
public sealed record Fault(TimeSpan At, FaultKind Kind, int Node, int Amount, int Salt)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{At.TotalSeconds:0.000} s {Kind} n{Node}{(Amount > 0 ? $" {Amount}" : "")} (salt {Salt})";
}
