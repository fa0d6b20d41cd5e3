using Ha.Node.Commands;
using Ha.Node.Pacemaker;

return AgentTools.Called() is { } tool
    ? await AgentTools.Run(tool, args, Console.Out, Console.Error).ConfigureAwait(false)
    : await CommandTree.Run(args).ConfigureAwait(false);
