namespace Ha.Resources.Ocf;

/// <summary>Folders that agents expect to be there.</summary>
public static class AgentFolders
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Makes the folder of agents' run-time files (HA_RSCTMP).</summary>
    /// <param name="runFolder">/run.</param>
    /// <returns>Empty, or why it could not be made.</returns>
    public static string Make(string runFolder)
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(runFolder, "resource-agents"), Mode);
            return "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"agents have no folder for their run-time files: {e.Message}";
        }
    }
}
