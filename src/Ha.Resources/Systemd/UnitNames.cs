using System.Text.RegularExpressions;

namespace Ha.Resources.Systemd;

/// <summary>Names of units. Source: systemd.unit(5).</summary>
internal static partial class UnitNames
{
    private const int MaxLength = 255;

    private static readonly string[] s_endings = [".service", ".socket", ".mount", ".timer", ".path", ".target"];

    /// <summary>The unit that an agent's name means: with .service where there is no ending; null where it cannot be a
    /// unit's name.</summary>
    public static string? Of(string type)
    {
        var name = s_endings.Any(ending => type.EndsWith(ending, StringComparison.Ordinal)) ? type : type + ".service";
        return name.Length <= MaxLength && Allowed().IsMatch(name) && !name.Contains("@.", StringComparison.Ordinal)
            ? name
            : null;
    }

    /// <summary>The interface of a unit's own kind; empty where there is none that we know.</summary>
    public static string InterfaceOf(string unit) => System.IO.Path.GetExtension(unit) switch
    {
        ".service" => "org.freedesktop.systemd1.Service",
        ".socket" => "org.freedesktop.systemd1.Socket",
        ".mount" => "org.freedesktop.systemd1.Mount",
        ".timer" => "org.freedesktop.systemd1.Timer",
        ".path" => "org.freedesktop.systemd1.Path",
        _ => "",
    };

    [GeneratedRegex(@"^[A-Za-z0-9:_.\\@-]+$")]
    private static partial Regex Allowed();
}
