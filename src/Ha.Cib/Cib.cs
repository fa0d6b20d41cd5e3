namespace Ha.InformationBase;

/// <summary>The cluster information base: all that a decision may rest on. Immutable; compared by content.</summary>
public sealed record Cib
{
    /// <summary>Nothing configured, nothing known.</summary>
    public static Cib Empty { get; } = new();

    /// <summary>Counts changes of the configuration alone; what optimistic locking compares.</summary>
    public long Revision { get; init; }

    /// <summary>What is wanted.</summary>
    public Configuration Configuration { get; init; } = Configuration.Empty;

    /// <summary>What is known.</summary>
    public Status Status { get; init; } = Status.Empty;

    /// <summary>Text of the cluster file that the configuration was read from; empty for an imported one.</summary>
    public string SourceText { get; init; } = "";

    /// <summary>Attributes of an imported CIB's root (feature set, execution-date, validate-with, ...).</summary>
    public ValueMap<string> ImportedAttributes { get; init; }
}
