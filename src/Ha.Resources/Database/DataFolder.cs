using System.Globalization;

namespace Ha.Resources.Database;

/// <summary>A server's data folder, as files.</summary>
internal sealed class DataFolder(PostgresSettings settings)
{
    private const string AutoFile = "postgresql.auto.conf";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Where it is.</summary>
    public string Path => settings.Data;

    /// <summary>There is data in it.</summary>
    public bool HasData => File.Exists(Of("PG_VERSION"));

    /// <summary>Major version of the data, such as 15; empty without data.</summary>
    public string Version => HasData ? File.ReadAllText(Of("PG_VERSION")).Trim() : "";

    /// <summary>Folder of the programs for this data.</summary>
    public string Programs => settings.Programs ?? $"/usr/lib/postgresql/{(HasData ? Version : Newest())}/bin";

    /// <summary>What the control file says; null, with the reason, where it cannot be read.</summary>
    public (ControlFile? Control, string Error) Control()
    {
        try
        {
            using var file = File.OpenRead(Of("global/pg_control"));
            var bytes = new byte[ControlFile.NeededBytes];
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return ControlFile.TryDecode(bytes.AsSpan(0, count), out var control, out var error)
                ? (control, "") : (null, $"{settings.Data}: {error}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, e.Message);
        }
    }

    /// <summary>What the data is.</summary>
    public DataState State() => !HasData ? DataState.Empty
        : File.Exists(Of("standby.signal")) ? DataState.Standby
        : Control().Control?.State ?? DataState.PrimaryCrashed;

    /// <summary>The latest timeline of which there is a piece of the log: the folder knows it before the control file
    /// does.</summary>
    public int LatestTimeline()
    {
        try
        {
            return Directory.EnumerateFiles(Of("pg_wal"))
                .Select(System.IO.Path.GetFileName)
                .Where(name => name is { Length: 24 })
                .Select(name => int.TryParse(
                    name![..8], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var timeline)
                        ? timeline : 0)
                .DefaultIfEmpty()
                .Max();
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Where a timeline left the one before it; null for the first, or where that is not known here.</summary>
    public ulong? ForkOf(int timeline)
    {
        try
        {
            var line = File.ReadLines(Of($"pg_wal/{timeline:X8}.history")).LastOrDefault(text => text.Contains('\t', StringComparison.Ordinal));
            return line?.Split('\t') is [_, var lsn, ..] && WalPosition.TryParseLsn(lsn, out var fork) ? fork : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Where the server writes until its own log is open.</summary>
    public string StartLog => Of("ha-start.log");

    /// <summary>Why the server ended, as it said itself; where its log is, if it said nothing there.</summary>
    public string LastWords()
    {
        var words = new List<string>();
        try
        {
            foreach (var line in File.ReadLines(StartLog))
            {
                var at = new[] { "FATAL: ", "PANIC: ", "DETAIL: " }
                    .Select(word => line.IndexOf(word, StringComparison.Ordinal)).Max();
                if (at >= 0)
                {
                    words.Add(line[at..]);
                }
            }
        }
        catch (IOException)
        {
            // It did not even come that far.
        }

        return words.Count == 0 ? $"see {StartLog}" : string.Join(' ', words.TakeLast(2));
    }

    /// <summary>Sets the cluster's settings.</summary>
    public void Set(ServerAccount account, params IReadOnlyList<(string Name, string? Value)> values)
    {
        var path = Of(AutoFile);
        var before = File.Exists(path) ? File.ReadAllText(path) : "";
        var after = ServerConfiguration.WithSettings(before, values);
        if (after != before)
        {
            var next = path + ".ha";
            File.WriteAllText(next, after);
            File.SetUnixFileMode(next, OwnerOnly);
            account.Own(next);
            File.Move(next, path, overwrite: true);
        }
    }

    /// <summary>Lets the next start be one of a standby.</summary>
    public void MarkStandby(ServerAccount account)
    {
        var path = Of("standby.signal");
        if (!File.Exists(path))
        {
            File.WriteAllText(path, "");
            File.SetUnixFileMode(path, OwnerOnly);
            account.Own(path);
        }
    }

    private string Of(string name) => System.IO.Path.Combine(settings.Data, name);

    private static string Newest() => !Directory.Exists("/usr/lib/postgresql") ? ""
        : Directory.EnumerateDirectories("/usr/lib/postgresql").Select(System.IO.Path.GetFileName)
            .OrderByDescending(name => int.TryParse(name, out var number) ? number : 0).FirstOrDefault() ?? "";
}
