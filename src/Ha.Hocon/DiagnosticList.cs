namespace Ha.Hocon;

/// <summary>Collects diagnostics up to their limit.</summary>
public sealed class DiagnosticList
{
    private readonly List<Diagnostic> _items = [];
    private int _errors;

    /// <summary>All of them, in the order found.</summary>
    public IReadOnlyList<Diagnostic> Items => _items;

    /// <summary>True when one of them is an error.</summary>
    public bool HasErrors => _errors > 0;

    /// <summary>How many are errors.</summary>
    public int ErrorCount => _errors;

    /// <summary>True when no more errors are taken.</summary>
    public bool IsFull => _errors >= Diagnostic.Limit;

    /// <summary>Adds an error.</summary>
    public void Error(
        string code, Position at, string message, string fix = "", RelatedPlace? related = null, int length = 1) =>
        Add(new Diagnostic(Severity.Error, code, at, message, fix, related, length));

    /// <summary>Adds a warning.</summary>
    public void Warning(
        string code, Position at, string message, string fix = "", RelatedPlace? related = null, int length = 1) =>
        Add(new Diagnostic(Severity.Warning, code, at, message, fix, related, length));

    /// <summary>Adds a warning whose line holds a secret, and is not shown.</summary>
    public void PrivateWarning(string code, Position at, string message, string fix = "") =>
        Add(new Diagnostic(Severity.Warning, code, at, message, fix) { IsPrivate = true });

    /// <summary>Adds what another list has.</summary>
    public void AddAll(DiagnosticList others)
    {
        foreach (var diagnostic in others.Items)
        {
            Add(diagnostic);
        }
    }

    private void Add(Diagnostic diagnostic)
    {
        var isError = diagnostic.Severity == Severity.Error;
        var isRoom = isError ? !IsFull : _items.Count - _errors < Diagnostic.Limit;
        if (isRoom && !_items.Contains(diagnostic))
        {
            _items.Add(diagnostic);
            _errors += isError ? 1 : 0;
        }
    }
}
