namespace Ha.Resources.Systemd;

/// <summary>What the cluster adds to a unit while it runs it: when the host shuts down, systemd stops the unit after
/// our program, which moves or stops it first; and systemd does not restart it behind the cluster's back. The file is
/// under /run, so a reboot takes it away.</summary>
internal static class UnitDropIn
{
    /// <summary>Unit of our own program.</summary>
    public const string OwnUnit = "ha.service";

    private const string FileName = "50-ha-cluster.conf";

    /// <summary>Where the file is.</summary>
    public static string PathOf(string runFolder, string unit) =>
        Path.Combine(runFolder, "systemd/system", unit + ".d", FileName);

    /// <summary>What is in it.</summary>
    public static string TextOf(string unit) =>
        $"# Written by ha while the cluster runs this unit; it goes by itself.\n[Unit]\nBefore={OwnUnit}\n"
        + (unit.EndsWith(".service", StringComparison.Ordinal) ? "[Service]\nRestart=no\n" : "");

    /// <summary>Writes it where it is not there yet.</summary>
    /// <returns>Empty, or why it could not be written.</returns>
    public static string Write(string runFolder, string unit)
    {
        var path = PathOf(runFolder, unit);
        try
        {
            if (!File.Exists(path) || File.ReadAllText(path) != TextOf(unit))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, TextOf(unit));
            }

            return "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"systemd may stop {unit} before the cluster does: {SafeText.Of(e.Message)}";
        }
    }

    /// <summary>Takes it away. What systemd has loaded of it stays until it loads the unit again.</summary>
    public static void Remove(string runFolder, string unit)
    {
        var path = PathOf(runFolder, unit);
        try
        {
            File.Delete(path);
            var folder = Path.GetDirectoryName(path)!;
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It says nothing wrong about a unit that is stopped, and the next start writes it again.
        }
    }
}
