using Ha.Node.Commands;

namespace Ha.Tests.Node;

/// <summary>Runs commands as a program does: what they print, and what they end with.</summary>
internal static class CommandLine
{
    public static async Task<(int Code, string Out, string Error)> Run(TestNode? node, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] all = node is null ? args : [.. args, "--socket", node.Socket];
        var code = await CommandTree.Run(all, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
