using Ha.Hocon;
using Ha.InformationBase.Reader;

namespace Ha.InformationBase;

/// <summary>What differs between two configurations, as stable lines: + added, - removed, ~ changed.</summary>
public static class ConfigurationDiff
{
    // Longer paths push their own value further right.
    private const int PathColumns = 42;

    /// <summary>The lines, sorted by path. An object that is new or gone is one line. Secrets are masked.</summary>
    public static ValueList<string> Of(Configuration before, Configuration after)
    {
        var lines = new List<(string Path, string Line)>();
        Compare(lines, "", ConfigurationTree.Of(before), ConfigurationTree.Of(after));
        return lines.OrderBy(line => line.Path, StringComparer.Ordinal).Select(line => line.Line).ToValueList();
    }

    private static void Compare(
        List<(string Path, string Line)> lines, string path, HoconObject before, HoconObject after)
    {
        foreach (
            var name in before.Fields.Concat(after.Fields).Select(field => field.Name).Distinct(StringComparer.Ordinal))
        {
            var inner = path.Length == 0 ? HoconWriter.Key(name) : $"{path}.{HoconWriter.Key(name)}";
            var isSection = path.Length == 0 || inner is "constraints.location" or "constraints.colocation"
                or "constraints.order" or "constraints.ticket" or "cluster.properties";
            var was = before.Get(name) ?? (isSection && after.Get(name) is HoconObject ? HoconWriter.Object([]) : null);
            var comes = after.Get(name) ?? (isSection && was is HoconObject ? HoconWriter.Object([]) : null);
            if (was is HoconObject left && comes is HoconObject right)
            {
                Compare(lines, inner, left, right);
            }
            else
            {
                Put(lines, name, inner, was, comes);
            }
        }
    }

    private static void Put(
        List<(string Path, string Line)> lines, string name, string path, HoconValue? was, HoconValue? comes)
    {
        var column = path.PadRight(PathColumns);
        if (was is null && comes is not null)
        {
            lines.Add((path, $"+ {column} {Show(name, comes)}"));
        }
        else if (was is not null && comes is null)
        {
            lines.Add((path, $"- {column} {Show(name, was)}"));
        }
        else if (was is not null && comes is not null && HoconWriter.Line(was) != HoconWriter.Line(comes))
        {
            lines.Add((path, $"~ {column} {Show(name, was)} → {Show(name, comes)}"));
        }
    }

    private static string Show(string name, HoconValue value) => HoconWriter.Line(Masked(name, value));

    private static HoconValue Masked(string name, HoconValue value) => value switch
    {
        HoconObject body =>
            HoconWriter.Object(body.Fields.Select(field => (field.Name, Masked(field.Name, field.Value)))),
        HoconScalar scalar when SecretChecks.IsSecret(name) && !SecretChecks.IsReference(scalar.Text) =>
            HoconWriter.Text("*****"),
        _ => value,
    };
}
