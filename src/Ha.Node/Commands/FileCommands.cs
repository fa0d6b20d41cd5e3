using System.CommandLine;

namespace Ha.Node.Commands;

/// <summary>Commands on a cluster file: apply, diff, check.</summary>
internal static class FileCommands
{
    /// <summary>Adds them.</summary>
    public static void AddTo(RootCommand root) => RunCommand.AddTo(root);
}
