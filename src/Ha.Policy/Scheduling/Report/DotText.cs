namespace Ha.Policy.Scheduling;

/// <summary>The graph as a picture, in DOT: pseudo actions orange, what cannot run red, what is left out
/// blue.</summary>
internal static class DotText
{
    public static void Write(
        PolicyRun run, IReadOnlyList<Synapse> synapses, bool withAllActions, TextWriter text)
    {
        text.WriteLine(" digraph \"g\" {");
        foreach (var action in run.Actions)
        {
            if (!action.IsInGraph && !(withAllActions || (!action.IsOptional && !action.IsRunnable)))
            {
                continue;
            }

            var style = action.IsInGraph ? "bold" : "dashed";
            var color = action.IsInGraph ? "green" : action.IsOptional ? "blue" : "red";
            var font = action.IsPseudo ? "orange" : "black";
            text.WriteLine($"\"{Name(action)}\" [ style={style} color=\"{color}\" fontcolor=\"{font}\"]");
        }

        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var synapse in synapses)
        {
            foreach (var input in synapse.Inputs)
            {
                lines.Add($"\"{Name(input)}\" -> \"{Name(synapse.Action)}\" [ style = bold]");
            }
        }

        foreach (var line in lines)
        {
            text.WriteLine(line);
        }

        text.WriteLine("}");
    }

    private static string Name(PolicyAction action) =>
        action.Node is { } node ? $"{action.Key} {node.Name}" : action.Key;
}
