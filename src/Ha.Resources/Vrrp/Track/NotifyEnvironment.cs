namespace Ha.Resources.Vrrp.Track;

/// <summary>What programs that we call find around them: a search path, and nothing of ours.</summary>
internal static class NotifyEnvironment
{
    /// <summary>The least.</summary>
    public static IReadOnlyDictionary<string, string> Plain { get; } = new Dictionary<string,
        string>(StringComparer.Ordinal)
    {
        ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["LC_ALL"] = "C.UTF-8",
    };
}
