using System.Text;

namespace Ha.Hocon;

/// <summary>Values side by side: texts are joined, lists appended, objects merged; anything else is a
/// mistake.</summary>
internal static class HoconConcatenation
{
    /// <summary>What the parts are together: nothing, one value, or objects to merge in their order.</summary>
    public static IReadOnlyList<Layer> Join(
        HoconNode.Concatenation concatenation, IReadOnlyList<(HoconNode Node, IReadOnlyList<Layer> Layers)> parts,
        DiagnosticList diagnostics)
    {
        var defined = parts.SelectMany(part => part.Layers).ToList();
        if (defined.Count == 0)
        {
            return [];
        }

        if (defined.All(layer => layer.IsObject))
        {
            return defined;
        }

        if (defined.All(layer => layer is Layer.Known { Value: HoconArray }))
        {
            var items = defined.SelectMany(layer => ((HoconArray)((Layer.Known)layer).Value).Items);
            return [new Layer.Known(new HoconArray(concatenation.At, [.. items]))];
        }

        if (defined.All(layer => layer is Layer.Known { Value: HoconScalar }))
        {
            return [new Layer.Known(Text(concatenation, parts))];
        }

        var text = defined.OfType<Layer.Known>().FirstOrDefault(layer => layer.Value is HoconScalar);
        var other = defined.First(layer => layer is not Layer.Known { Value: HoconScalar });
        var kind = other is Layer.Known ? "a list" : "an object";
        if (text is { Value: HoconScalar scalar })
        {
            diagnostics.Error(
                "HA1405", text.At, $"'{scalar.Text}' stands beside {kind}", "put a comma, a new line or quotes between",
                length: Math.Max(1, scalar.Text.Length));
        }
        else
        {
            diagnostics.Error(
                "HA1406", defined[^1].At, "a list and an object stand side by side", "put a comma between");
        }

        return [];
    }

    private static HoconScalar Text(
        HoconNode.Concatenation concatenation, IReadOnlyList<(HoconNode Node, IReadOnlyList<Layer> Layers)> parts)
    {
        var joined = new StringBuilder();
        foreach (var (node, layers) in parts)
        {
            joined.Append(node is HoconNode.Blank blank
                ? blank.Text
                : layers is [Layer.Known { Value: HoconScalar scalar }] ? scalar.Text : "");
        }

        // Put together, it is text, whatever it looks like.
        return new HoconScalar(concatenation.At, joined.ToString(), isQuoted: true);
    }
}
