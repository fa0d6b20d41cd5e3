using Ha.InformationBase;

namespace Ha.Resources.Database;

/// <summary>PostgreSQL's own programs, run as the server's account.</summary>
internal sealed class ServerPrograms(PostgresSettings settings, ServerAccount account, DataFolder folder, string node)
{
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    /// <summary>What is missing; empty for nothing.</summary>
    public string Missing()
    {
        var absent = new[] { "postgres", "pg_ctl", "pg_rewind", "pg_basebackup" }
            .FirstOrDefault(name => !File.Exists(Path.Combine(folder.Programs, name)));
        return absent is null ? ""
            : $"{Path.Combine(folder.Programs, absent)} does not exist" + (folder.HasData
                ? $"; the data in {settings.Data} is of version {folder.Version}: install that, or set bindir" : "");
    }

    /// <summary>Starts the server and does not wait until it is ready: it is nobody's child, so that it outlives
    /// us.</summary>
    public async Task<string> Start(CancellationToken cancel)
    {
        if (!Directory.Exists(settings.SocketFolder))
        {
            Directory.CreateDirectory(settings.SocketFolder);
            account.Own(settings.SocketFolder);
        }

        // pg_ctl gives these to a shell.
        var options = string.Join(' ', ServerConfiguration.StartArguments(settings, node).Select(word =>
            $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        return await Run(
            "pg_ctl",
            ["start", "-W", "-s", "-D", settings.Data, "-l", folder.StartLog, "-o", options],
            s_startTimeout, cancel).ConfigureAwait(false);
    }

    /// <summary>Takes out of the data what the primary never had.</summary>
    public Task<string> Rewind(string address, TimeSpan timeout, CancellationToken cancel) => Run(
        "pg_rewind",
        [
            "--target-pgdata", settings.Data, "--source-server", Source(address) + " dbname=postgres",
            .. settings.ConfigFile is { } file ? new[] { $"--config-file={file}" } : [],
        ],
        timeout, cancel);

    /// <summary>Takes a fresh copy of the primary and puts it in the place of the data; the old data is gone only when
    /// the new is there.</summary>
    public async Task<string> Clone(string address, TimeSpan timeout, CancellationToken cancel)
    {
        var (fresh, old) = (settings.Data + ".new", settings.Data + ".old");
        try
        {
            Delete(fresh);
            Directory.CreateDirectory(
                fresh, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            account.Own(fresh);
            var error = await Run(
                "pg_basebackup", ["-D", fresh, "-d", Source(address), "-X", "stream", "-c", "fast", "--no-password"],
                timeout, cancel).ConfigureAwait(false);
            if (error.Length > 0)
            {
                Delete(fresh);
                return error;
            }

            Delete(old);
            if (Directory.Exists(settings.Data))
            {
                Directory.Move(settings.Data, old);
            }

            Directory.Move(fresh, settings.Data);
            Delete(old);
            return "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"a fresh copy could not be put in place: {e.Message}";
        }
    }

    private string Source(string address) => ServerConfiguration.ConnectionInfo(settings, node, address);

    private async Task<string> Run(
        string program, IReadOnlyList<string> arguments, TimeSpan timeout, CancellationToken cancel)
    {
        var end = await account.Run(
            Path.Combine(folder.Programs, program), arguments, _environment, timeout, cancel).ConfigureAwait(false);
        var said = end.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .LastOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)
                || line.Contains("fatal", StringComparison.OrdinalIgnoreCase))
            ?? end.Errors.Trim().Split('\n')[^1];
        return end switch
        {
            { SpawnError: not 0 } => $"{program} could not be run: error {end.SpawnError}",
            { TimedOut: true } => $"{program} took longer than {timeout.TotalSeconds:0} s and was killed",
            { ExitCode: 0 } => "",
            _ => SafeText.Of($"{program} failed: {said}"),
        };
    }

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
