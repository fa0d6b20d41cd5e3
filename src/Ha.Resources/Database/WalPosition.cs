using System.Globalization;

namespace Ha.Resources.Database;

/// <summary>How far a server's log reaches: of two, the one on the later timeline has more, then the one that is
/// longer.</summary>
/// <param name="Timeline">Counts promotions, from 1.</param>
/// <param name="Lsn">Byte in the log.</param>
public readonly record struct WalPosition(int Timeline, ulong Lsn) : IComparable<WalPosition>
{
    /// <inheritdoc/>
    public int CompareTo(WalPosition other) =>
        Timeline != other.Timeline ? Timeline.CompareTo(other.Timeline) : Lsn.CompareTo(other.Lsn);

    /// <summary>As PostgreSQL writes it, after the timeline: 3:0/5000148.</summary>
    public override string ToString() => $"{Timeline}:{TextOf(Lsn)}";

    /// <summary>0/5000148.</summary>
    public static string TextOf(ulong lsn) =>
        string.Create(CultureInfo.InvariantCulture, $"{lsn >> 32:X}/{(uint)lsn:X}");

    /// <summary>Reads 3:0/5000148.</summary>
    public static bool TryParse(string? text, out WalPosition position)
    {
        position = default;
        var colon = (text ?? "").IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !int.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture,
            out var timeline)
            || !TryParseLsn(text.AsSpan(colon + 1), out var lsn))
        {
            return false;
        }

        position = new WalPosition(timeline, lsn);
        return true;
    }

    /// <summary>Reads 0/5000148.</summary>
    public static bool TryParseLsn(ReadOnlySpan<char> text, out ulong lsn)
    {
        lsn = 0;
        var slash = text.IndexOf('/');
        if (slash < 0
            || !uint.TryParse(text[..slash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)
            || !uint.TryParse(text[(slash + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out var low))
        {
            return false;
        }

        lsn = ((ulong)high << 32) | low;
        return true;
    }

    /// <summary>Less.</summary>
    public static bool operator <(WalPosition left, WalPosition right) => left.CompareTo(right) < 0;

    /// <summary>More.</summary>
    public static bool operator >(WalPosition left, WalPosition right) => left.CompareTo(right) > 0;

    /// <summary>Less or the same.</summary>
    public static bool operator <=(WalPosition left, WalPosition right) => left.CompareTo(right) <= 0;

    /// <summary>More or the same.</summary>
    public static bool operator >=(WalPosition left, WalPosition right) => left.CompareTo(right) >= 0;
}
