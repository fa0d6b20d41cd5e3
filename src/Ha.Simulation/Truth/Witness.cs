using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Resources;

namespace Ha.Simulation.Truth;

/// <summary>Sees everything that happens in the simulated world and holds it against a few invariants. The numbers are
/// those of <see cref="InvariantTable"/>.</summary>
public abstract class Witness(SimulatedCluster cluster)
{
    /// <summary>The cluster that is watched.</summary>
    protected SimulatedCluster Cluster => cluster;

    /// <summary>Virtual time.</summary>
    protected TimeSpan Now => cluster.Scheduler.Now;

    /// <summary>A program starts.</summary>
    public virtual void ProgramStarted(SimulatedHost host)
    {
    }

    /// <summary>A program is gone.</summary>
    public virtual void ProgramEnded(SimulatedHost host)
    {
    }

    /// <summary>A replica says that its state or its epoch moved.</summary>
    public virtual void Moved(SimulatedHost host, ReplicaView? before, ReplicaEvent.Moved moved)
    {
    }

    /// <summary>What is durable on a disk changed; <paramref name="after"/> is null when it was found damaged.</summary>
    public virtual void Stored(SimulatedHost host, LogMeta before, LogMeta? after)
    {
    }

    /// <summary>Somebody asks for a change.</summary>
    public virtual void Asked(SimulatedHost host, string requestId, CibChange change, TimeSpan deadline)
    {
    }

    /// <summary>Somebody gets an answer.</summary>
    public virtual void Answered(SimulatedHost host, string requestId, ChangeOutcome outcome)
    {
    }

    /// <summary>An agent begins.</summary>
    public virtual void AgentBegins(SimulatedHost host, AgentRequest request)
    {
    }

    /// <summary>An agent ends, whether its program still listens or not.</summary>
    public virtual void AgentEnds(SimulatedHost host, AgentRequest request, AgentResult result)
    {
    }

    /// <summary>A resource begins to run, or runs promoted.</summary>
    public virtual void ResourceStarted(SimulatedHost host, string resource)
    {
    }

    /// <summary>A fence agent begins to make a host harmless.</summary>
    public virtual void FencingBegins(SimulatedHost by, FenceRequest request)
    {
    }

    /// <summary>The switch cuts a host's power.</summary>
    public virtual void PowerCut(string by, SimulatedHost target, FenceRequest request)
    {
    }

    /// <summary>A fence agent ends that this program of the host began: perhaps not the one that runs there
    /// now.</summary>
    public virtual void FencingEnds(SimulatedHost by, int program, FenceRequest request, FenceResult result)
    {
    }

    /// <summary>A fault is injected.</summary>
    public virtual void FaultInjected(Faults.Fault fault)
    {
    }

    /// <summary>The run is over, and all is well otherwise.</summary>
    public virtual void AtEnd()
    {
    }

    /// <summary>An invariant does not hold.</summary>
    protected void Violate(string number, string what) => cluster.Violate($"{number}: {what}");
}
