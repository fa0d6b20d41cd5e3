using Ha.InformationBase.Xml;

namespace Ha.Policy.Scheduling;

/// <summary>Values as they are written, read.</summary>
internal static class Texts
{
    public static bool Truth(string? text, bool otherwise) => text?.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" or "y" or "1" => true,
        "false" or "no" or "off" or "n" or "0" => false,
        _ => otherwise,
    };

    public static Role RoleOf(string? text) => text?.ToLowerInvariant() switch
    {
        "stopped" => Role.Stopped,
        "started" => Role.Started,
        "unpromoted" or "slave" => Role.Unpromoted,
        "promoted" or "master" => Role.Promoted,
        _ => Role.Unknown,
    };

    /// <summary>A length of time in milliseconds; null for what cannot be read.</summary>
    public static long? Milliseconds(string? text) =>
        text is not null && IntervalText.TryParse(text, out var length) ? (long)length.TotalMilliseconds : null;
}
