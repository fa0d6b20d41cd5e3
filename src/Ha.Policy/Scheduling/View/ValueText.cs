using System.Globalization;
using Ha.InformationBase.Xml;

namespace Ha.Policy.Scheduling;

/// <summary>Values of options and meta attributes, as Pacemaker reads them.</summary>
internal static class ValueText
{
    /// <summary>True, false, or what holds where the value is neither or missing.</summary>
    public static bool Truth(string? text, bool otherwise) => text?.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" or "y" or "1" => true,
        "false" or "no" or "off" or "n" or "0" => false,
        _ => otherwise,
    };

    /// <summary>A length of time in milliseconds; seconds where it has no unit.</summary>
    public static long Milliseconds(string? text, long otherwise) =>
        text is not null && IntervalText.TryParse(text, out var length) ? (long)length.TotalMilliseconds : otherwise;

    /// <summary>A whole number.</summary>
    public static int Number(string? text, int otherwise) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;

    public static bool Same(string? one, string other) =>
        string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>A role under its name of today or its old one; Unknown for anything else.</summary>
    public static Role RoleOf(string? text) => text?.ToLowerInvariant() switch
    {
        "stopped" => Role.Stopped,
        "started" => Role.Started,
        "unpromoted" or "slave" => Role.Unpromoted,
        "promoted" or "master" => Role.Promoted,
        _ => Role.Unknown,
    };
}
