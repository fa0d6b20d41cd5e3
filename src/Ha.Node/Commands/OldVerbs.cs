namespace Ha.Node.Commands;

/// <summary>What people type who come from other cluster managers, and what to type here.</summary>
internal static class OldVerbs
{
    private static readonly (string Old, string New)[] s_verbs =
    [
        ("standby", "ha node drain NODE"),
        ("unstandby", "ha node undrain NODE"),
        ("online", "ha node undrain NODE"),
        ("crm_mon", "ha status"),
        ("resource", "ha move|start|stop|cleanup RESOURCE"),
        ("migrate", "ha move RESOURCE --to NODE"),
        ("ban", "ha move RESOURCE"),
        ("failcount", "ha why RESOURCE"),
        ("clear", "ha cleanup RESOURCE"),
        ("refresh", "ha cleanup RESOURCE"),
        ("fence", "ha node fence NODE"),
        ("confirm", "ha node confirm-off NODE"),
        ("enable", "ha start RESOURCE"),
        ("disable", "ha stop RESOURCE"),
        ("load", "ha apply FILE"),
        ("push", "ha apply FILE"),
        ("verify", "ha check FILE"),
        ("explain", "ha why RESOURCE"),
    ];

    /// <summary>"; here that is: ...", or nothing.</summary>
    public static string Hint(IEnumerable<string> args)
    {
        var first = args.FirstOrDefault(arg => !arg.StartsWith('-'));
        foreach (var (old, instead) in s_verbs)
        {
            if (string.Equals(old, first, StringComparison.OrdinalIgnoreCase))
            {
                return $"; here that is: {instead}";
            }
        }

        return "";
    }
}
