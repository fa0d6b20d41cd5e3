namespace Ha.InformationBase;

/// <summary>Where a configured thing was written, for messages and reasons. Two origins always count as equal, so that
/// moving a line changes no value.</summary>
/// <param name="File">Path as the user gave it; empty where nobody wrote it (a default, a derived constraint).</param>
/// <param name="Line">1 for the first line; 0 when unknown.</param>
/// <param name="Column">1 for the first character; 0 when unknown.</param>
public readonly record struct Origin(string File, int Line, int Column)
{
    /// <summary>Id of the XML element that says it, for an imported one; null otherwise.</summary>
    public string? ElementId { get; init; }

    /// <summary>Nobody wrote it.</summary>
    public static Origin None => new("", 0, 0);

    /// <inheritdoc/>
    public bool Equals(Origin other) => true;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;

    /// <summary>file:line:column, or less where less is known.</summary>
    public override string ToString() =>
        string.IsNullOrEmpty(File) ? "" : Line == 0 ? File : Column == 0 ? $"{File}:{Line}" : $"{File}:{Line}:{Column}";
}
