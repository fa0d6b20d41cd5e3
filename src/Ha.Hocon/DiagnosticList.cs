namespace Ha.Hocon;

/// <summary>Collects diagnostics up to their limit.</summary>
public sealed class DiagnosticList
{
    private readonly List<Diagnostic> _items = [];

    /// <summary>All of them, in the order found.</summary>
    public IReadOnlyList<Diagnostic> Items => _items;

    /// <summary>True when one of them is an error.</summary>
    public bool HasErrors => _items.Any(item => item.Severity == Severity.Error);

    /// <summary>True when no more are taken.</summary>
    public bool IsFull => _items.Count(item => item.Severity == Severity.Error) >= Diagnostic.Limit;

    /// <summary>Adds an error.</summary>
    public void Error(string code, Position at, string message, string fix = "") =>
        Add(new Diagnostic(Severity.Error, code, at, message, fix));

    /// <summary>Adds a warning.</summary>
    public void Warning(string code, Position at, string message, string fix = "") =>
        Add(new Diagnostic(Severity.Warning, code, at, message, fix));

    private void Add(Diagnostic diagnostic)
    {
        if (!IsFull && !_items.Contains(diagnostic))
        {
            _items.Add(diagnostic);
        }
    }
}
