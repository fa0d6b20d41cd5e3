using Ha.Node.Commands;

return await CommandTree.Run(args).ConfigureAwait(false);
