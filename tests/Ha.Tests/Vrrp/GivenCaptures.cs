using Ha.Tests.Tidy;

namespace Ha.Tests.Vrrp;

/// <summary>A theory over the captures that stand beside the checkout; skipped, with a message, where they are not.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GivenCapturesAttribute : TheoryAttribute
{
    public GivenCapturesAttribute()
    {
        if (!Directory.Exists(GivenCaptures.Folder))
        {
            Skip = "the recorded captures are not given here (../shared/vrrp-pcaps)";
        }
    }
}

/// <summary>A fact about the captures that stand beside the checkout.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GivenCaptureFactAttribute : FactAttribute
{
    public GivenCaptureFactAttribute()
    {
        if (!Directory.Exists(GivenCaptures.Folder))
        {
            Skip = "the recorded captures are not given here (../shared/vrrp-pcaps)";
        }
    }
}

internal static class GivenCaptures
{
    public static string Folder { get; } = Path.Combine(SourceTree.Root, "..", "shared", "vrrp-pcaps");

    public static IEnumerable<string> Names() => Directory.Exists(Folder)
        ? Directory.EnumerateFiles(Folder, "*.pcap").Select(path => Path.GetFileNameWithoutExtension(path)!)
            .Order(StringComparer.Ordinal)
        : ["none"];

    public static string PathOf(string name) => Path.Combine(Folder, $"{name}.pcap");
}
