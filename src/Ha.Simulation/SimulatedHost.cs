using Ha.Actors.Cluster;
using Ha.Kernel;
using Ha.Simulation.Engine;
using Ha.Simulation.Hands;
using Ha.Simulation.Truth;

namespace Ha.Simulation;

/// <summary>One host of a simulated cluster: its disk, and the program that runs there, if one does.</summary>
public sealed class SimulatedHost(string name, uint number, SimulatedDisk disk, SimulatedHostTruth truth)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Its number in the engine.</summary>
    public uint Number => number;

    /// <summary>Its disk.</summary>
    public SimulatedDisk Disk => disk;

    /// <summary>What is truly so on it.</summary>
    public SimulatedHostTruth Truth => truth;

    /// <summary>How many programs ran here.</summary>
    public int Program { get; internal set; }

    /// <summary>The running program; null when none runs.</summary>
    public ActorSystem? System { get; internal set; }

    /// <summary>The running program's replica.</summary>
    public ActorRef<ReplicaMessage>? Replica { get; internal set; }

    /// <summary>What the running program sees; null when none runs.</summary>
    public ReplicaView? View { get; internal set; }

    /// <summary>When the view last stopped to be active, or a pause ended.</summary>
    public TimeSpan ChangedAt { get; internal set; }

    /// <summary>When the view last moved: in that moment its actors may not have read it yet.</summary>
    public TimeSpan MovedAt { get; internal set; }

    /// <summary>What its agents do wrong now.</summary>
    public AgentFaults AgentFaults { get; set; } = AgentFaults.None;

    /// <summary>What was done to its wall clock.</summary>
    public TimeSpan WallClockJump { get; internal set; }

    internal SimulatedLink? Link { get; set; }

    internal HostScheduler? Scheduler { get; set; }
}
