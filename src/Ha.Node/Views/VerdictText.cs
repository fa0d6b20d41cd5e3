using Ha.Resources.Vrrp;

namespace Ha.Node.Views;

/// <summary>Verdicts as `ha vrrp decode` prints them: accept, accept+log:WHAT, accept (trailing ignored),
/// discard:WHY.</summary>
internal static class VerdictText
{
    /// <summary>The text.</summary>
    public static string Of(in VrrpVerdict verdict)
    {
        if (!verdict.IsAccepted)
        {
            return $"discard:{Of(verdict.Discard)}";
        }

        var logs = new List<string>();
        if (verdict.Remarks.HasFlag(VrrpRemarks.Interval))
        {
            logs.Add("interval");
        }

        if (verdict.Remarks.HasFlag(VrrpRemarks.Addresses))
        {
            logs.Add("addresses");
        }

        return (logs.Count == 0 ? "accept" : $"accept+log:{string.Join(',', logs)}")
            + (verdict.Remarks.HasFlag(VrrpRemarks.Trailing) ? " (trailing ignored)" : "");
    }

    private static string Of(VrrpDiscard discard) => discard switch
    {
        VrrpDiscard.AuthType => "auth-type",
        VrrpDiscard.FirstAddress => "first-address",
        _ => discard.ToString().ToLowerInvariant(),
    };
}
