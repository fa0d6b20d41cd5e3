using Ha.InformationBase;
using Ha.Policy.Rules;

namespace Ha.Policy.Scheduling;

/// <summary>How an operation's parameters of today compare with those that it was done with.</summary>
internal enum DigestResult
{
    Same,

    /// <summary>The history does not say with what it was done.</summary>
    Unknown,

    /// <summary>Something differs.</summary>
    Different,

    /// <summary>Something differs that no running resource can take over.</summary>
    NeedsRestart,
}

/// <summary>Digests of operations, today's against the history's.</summary>
internal static class OperationDigests
{
    private static readonly SortedDictionary<string, string> s_none = new(StringComparer.Ordinal);

    /// <param name="run">The run.</param>
    /// <param name="resource">The resource.</param>
    /// <param name="entry">The operation.</param>
    /// <param name="node">Where it was done.</param>
    /// <param name="trustsMasked">Secrets that are masked in this CIB count as unchanged.</param>
    public static DigestResult Compare(
        PolicyRun run, PolicyResource resource, HistoryEntry entry, PolicyNode node, bool trustsMasked = true)
    {
        if (run.ExpiredRecurring.Contains(entry))
        {
            return DigestResult.Different;
        }

        var interval = (int)Math.Min(entry.Interval.TotalMilliseconds, int.MaxValue);
        var task = TaskOfParameters(entry.Operation, interval);
        var all = All(run, resource, task, interval, node, out var hasOwn);
        if (entry.RestartDigest is { } restart && ParameterDigests.Of(ForRestart(all, entry)) != restart)
        {
            return DigestResult.NeedsRestart;
        }

        if (entry.Digest is null)
        {
            return DigestResult.Unknown;
        }

        if (ParameterDigests.Of(all) == entry.Digest || (trustsMasked && IsOnlyMasked(resource, entry, all)))
        {
            return DigestResult.Same;
        }

        // Parameters of the operation itself come into effect only when it is done again.
        return interval == 0 && hasOwn ? DigestResult.NeedsRestart : DigestResult.Different;
    }

    /// <summary>Digest of the parameters that an action is done with now.</summary>
    public static string Of(PolicyRun run, PolicyResource resource, string task, int intervalMs, PolicyNode? node) =>
        ParameterDigests.Of(All(run, resource, task, intervalMs, node, out _));

    /// <summary>What a resource was started with is what counts for anything that found or made it active.</summary>
    public static string TaskOfParameters(string task, int intervalMs) =>
        (task == Tasks.Monitor && intervalMs == 0) || task is Tasks.MigrateFrom or Tasks.Promote ? Tasks.Start : task;

    private static SortedDictionary<string, string> All(
        PolicyRun run, PolicyResource resource, string task, int intervalMs, PolicyNode? node, out bool hasOwn)
    {
        var parameters = Parameters.Of(run, resource, node);
        if (intervalMs == 0 && parameters.Count == 0 && OperationDefinitions.Find(resource, task, 0) is null)
        {
            hasOwn = false;
            return s_none;
        }

        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in parameters)
        {
            all[name] = value;
        }

        if (BundleNames.AddressFor(resource, parameters) is { } address)
        {
            all[BundleNames.Address] = address;
        }

        hasOwn = false;
        foreach (var (name, value) in OwnParameters(run, resource, task, intervalMs))
        {
            hasOwn = true;
            all[name] = value;
        }

        all.Remove("id");
        all.Remove("crm_feature_set");
        all.Remove("op-digest");
        all.Remove("on_node");
        all.Remove("on_node_uuid");
        all.Remove("pcmk_external_ip");
        if (intervalMs > 0)
        {
            all["CRM_meta_timeout"] = ActionMeta.Configured(run, resource, task, intervalMs)["timeout"];
        }

        return all;
    }

    /// <summary>Parameters that belong to the operation alone.</summary>
    public static IEnumerable<KeyValuePair<string, string>> OwnParameters(
        PolicyRun run, PolicyResource resource, string task, int intervalMs)
    {
        var definition = OperationDefinitions.Find(resource, task, intervalMs);
        if (definition is null)
        {
            yield break;
        }

        if (definition.Attributes.TryGetValue("OCF_CHECK_LEVEL", out var level))
        {
            yield return KeyValuePair.Create("OCF_CHECK_LEVEL", level);
        }

        if (definition.Parameters.IsEmpty)
        {
            yield break;
        }

        var input = new RuleInput { Now = run.Now, Agent = resource.Agent };
        foreach (var (name, pair) in AttributeSets.Unpack(definition.Parameters, input, out _))
        {
            if (pair.Value is { } value)
            {
                yield return KeyValuePair.Create(name, value);
            }
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> ForRestart(
        SortedDictionary<string, string> all, HistoryEntry entry)
    {
        if (entry.ForceRestart is not { } names)
        {
            return all;
        }

        var wanted = names.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        return all.Where(pair => wanted.Contains(pair.Key));
    }

    // A CIB for other eyes has its secrets masked: then what is not secret decides.
    private static bool IsOnlyMasked(
        PolicyResource resource, HistoryEntry entry, SortedDictionary<string, string> all)
    {
        if (entry.SecureDigest is not { } digest)
        {
            return false;
        }

        var secret = (entry.SecureParameters ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .ToHashSet(StringComparer.Ordinal);
        var open = all.Where(pair => !secret.Contains(pair.Key) && pair.Key != "CRM_meta_timeout"
            && !(resource.IsFencingDevice && ParameterDigests.IsDeviceSetting(pair.Key)));
        return ParameterDigests.Of(open) == digest;
    }
}
