using Ha.InformationBase;
using Ha.Resources.Fencing;
using Ha.Resources.Lsb;
using Ha.Resources.Ocf;
using Ha.Resources.Systemd;
using Ha.Resources.Database;
using Ha.Resources.Vip;

namespace Ha.Resources.Metadata;

/// <summary>What the agents of this host say of themselves.</summary>
/// <param name="ocfRoot">OCF_ROOT.</param>
/// <param name="fenceFolder">Where fence agents are.</param>
/// <param name="initFolder">Where init scripts are.</param>
/// <param name="runFolder">/run: how systemd is reached.</param>
public sealed class AgentDescriptions(string ocfRoot, string fenceFolder, string initFolder, string runFolder)
{
    /// <summary>How long an agent may think about itself.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, string> s_environment = new(StringComparer.Ordinal)
    {
        ["PATH"] = "/sbin:/bin:/usr/sbin:/usr/bin",
        ["LC_ALL"] = "C",
    };

    /// <summary>The metadata of one agent. Never fails but by being cancelled.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="timeout">It is killed then.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async Task<AgentDescription> Of(AgentName agent, TimeSpan timeout, CancellationToken cancel) =>
        agent.Class switch
        {
            "ocf" => await OfOcf(agent, timeout, cancel).ConfigureAwait(false),
            "stonith" => await OfFencing(agent, timeout, cancel).ConfigureAwait(false),
            "ha" when agent.Type == "vip" => new AgentDescription.Known(VipAgent.Metadata),
            "ha" when agent.Type == "postgresql" => new AgentDescription.Known(PostgresSettings.Metadata),
            "lsb" => OfScript(agent),
            "service" when OfScript(agent) is AgentDescription.Known script => script,
            "systemd" or "service" => await OfUnit(agent, timeout, cancel).ConfigureAwait(false),
            _ => new AgentDescription.Absent($"there is no agent {SafeText.Of(agent.ToString())}"),
        };

    private async Task<AgentDescription> OfOcf(AgentName agent, TimeSpan timeout, CancellationToken cancel)
    {
        var (path, error, code) = AgentPaths.Find(
            Path.Combine(ocfRoot, "resource.d"), agent.Provider ?? "heartbeat", agent.Type);
        if (error.Length > 0)
        {
            return Missing(error, code);
        }

        var environment = new Dictionary<string, string>(s_environment, StringComparer.Ordinal)
        {
            ["OCF_ROOT"] = ocfRoot,
            ["OCF_RA_VERSION_MAJOR"] = "1",
            ["OCF_RA_VERSION_MINOR"] = "1",
            ["OCF_RESOURCE_TYPE"] = agent.Type,
            ["OCF_RESOURCE_PROVIDER"] = agent.Provider ?? "heartbeat",
            ["OCF_RESOURCE_INSTANCE"] = agent.Type,
        };
        return await Ask(agent, path, [path, "meta-data"], environment, "", timeout, cancel).ConfigureAwait(false);
    }

    private async Task<AgentDescription> OfFencing(AgentName agent, TimeSpan timeout, CancellationToken cancel)
    {
        var (path, error, code) = AgentPaths.Find(fenceFolder, agent.Type);
        return error.Length > 0
            ? Missing(error, code)
            : await Ask(agent, path, [path, "-o", "metadata"], s_environment, "action=metadata\n", timeout, cancel)
                .ConfigureAwait(false);
    }

    private AgentDescription OfScript(AgentName agent)
    {
        var (_, error, code) = AgentPaths.Find(initFolder, agent.Type);
        return error.Length > 0
            ? Missing(error, code)
            : new AgentDescription.Known(new AgentMetadata { Agent = agent });
    }

    private async Task<AgentDescription> OfUnit(AgentName agent, TimeSpan timeout, CancellationToken cancel)
    {
        using var units = new SystemdAgent(runFolder);
        var result = await units.Run(
            new AgentRequest { Agent = agent, ResourceId = agent.Type, Action = "validate-all", Timeout = timeout, Node = "" },
            cancel).ConfigureAwait(false);
        return result switch
        {
            { Status: OperationStatus.Done, ExitCode: 0 } =>
                new AgentDescription.Known(new AgentMetadata { Agent = agent }, result.ExitReason),
            { Status: OperationStatus.NotInstalled } => new AgentDescription.Absent(result.ExitReason),
            _ => new AgentDescription.Unreadable(result.ExitReason),
        };
    }

    private static async Task<AgentDescription> Ask(
        AgentName agent, string path, string[] arguments, Dictionary<string, string> environment, string input,
        TimeSpan timeout, CancellationToken cancel)
    {
        var end = await ChildProcess.Run(
            path, arguments, environment, input, timeout, cancel, AgentMetadataXml.MaxCharacters).ConfigureAwait(false);
        return end switch
        {
            { SpawnError: not 0 } => new AgentDescription.Unreadable($"{path} could not be run: error {end.SpawnError}"),
            { TimedOut: true } => new AgentDescription.Unreadable(
                $"{path} did not describe itself within {timeout.TotalSeconds:0.###} s and was killed"),
            { ExitCode: not 0 } => new AgentDescription.Unreadable(
                $"{path} ended with exit code {end.ExitCode} when it was asked what it is"),
            { IsCut: true } => new AgentDescription.Unreadable(
                $"{path} describes itself in more than {AgentMetadataXml.MaxCharacters} bytes"),
            _ => AgentMetadataXml.TryRead(agent, end.Output, out var metadata, out var error)
                ? new AgentDescription.Known(metadata!)
                : new AgentDescription.Unreadable($"what {path} says of itself cannot be read: {error}"),
        };
    }

    private static AgentDescription Missing(string error, int exitCode) => exitCode == 5
        ? new AgentDescription.Absent(error)
        : new AgentDescription.Unreadable(error);
}

/// <summary>What came of asking an agent what it is: a closed family.</summary>
public abstract record AgentDescription
{
    private AgentDescription()
    {
    }

    /// <summary>It said so.</summary>
    /// <param name="Metadata">What it said.</param>
    /// <param name="Warning">What is not well with it on this host; empty for nothing.</param>
    public sealed record Known(AgentMetadata Metadata, string Warning = "") : AgentDescription;

    /// <summary>It is not on this host.</summary>
    public sealed record Absent(string Reason) : AgentDescription;

    /// <summary>It is here, and did not say anything that can be read.</summary>
    public sealed record Unreadable(string Reason) : AgentDescription;
}
