using Ha.Tests.Tidy;

namespace Ha.Tests.Xml;

/// <summary>Pacemaker's recorded scheduler cases, which lie beside the checkout where they are given.</summary>
internal static class GivenCases
{
    public static string Folder { get; } = Path.Combine(SourceTree.Root, "..", "shared", "pacemaker-scheduler", "xml");

    public static bool AreThere => Directory.Exists(Folder);

    public static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Folder, "*.xml").Order(StringComparer.Ordinal);
}

/// <summary>A test over the given cases; it is skipped, and says so, where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GivenCasesFactAttribute : FactAttribute
{
    public GivenCasesFactAttribute()
    {
        if (!GivenCases.AreThere)
        {
            Skip = "the recorded cases are not given here (../shared/pacemaker-scheduler)";
        }
    }
}
