using Ha.InformationBase;
using Ha.Policy.Scheduling;

namespace Ha.Policy;

/// <summary>What a simulation is asked for.</summary>
public sealed record SimulationRequest
{
    /// <summary>Seconds since 1970 that count as now.</summary>
    public required long Now { get; init; }

    /// <summary>A remark about where the time comes from; empty for none.</summary>
    public string TimeRemark { get; init; } = "";

    /// <summary>Remarks to be printed before everything else.</summary>
    public ValueList<string> Remarks { get; init; }

    /// <summary>What is made to have happened before the plan.</summary>
    public ValueList<SimulationEvent> Events { get; init; }

    /// <summary>Results that shall differ from what is expected when the plan is carried out.</summary>
    public ValueList<SimulationEvent.OperationResult> Failures { get; init; }

    /// <summary>Write the orderings for a picture.</summary>
    public bool WithDot { get; init; }

    /// <summary>In the picture, show also what is not in the graph.</summary>
    public bool WithAllActions { get; init; }

    /// <summary>Write the graph.</summary>
    public bool WithGraph { get; init; }

    /// <summary>Where the graph is written instead of into the result, opened once it is known: the graph of a large
    /// cluster is a large text. Null for the result.</summary>
    public Func<TextWriter>? GraphTo { get; init; }

    /// <summary>Write the scores.</summary>
    public bool WithScores { get; init; }

    /// <summary>Carry the graph out on paper.</summary>
    public bool WithExecution { get; init; } = true;

    /// <summary>Say why.</summary>
    public bool WithReport { get; init; }

    /// <summary>Plan by rules of an earlier Pacemaker: for comparisons with its `crm_simulate` alone.</summary>
    public EarlierRules Earlier { get; init; }
}

/// <summary>What a simulation says, in the forms of `crm_simulate`.</summary>
public sealed record SimulationResult
{
    /// <summary>Why nothing was simulated; empty when it was.</summary>
    public string Error { get; init; } = "";

    /// <summary>Status, summary, simulated execution and the status after it.</summary>
    public required string Summary { get; init; }

    /// <summary>The transition graph as XML; empty when nobody asked.</summary>
    public required string Graph { get; init; }

    /// <summary>The scores, a line each; empty when nobody asked.</summary>
    public required string Scores { get; init; }

    /// <summary>The orderings for a picture (DOT); empty when nobody asked.</summary>
    public string Dot { get; init; } = "";

    /// <summary>How many actions the graph has, pseudo actions aside.</summary>
    public required int Actions { get; init; }

    /// <summary>The information base after the simulated execution; the given one without it.</summary>
    public required Cib After { get; init; }

    /// <summary>What is to be done, and why; null when nobody asked.</summary>
    public PolicyReport? Report { get; init; }

    /// <summary>The same for what is there after the simulated execution; null when nobody asked.</summary>
    public PolicyReport? ReportAfter { get; init; }
}

/// <summary>What the policy engine would do with a cluster, without touching any: pure.</summary>
public static class PolicySimulation
{
    /// <summary>Plans, and carries the plan out on paper.</summary>
    public static SimulationResult Run(Cib cib, SimulationRequest request)
    {
        var text = new StringWriter { NewLine = "\n" };
        foreach (var remark in request.Remarks)
        {
            text.WriteLine(remark);
        }

        if (request.TimeRemark.Length > 0)
        {
            text.WriteLine(request.TimeRemark);
        }

        if (!request.Events.IsEmpty)
        {
            var remarks = new List<string>();
            cib = SimulationEvents.Apply(cib, request.Events, request.Now, remarks, out var error);
            if (error.Length > 0)
            {
                return Refused(cib, error);
            }

            text.WriteLine("Performing Requested Modifications:");
            remarks.ForEach(text.WriteLine);
            text.WriteLine();
        }

        WriteBefore(cib, request.Now, text);
        var run = Scheduler.Run(cib, request.Now, request.WithScores, request.WithReport, earlier: request.Earlier);
        var synapses = GraphSelection.Select(run);
        text.WriteLine("Transition Summary:");
        SummaryText.Write(run, text);
        var report = request.WithReport ? PolicyReport.Of(run, synapses) : null;
        var after = request.WithExecution ? Execute(run, synapses, request, text) : cib;
        var dot = new StringWriter { NewLine = "\n" };
        if (request.WithDot)
        {
            DotText.Write(run, synapses, request.WithAllActions, dot);
        }

        return new SimulationResult
        {
            Summary = text.ToString(),
            Graph = WriteGraph(run, synapses, request),
            Dot = dot.ToString(),
            Scores = run.ScoreLines is { } lines ? string.Concat(lines.Select(line => line + "\n")) : "",
            Actions = synapses.Count(synapse => !synapse.Action.IsPseudo),
            After = after,
            Report = report,
            ReportAfter = request is { WithReport: true, WithExecution: true }
                ? PolicyReport.Of(after, request.Now)
                : null,
        };
    }

    private static string WriteGraph(PolicyRun run, List<Synapse> synapses, SimulationRequest request)
    {
        if (!request.WithGraph)
        {
            return "";
        }

        if (request.GraphTo is { } open)
        {
            using var file = open();
            GraphXml.Write(run, synapses, file);
            return "";
        }

        var text = new StringWriter { NewLine = "\n" };
        GraphXml.Write(run, synapses, text);
        return text.ToString();
    }

    private static void WriteBefore(Cib cib, long now, TextWriter text)
    {
        // The picture before anything is decided: deciding changes roles.
        var before = Scheduler.View(cib, now);
        if (before.Options.IsInMaintenance)
        {
            text.WriteLine();
            text.WriteLine("              *** Resource management is DISABLED ***");
            text.WriteLine("  The cluster will not attempt to start, stop or recover services");
            text.WriteLine();
        }

        if (before.DisabledCount > 0 || before.BlockedCount > 0)
        {
            text.WriteLine(
                $"{before.DisabledCount} of {before.InstanceCount} resource instances DISABLED and "
                + $"{before.BlockedCount} BLOCKED from further action due to failure");
            text.WriteLine();
        }

        text.WriteLine("Current cluster status:");
        StatusText.Write(before, text);
        text.WriteLine();
    }

    private static Cib Execute(
        PolicyRun run, List<Synapse> synapses, SimulationRequest request, TextWriter text)
    {
        text.WriteLine();
        text.WriteLine("Executing Cluster Transition:");
        var execution = new SimulatedExecution(run, synapses, text)
        {
            Failures = request.Failures.ToDictionary(
                failure => (ActionTable.Key(failure.Resource, failure.Task, failure.IntervalMs), failure.Node),
                failure => failure.ExitCode),
        };
        var after = execution.Run();
        if (execution.IsIncomplete)
        {
            text.WriteLine("Transition failed: terminated");
        }

        if (request.TimeRemark.Length > 0)
        {
            text.WriteLine(request.TimeRemark);
        }

        text.WriteLine();
        text.WriteLine("Revised Cluster Status:");
        StatusText.Write(Scheduler.View(after, request.Now), text, showsPending: false);
        return after;
    }

    /// <summary>Plans alone: no text, no graph in XML.</summary>
    /// <returns>How many actions there are, pseudo actions aside.</returns>
    public static int PlanOnly(Cib cib, long now) =>
        GraphSelection.Select(Scheduler.Run(cib, now)).Count(synapse => !synapse.Action.IsPseudo);

    private static SimulationResult Refused(Cib cib, string error) => new()
    {
        Error = error,
        Summary = "",
        Graph = "",
        Scores = "",
        Actions = 0,
        After = cib,
    };
}
