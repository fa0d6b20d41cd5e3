using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>How often a resource failed on a node. Source: Pacemaker Explained, "Handling resource failure".</summary>
internal static class FailCounts
{
    private const string CountPrefix = "fail-count-";
    private const string TimePrefix = "last-failure-";

    /// <summary>The sum over its operations (over all instances of an anonymous clone), and when it failed last.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="resource">A primitive.</param>
    /// <param name="node">The node.</param>
    /// <param name="isEffective">Count expired failures as none.</param>
    /// <param name="withLaunched">Add what lives in this container.</param>
    public static (int Count, long LastFailure) Of(
        PolicyRun run, PolicyResource resource, PolicyNode node, bool isEffective, bool withLaunched) =>
        Of(run, resource, node, isEffective, withLaunched, null);

    /// <param name="run">The run.</param>
    /// <param name="resource">A primitive.</param>
    /// <param name="node">The node.</param>
    /// <param name="isEffective">Count expired failures as none.</param>
    /// <param name="withLaunched">Add what lives in this container.</param>
    /// <param name="entry">The operation that it is about: where a failure of it blocks, failures never expire.</param>
    public static (int Count, long LastFailure) Of(
        PolicyRun run, PolicyResource resource, PolicyNode node, bool isEffective, bool withLaunched,
        HistoryEntry? entry)
    {
        var table = node.FailCounts ??= TableOf(run, node);
        var (count, last) = table.Count == 0 ? (0, 0L) : Sum(table, resource);
        if (count > 0 && resource.FailureTimeout > 0 && BlockingFailures.Has(resource, node, entry))
        {
            resource.FailureTimeout = 0;
        }

        if (isEffective && count > 0 && last > 0 && resource.FailureTimeout > 0
            && run.Now > last + resource.FailureTimeout)
        {
            count = 0;
        }

        if (withLaunched)
        {
            foreach (var launched in resource.Launched)
            {
                var (more, at) = Of(run, launched, node, isEffective, withLaunched: true, entry);
                count = Scores.Add(count, more);
                last = Math.Max(last, at);
            }
        }

        return (count, last);
    }

    private static (int Count, long Last) Sum(
        Dictionary<string, List<(string Instance, int Count, long Last)>> table, PolicyResource resource)
    {
        var name = resource.IsGloballyUnique ? resource.HistoryId : WithoutNumber(resource.HistoryId);
        if (!table.TryGetValue(resource.IsGloballyUnique ? WithoutNumber(name) : name, out var entries))
        {
            return (0, 0);
        }

        var sum = 0;
        var latest = 0L;
        foreach (var (instance, count, last) in entries)
        {
            if (!resource.IsGloballyUnique || instance == name)
            {
                sum = Scores.Add(sum, count);
                latest = Math.Max(latest, last);
            }
        }

        return (sum, latest);
    }

    // By the id without an instance's number.
    private static Dictionary<string, List<(string Instance, int Count, long Last)>> TableOf(
        PolicyRun run, PolicyNode node)
    {
        var table = new Dictionary<string, List<(string Instance, int Count, long Last)>>(StringComparer.Ordinal);
        foreach (var (attribute, value) in node.Attributes)
        {
            var isCount = attribute.StartsWith(CountPrefix, StringComparison.Ordinal);
            if (!isCount && !attribute.StartsWith(TimePrefix, StringComparison.Ordinal))
            {
                continue;
            }

            var name = attribute[(isCount ? CountPrefix : TimePrefix).Length..];
            var hash = name.LastIndexOf('#');
            if (hash < 0)
            {
                continue;
            }

            var instance = name[..hash];
            var key = WithoutNumber(instance);
            if (!table.TryGetValue(key, out var entries))
            {
                table.Add(key, entries = []);
            }

            var at = !isCount && long.TryParse(
                value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;
            entries.Add((instance, isCount ? Scores.Parse(value, 0) : 0, at));
        }

        return table;
    }

    /// <summary>An id without ":3" behind it.</summary>
    public static string WithoutNumber(string id)
    {
        var end = id.Length;
        while (end > 0 && char.IsAsciiDigit(id[end - 1]))
        {
            end--;
        }

        return end > 1 && end < id.Length && id[end - 1] == ':' ? id[..(end - 1)] : id;
    }
}
