using Ha.InformationBase;
using Ha.Policy.Scheduling;

namespace Ha.Policy;

/// <summary>What the policy engine would do with a cluster on paper, and why: for people, and for programs that
/// explain.</summary>
public sealed record PolicyReport
{
    /// <summary>The nodes as they are.</summary>
    public required ValueList<NodePlan> Nodes { get; init; }

    /// <summary>The primitives (instances of clones under their own numbers) as they are and shall be.</summary>
    public required ValueList<ResourcePlan> Resources { get; init; }

    /// <summary>What is to be done, in the order in which it can be; then what cannot be done.</summary>
    public required ValueList<PlannedStep> Steps { get; init; }

    /// <summary>Quorum, as the input says.</summary>
    public required bool HasQuorum { get; init; }

    /// <summary>Fencing is switched on.</summary>
    public required bool IsFencingEnabled { get; init; }

    /// <summary>Remarks on the configuration.</summary>
    public ValueList<string> Warnings { get; init; }

    /// <summary>Plans, and tells why. Pure.</summary>
    /// <param name="cib">All that is known and wanted.</param>
    /// <param name="now">Seconds since 1970.</param>
    public static PolicyReport Of(Cib cib, long now)
    {
        var run = Scheduler.Run(cib, now, withReasons: true);
        return Of(run, run.Nodes.Count == 0 ? [] : GraphSelection.Select(run));
    }

    internal static PolicyReport Of(PolicyRun run, List<Synapse> synapses)
    {
        var report = SchedulerReport.Read(run);
        return new PolicyReport
        {
            Nodes = report.Nodes,
            Resources = report.Resources,
            Steps = StepOrder.Of(run, synapses, report),
            HasQuorum = run.HasQuorum,
            IsFencingEnabled = run.Options.IsFencingEnabled,
            Warnings = run.Warnings.Distinct().ToValueList(),
        };
    }
}

/// <summary>One thing that is to be done, or cannot be.</summary>
public sealed record PlannedStep
{
    /// <summary>Place in the order, from 1 on: what has the same number may go together. 0 for what cannot be done.
    /// </summary>
    public required int Number { get; init; }

    /// <summary>start, stop, promote, fence, monitor, ...; a fencing says reboot, off or on.</summary>
    public required string Task { get; init; }

    /// <summary>The resource (or instance); empty for a node's own.</summary>
    public required string Resource { get; init; }

    /// <summary>Where, or what node it is done to.</summary>
    public required string Node { get; init; }

    /// <summary>Zero for what does not recur.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>A node is fenced or unfenced.</summary>
    public bool IsFencing { get; init; }

    /// <summary>What it is for.</summary>
    public required WaitPlan Why { get; init; }

    /// <summary>What it waits for; of what cannot be done, what stands in its way.</summary>
    public ValueList<WaitPlan> WaitsFor { get; init; }
}
