namespace Ha.Node.Pacemaker;

/// <summary>The folder of links that agents find their helper commands in.</summary>
internal static class ToolLinks
{
    /// <summary>Makes them, to this program.</summary>
    /// <returns>Empty, or why they could not be made.</returns>
    public static string Make(string folder)
    {
        // Where the program runs in a shared runtime, its own file stands beside its library.
        var program = Path.Combine(AppContext.BaseDirectory, "ha");
        try
        {
            if (!File.Exists(program))
            {
                return $"{program} is not there: agents that call helper commands will not find them";
            }

            Directory.CreateDirectory(folder);
            foreach (var name in AgentTools.Names)
            {
                var link = Path.Combine(folder, name);
                if (new FileInfo(link).LinkTarget != program)
                {
                    File.Delete(link);
                    File.CreateSymbolicLink(link, program);
                }
            }

            return "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"agents will not find their helper commands: {e.Message}";
        }
    }
}
