using Ha.InformationBase;

namespace Ha.Resources.Database;

/// <summary>What a node says of its data when it is asked, after the primary was stopped or fenced.</summary>
/// <param name="Node">The node.</param>
/// <param name="SystemId">The data's identity; 0 where there is none.</param>
/// <param name="Position">How far its log reaches.</param>
/// <param name="IsAtRest">It is no primary: it was shut down, or follows.</param>
public sealed record DataReport(string Node, ulong SystemId, WalPosition Position, bool IsAtRest);

/// <summary>What a node about to be promoted knows.</summary>
/// <param name="Self">It.</param>
/// <param name="Record">What is committed; null before the first promotion.</param>
/// <param name="Own">Its own data.</param>
/// <param name="Reports">What others said since the primary is gone.</param>
/// <param name="Members">Nodes that are members now, it among them.</param>
/// <param name="MaxLoss">Bytes that may be lost where commits do not wait for standbys; null for none.</param>
/// <param name="AcceptedSerial">Serial of the record for which a person accepted a loss; 0 for none.</param>
public sealed record PromotionView(
    string Self, SyncRecord? Record, DataReport Own, ValueList<DataReport> Reports, ValueList<string> Members,
    ulong? MaxLoss, long AcceptedSerial);

/// <summary>Whether a node may be promoted: a closed family.</summary>
public abstract record PromotionAnswer
{
    private PromotionAnswer()
    {
    }

    /// <summary>It may.</summary>
    /// <param name="Reason">Why nothing acknowledged is lost, or how much may be.</param>
    public sealed record Yes(string Reason) : PromotionAnswer;

    /// <summary>It may once it has what <paramref name="Node"/> has.</summary>
    public sealed record After(string Node, WalPosition Position) : PromotionAnswer;

    /// <summary>It may not as far as is known; others have not answered yet.</summary>
    public sealed record No(string Reason, string Next) : PromotionAnswer;
}

/// <summary>Decides about promotions: pure. A standby is promoted when it surely has every acknowledged transaction: of
/// the voters enough have answered that one of them has each of them, and it has what the best of these has.</summary>
public static class PromotionChecks
{
    /// <summary>The cluster option by which a person accepts a loss.</summary>
    public const string AcceptanceName = "postgresql-accept-loss";

    /// <summary>The answer.</summary>
    public static PromotionAnswer May(PromotionView view)
    {
        if (view.Record is not { } record)
        {
            return First(view);
        }

        if (view.Own.SystemId != record.SystemId)
        {
            return new PromotionAnswer.No(
                $"its data has the system identifier {view.Own.SystemId}, the cluster's has {record.SystemId}",
                $"clone it from the primary: stop the resource on {view.Self}, empty its data folder, and clean it up");
        }

        if (record.Primary == view.Self)
        {
            return new PromotionAnswer.Yes("it was the last primary");
        }

        var reports = view.Reports.Where(report => report.SystemId == record.SystemId && report.Node != view.Self)
            .Append(view.Own)
            .ToList();
        if (reports.Find(report => report.Node == record.Primary && report.IsAtRest) is { } last
            && record.Voters.Contains(view.Self)
            && (view.Own.Position >= last.Position || record.Needed == 0))
        {
            return view.Own.Position >= last.Position
                ? new PromotionAnswer.Yes($"it has all that {last.Node} had when it stopped")
                : new PromotionAnswer.After(last.Node, last.Position);
        }

        if (!record.Voters.Contains(view.Self))
        {
            return new PromotionAnswer.No(
                $"it is not among the standbys that have every transaction ({Names(record.Voters)})",
                $"bring back {record.Primary} or one of them");
        }

        var voters = reports.Where(report => record.Voters.Contains(report.Node)).ToList();
        return record.Needed == 0 ? Unpromised(view, record, voters) : Promised(view, record, voters);
    }

    private static PromotionAnswer Promised(PromotionView view, SyncRecord record, List<DataReport> voters)
    {
        var isCertain = voters.Count + record.Needed > record.Voters.Count;
        if (!isCertain && view.AcceptedSerial != record.Serial)
        {
            return new PromotionAnswer.No(
                $"a transaction may be acknowledged that only {record.Primary} and one of "
                + $"{Names(record.Voters.Except(voters.Select(report => report.Node), StringComparer.Ordinal))} has",
                $"bring one of them back; or accept that loss: crm_attribute -n {AcceptanceName} -v {record.Serial}");
        }

        return Best(voters) is { } best && best.Position > view.Own.Position
            ? new PromotionAnswer.After(best.Node, best.Position)
            : new PromotionAnswer.Yes(!isCertain
                ? $"a person accepted that transactions may be lost (record {record.Serial})"
                : $"{record.Needed} of {Names(record.Voters)} has each transaction, and it has the most of the "
                + $"{voters.Count} that answered");
    }

    private static PromotionAnswer Unpromised(PromotionView view, SyncRecord record, List<DataReport> voters)
    {
        if (Best(voters) is { } best && best.Position > view.Own.Position)
        {
            return new PromotionAnswer.After(best.Node, best.Position);
        }

        if (view.MaxLoss is not { } bound)
        {
            return new PromotionAnswer.No(
                "commits did not wait for any standby, and no bound on loss is set",
                $"bring back {record.Primary}; or set max_loss of the resource");
        }

        var behind = view.Own.Position.Timeline < record.Reached.Timeline ? ulong.MaxValue
            : view.Own.Position.Lsn >= record.Reached.Lsn ? 0 : record.Reached.Lsn - view.Own.Position.Lsn;
        return behind <= bound
            ? new PromotionAnswer.Yes(
                $"commits did not wait for standbys: what {record.Primary} wrote after "
                + $"{(view.Own.Position > record.Reached ? view.Own.Position : record.Reached)} may be lost, about {bound} bytes at most")
            : new PromotionAnswer.No(
                $"it lacks at least {behind} bytes that {record.Primary} had, more than max_loss ({bound})",
                $"bring back {record.Primary}; or raise max_loss");
    }

    // Nobody was ever promoted here: whoever has the most, and all must have been seen.
    private static PromotionAnswer First(PromotionView view)
    {
        var strangers = view.Reports
            .Where(report => report.SystemId != 0 && report.SystemId != view.Own.SystemId)
            .Select(report => report.Node).ToList();
        if (view.Own.SystemId == 0 || strangers.Count > 0)
        {
            return view.Own.SystemId == 0
                ? new PromotionAnswer.No("it has no data", "clone it from another node, or run initdb")
                : new PromotionAnswer.No(
                    $"{Names(strangers)} has data of another database (system identifier)",
                    "empty the data folders of the nodes that shall be cloned");
        }

        var missing = view.Members
            .Where(node => node != view.Self && view.Reports.All(report => report.Node != node)).ToList();
        if (missing.Count > 0)
        {
            return new PromotionAnswer.No(
                $"nobody was promoted here before, and {Names(missing)} has not said how much it has",
                "start the resource on all nodes");
        }

        var best = Best([.. view.Reports.Where(report => report.SystemId != 0), view.Own])!;
        return best.Position > view.Own.Position
            ? new PromotionAnswer.After(best.Node, best.Position)
            : new PromotionAnswer.Yes("nobody was promoted here before, and nobody has more");
    }

    private static DataReport? Best(List<DataReport> reports) => reports
        .OrderByDescending(report => report.Position).ThenBy(report => report.Node, StringComparer.Ordinal)
        .FirstOrDefault();

    private static string Names(IEnumerable<string> nodes) =>
        string.Join(", ", nodes.Order(StringComparer.Ordinal)) is { Length: > 0 } names ? names : "nobody";
}
