using System.Globalization;
using System.Text.RegularExpressions;
using Ha.InformationBase;

namespace Ha.Resources.Ocf;

/// <summary>OCF resource agents, as their packages ship them. Source: OCF resource agent API 1.1, and the variables
/// that
/// Pacemaker adds.</summary>
/// <param name="root">OCF_ROOT, such as /usr/lib/ocf.</param>
/// <param name="toolFolder">Folder of the helper commands that agents call; first on their PATH.</param>
/// <param name="toolVariables">What those commands need to find the node on this host; empty where all is usual.</param>
/// <param name="journal">What is under way, for the program that comes after this one; null for nobody.</param>
public sealed partial class OcfAgents(
    string root, string toolFolder, ValueMap<string> toolVariables = default, OperationJournal? journal = null)
    : IResourceAgents
{
    /// <summary>Where agents are on most systems.</summary>
    public const string DefaultRoot = "/usr/lib/ocf";

    private const string ReasonPrefix = "ocf-exit-reason:";
    private const string SystemPath = "/sbin:/bin:/usr/sbin:/usr/bin";
    private const int NotFound = 2;
    private const int NotPermitted = 13;

    /// <inheritdoc/>
    public async Task<AgentResult> Run(AgentRequest request, CancellationToken cancel)
    {
        var (path, error, code) = AgentPaths.Find(
            Path.Combine(root, "resource.d"), request.Agent.Provider ?? "heartbeat", request.Agent.Type);
        if (error.Length > 0)
        {
            return new AgentResult(
                code == 5 ? OperationStatus.NotInstalled : OperationStatus.Error, code, error, TimeSpan.Zero);
        }

        if (Variables(request, out var environment) is { Length: > 0 } bad)
        {
            return new AgentResult(OperationStatus.Error, 2, bad, TimeSpan.Zero);
        }

        if (journal is not null)
        {
            await journal.Settle(request.ResourceId, cancel).ConfigureAwait(false);
        }

        var end = await ChildProcess.Run(
            path, [path, request.Action], environment, "", request.Timeout, cancel, ChildProcess.KeptBytes, journal,
            request.ResourceId).ConfigureAwait(false);
        return ResultOf(request, path, end);
    }

    /// <summary>What an agent is told in its environment. Everything else of ours is kept from it.</summary>
    internal string Variables(AgentRequest request, out Dictionary<string, string> environment)
    {
        environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = $"{toolFolder}:{SystemPath}",
            ["HA_SBIN_DIR"] = toolFolder,
            ["LC_ALL"] = "C",
            ["HOME"] = "/root",
            ["HA_RSCTMP"] = "/run/resource-agents",
            ["OCF_ROOT"] = root,
            ["OCF_RA_VERSION_MAJOR"] = "1",
            ["OCF_RA_VERSION_MINOR"] = "1",
            ["OCF_RESOURCE_INSTANCE"] = request.ResourceId,
            ["OCF_RESOURCE_TYPE"] = request.Agent.Type,
            ["OCF_RESOURCE_PROVIDER"] = request.Agent.Provider ?? "heartbeat",
            ["OCF_EXIT_REASON_PREFIX"] = ReasonPrefix,
            ["OCF_RESKEY_crm_feature_set"] = "3.19.0",
        };
        foreach (var (name, value) in toolVariables)
        {
            environment[name] = value;
        }

        foreach (var (name, value) in request.Meta)
        {
            environment[$"OCF_RESKEY_CRM_meta_{name.Replace('-', '_')}"] = value;
        }

        environment["OCF_RESKEY_CRM_meta_interval"] = Milliseconds(request.Interval);
        environment["OCF_RESKEY_CRM_meta_timeout"] = Milliseconds(request.Timeout);
        environment["OCF_RESKEY_CRM_meta_on_node"] = request.Node;
        foreach (var (name, value) in request.Parameters)
        {
            if (!ParameterName().IsMatch(name))
            {
                return $"'{SafeText.Of(name)}' cannot be the name of a parameter";
            }

            if (value.Contains('\0', StringComparison.Ordinal))
            {
                return $"parameter {name} has a zero character in it";
            }

            environment[name == "OCF_CHECK_LEVEL" ? name : $"OCF_RESKEY_{name}"] = value;
        }

        return "";
    }

    private static AgentResult ResultOf(AgentRequest request, string path, ChildEnd end)
    {
        if (end.SpawnError != 0)
        {
            return end.SpawnError switch
            {
                NotFound => new AgentResult(
                    OperationStatus.NotInstalled, 5, $"{path} or its interpreter does not exist", end.Took),
                NotPermitted => new AgentResult(OperationStatus.Error, 4, $"{path} may not be run", end.Took),
                var error => new AgentResult(OperationStatus.Error, 1, $"{path} could not be run: error {error}", end.Took),
            };
        }

        var reason = ReasonOf(end.Errors);
        if (end.TimedOut)
        {
            return new AgentResult(
                OperationStatus.Timeout, 1,
                $"{request.Action} took longer than {request.Timeout.TotalSeconds:0.###} s and was killed", end.Took);
        }

        return end.Signal != 0
            ? new AgentResult(OperationStatus.Error, 1, $"the agent was ended by signal {end.Signal}", end.Took)
            : new AgentResult(OperationStatus.Done, end.ExitCode, reason, end.Took);
    }

    // The last line with the prefix counts.
    private static string ReasonOf(string errors)
    {
        var reason = "";
        foreach (var line in errors.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(ReasonPrefix, StringComparison.Ordinal))
            {
                reason = line[ReasonPrefix.Length..].Trim().ToString();
            }
        }

        return SafeText.Of(reason);
    }

    private static string Milliseconds(TimeSpan span) =>
        ((long)span.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_-]*$")]
    private static partial Regex ParameterName();
}
