using System.Globalization;
using Ha.InformationBase;

namespace Ha.Resources.Database;

/// <summary>What the cluster knows for sure of where acknowledged transactions are, kept in its log: every one is on
/// the primary, and on at least <paramref name="Needed"/> of the voters. The record is written before the primary's own list
/// of synchronous standbys begins to promise less, and after it has come to promise more.</summary>
/// <param name="Serial">Grows with each record.</param>
/// <param name="SystemId">The data's identity, as initdb made it.</param>
/// <param name="Primary">The last node that was, or was about to be, promoted: it has every acknowledged
/// transaction.</param>
/// <param name="Voters">Standbys that count, sorted. The primary may be among them for a while after its
/// promotion.</param>
/// <param name="Needed">How many of them have each transaction before a client hears of it; 0 while there is no such
/// promise.</param>
/// <param name="Reached">How far the primary's log was known to reach, for the bound on loss without such a
/// promise.</param>
public sealed record SyncRecord(
    long Serial, ulong SystemId, string Primary, ValueList<string> Voters, int Needed, WalPosition Reached)
{
    /// <summary>The record on one line: "7 7301234567890 n1 1 3:0/5000148 n2,n3".</summary>
    public string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"{Serial} {SystemId} {Primary} {Needed} {Reached} {(Voters.IsEmpty ? "-" : string.Join(',', Voters))}");

    /// <summary>Reads the line. False for anything else.</summary>
    public static bool TryParse(string? text, out SyncRecord? record)
    {
        record = null;
        if ((text ?? "").Split(' ') is not [var serialText, var idText, { Length: > 0 } primary, var neededText, var reachedText, { Length: > 0 } voters]
            || !long.TryParse(serialText, NumberStyles.None, CultureInfo.InvariantCulture, out var serial)
            || !ulong.TryParse(idText, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || !int.TryParse(neededText, NumberStyles.None, CultureInfo.InvariantCulture, out var needed)
            || !WalPosition.TryParse(reachedText, out var reached))
        {
            return false;
        }

        record = new SyncRecord(
            serial, id, primary, voters == "-" ? [] : Sorted(voters.Split(',')), needed, reached);
        return true;
    }

    /// <summary>Names in order, each once.</summary>
    public static ValueList<string> Sorted(IEnumerable<string> names) =>
        names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToValueList();
}
