using Ha.InformationBase;
using Ha.Policy.Rules;
using Ha.Policy.Scheduling;

namespace Ha.Policy.Live;

/// <summary>The parameters that something was started with, as far as they are known: it is stopped with them, though
/// the configuration has others by now.</summary>
internal static class FormerParameters
{
    /// <summary>Parameters of the state whose digest the history has; null where that is today's, or is not known.
    /// </summary>
    public static IReadOnlyDictionary<string, string>? Of(PolicyRun run, PolicyResource resource, PolicyNode node)
    {
        if (run.Cib.Status.Former.IsEmpty || StartDigest(resource, node) is not { } digest
            || digest == OperationDigests.Of(run, resource, Tasks.Start, 0, node))
        {
            return null;
        }

        foreach (var former in run.Cib.Status.Former)
        {
            if (former.Id == resource.Source.Id && Read(run, former) is { } values
                && ParameterDigests.Of(values) == digest)
            {
                return values;
            }
        }

        return null;
    }

    private static string? StartDigest(PolicyResource resource, PolicyNode node)
    {
        string? digest = null;
        foreach (var history in node.State?.History ?? [])
        {
            if (history.ResourceId != resource.HistoryId)
            {
                continue;
            }

            foreach (var entry in history.Entries)
            {
                if (entry is { Interval.Ticks: 0, Digest: { Length: > 0 } known, Operation: not Tasks.Stop }
                    && entry.Status != OperationStatus.Pending)
                {
                    digest = known;
                }
            }
        }

        return digest;
    }

    private static SortedDictionary<string, string> Read(PolicyRun run, Primitive former)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var input = new RuleInput { Now = run.Now, Agent = former.Agent };
        foreach (var (name, pair) in AttributeSets.Unpack(former.Parameters, input, out _))
        {
            if (pair.Value is { } value)
            {
                values[name] = value;
            }
        }

        return values;
    }
}
