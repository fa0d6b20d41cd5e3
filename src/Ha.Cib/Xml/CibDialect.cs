using Ha.InformationBase.Reader;

namespace Ha.InformationBase.Xml;

/// <summary>Which Pacemaker shall read what is written.</summary>
public enum CibDialect
{
    /// <summary>Names as they are; schema 3.10.</summary>
    AsWritten,

    /// <summary>Pacemaker 2.1: options and roles under the names that it knows, schema 3.9, a feature set that it
    /// accepts.</summary>
    Pacemaker21,
}

/// <summary>Names that changed between Pacemaker 2.1 and 3.0. Source: Pacemaker's list of cluster options, 3.0.2.
/// </summary>
internal static class OptionNames
{
    private static readonly (string New, string Old)[] s_options =
    [
        ("fencing-enabled", "stonith-enabled"),
        ("fencing-action", "stonith-action"),
        ("fencing-timeout", "stonith-timeout"),
        ("fencing-max-attempts", "stonith-max-attempts"),
        ("fencing-watchdog-timeout", "stonith-watchdog-timeout"),
        ("fencing-reaction", "fence-reaction"),
        ("stop-removed-resources", "stop-orphan-resources"),
        ("cancel-removed-actions", "stop-orphan-actions"),
    ];

    // Names of Pacemaker 1.1, which 3.0 does not know any more.
    private static readonly (string New, string Old)[] s_ancient =
    [
        ("transition-delay", "crmd-transition-delay"),
        ("join-integration-timeout", "crmd-integration-timeout"),
        ("join-finalization-timeout", "crmd-finalization-timeout"),
        ("cluster-delay", "transition-idle-timeout"),
    ];

    /// <summary>The name of a cluster option in Pacemaker 2.1.</summary>
    public static string Old(string option) =>
        Array.Find(s_options, pair => pair.New == option) is { Old: not null } found ? found.Old : option;

    /// <summary>The name of a cluster option in Pacemaker 3.0, whatever version the given one is from; in 1.0 there
    /// were underscores instead of dashes.</summary>
    public static string New(string option)
    {
        var dashed = option.Replace('_', '-');
        return Array.Find(s_options, pair => pair.Old == dashed) is { New: not null } found ? found.New
            : Array.Find(s_ancient, pair => pair.Old == dashed) is { New: not null } ancient ? ancient.New
            : PropertyCatalog.Cluster.Any(known => known.Name == dashed) ? dashed
            : option;
    }

    /// <summary>The value of a cluster option in Pacemaker 2.1.</summary>
    public static string? OldValue(string option, string? value) =>
        option == "no-quorum-policy" && value == "fence" ? "suicide" : value;
}
