using Ha.InformationBase;

namespace Ha.Resources.Lsb;

/// <summary>Init scripts as resources. They know no parameters, no metadata, and answer status with codes of their own.
/// Source: Linux Standard Base 5.0, core, "Init Script Actions".</summary>
/// <param name="folder">Where they are, such as /etc/init.d.</param>
/// <param name="journal">What is under way, for the program that comes after this one; null for nobody.</param>
public sealed class LsbAgents(string folder, OperationJournal? journal = null) : IResourceAgents
{
    /// <summary>Where init scripts are on most systems.</summary>
    public const string DefaultFolder = "/etc/init.d";

    private const int NotFound = 2;
    private const int NotPermitted = 13;

    /// <summary>True where there is a script of this name.</summary>
    public bool Has(string type) => AgentPaths.Find(folder, type).Error.Length == 0;

    /// <inheritdoc/>
    public async Task<AgentResult> Run(AgentRequest request, CancellationToken cancel)
    {
        var (path, error, code) = AgentPaths.Find(folder, request.Agent.Type);
        if (error.Length > 0)
        {
            return new AgentResult(
                code == 5 ? OperationStatus.NotInstalled : OperationStatus.Error, code, error, TimeSpan.Zero);
        }

        var action = request.Action switch
        {
            "monitor" => "status",
            "start" or "stop" or "status" or "restart" or "reload" or "force-reload" => request.Action,
            _ => "",
        };
        if (action.Length == 0)
        {
            return new AgentResult(
                OperationStatus.Done, 3, $"an init script has no action {SafeText.Of(request.Action)}", TimeSpan.Zero);
        }

        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = "/sbin:/bin:/usr/sbin:/usr/bin",
            ["LC_ALL"] = "C",
            ["HOME"] = "/root",
            // Some scripts hand over to systemd otherwise, which would wait for nobody.
            ["SYSTEMCTL_SKIP_REDIRECT"] = "1",
        };
        if (journal is not null)
        {
            await journal.Settle(request.ResourceId, cancel).ConfigureAwait(false);
        }

        var end = await ChildProcess.Run(
            path, [path, action], environment, "", request.Timeout, cancel, ChildProcess.KeptBytes, journal,
            request.ResourceId).ConfigureAwait(false);
        return end switch
        {
            { SpawnError: NotFound } => new AgentResult(
                OperationStatus.NotInstalled, 5, $"{path} or its interpreter does not exist", end.Took),
            { SpawnError: NotPermitted } => new AgentResult(OperationStatus.Error, 4, $"{path} may not be run", end.Took),
            { SpawnError: not 0 } => new AgentResult(
                OperationStatus.Error, 1, $"{path} could not be run: error {end.SpawnError}", end.Took),
            { TimedOut: true } => new AgentResult(
                OperationStatus.Timeout, 1,
                $"{action} took longer than {request.Timeout.TotalSeconds:0.###} s and was killed", end.Took),
            { Signal: not 0 } => new AgentResult(
                OperationStatus.Error, 1, $"the script was ended by signal {end.Signal}", end.Took),
            _ => new AgentResult(OperationStatus.Done, CodeOf(action, end.ExitCode), "", end.Took),
        };
    }

    /// <summary>An exit code of an init script as an OCF agent would say it: pure. For everything but status the two
    /// agree from 0 to 7.</summary>
    internal static int CodeOf(string action, int exitCode) => action == "status"
        ? exitCode switch
        {
            0 => 0,
            // Dead with a file of its process number, dead with a lock file, not running.
            1 or 2 or 3 => 7,
            _ => 1,
        }
        : exitCode is >= 0 and <= 7 ? exitCode : 1;
}
