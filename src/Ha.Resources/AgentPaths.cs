using System.Text.RegularExpressions;

namespace Ha.Resources;

/// <summary>Finds the program of an agent, and refuses one that somebody else than root could have put there.</summary>
internal static partial class AgentPaths
{
    private const UnixFileMode OthersMayWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>The path, or why there is none.</summary>
    /// <param name="folder">The folder that agents of this class are in.</param>
    /// <param name="names">Provider and type, or the type alone.</param>
    public static (string Path, string Error, int ExitCode) Find(string folder, params ReadOnlySpan<string> names)
    {
        var path = folder;
        foreach (var name in names)
        {
            if (!SafeName().IsMatch(name))
            {
                return ("", $"'{SafeText.Of(name)}' cannot be the name of an agent", 2);
            }

            path = System.IO.Path.Combine(path, name);
        }

        if (!File.Exists(path))
        {
            return ("", $"{path} does not exist: is the agent's package installed?", 5);
        }

        var mode = File.GetUnixFileMode(path);
        if ((mode & OthersMayWrite) != 0)
        {
            return ("", $"{path} may be written by others than its owner: chmod go-w {path}", 4);
        }

        return (mode & UnixFileMode.UserExecute) == 0
            ? ("", $"{path} is not executable: chmod +x {path}", 4)
            : (path, "", 0);
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    private static partial Regex SafeName();
}
