using Ha.InformationBase;

namespace Ha.Simulation.Rehearsal;

/// <summary>How one resource fared in one run.</summary>
/// <param name="Resource">Its name.</param>
/// <param name="Down">How long it did not run, all in all.</param>
/// <param name="IsRecovered">It runs at the end.</param>
/// <param name="Why">Why it does not; empty when it does.</param>
public sealed record ResourceOutage(string Resource, TimeSpan Down, bool IsRecovered, string Why);

/// <summary>How one run ended.</summary>
/// <param name="Schedule">What was rehearsed.</param>
/// <param name="Length">Virtual time of the run.</param>
/// <param name="Outages">Each resource that ran before the fault.</param>
/// <param name="NeverRan">Resources that did not even run before it.</param>
/// <param name="Fenced">How many nodes were fenced.</param>
/// <param name="Problem">What must never be: something ran twice; empty for nothing.</param>
public sealed record RehearsalOutcome(
    RehearsalSchedule Schedule, TimeSpan Length, ValueList<ResourceOutage> Outages, ValueList<string> NeverRan,
    int Fenced, string Problem)
{
    /// <summary>The longest that a resource did not run.</summary>
    public TimeSpan Worst => Outages.IsEmpty ? TimeSpan.Zero : Outages.Max(outage => outage.Down);

    /// <summary>All that ran before runs at the end.</summary>
    public bool IsRecovered => Outages.All(outage => outage.IsRecovered);

    /// <summary>Why not, once each.</summary>
    public ValueList<string> Why => Outages.Where(outage => !outage.IsRecovered).Select(outage => outage.Why)
        .Distinct(StringComparer.Ordinal).ToValueList();
}

/// <summary>A stretch of time in which something was so, for pictures.</summary>
/// <param name="Lane">Of which node or resource.</param>
/// <param name="What">What was so: the node that ran it, "off" and so on; empty for down.</param>
/// <param name="From">From when.</param>
/// <param name="Until">Until when.</param>
public sealed record RehearsalSpan(string Lane, string What, TimeSpan From, TimeSpan Until);
