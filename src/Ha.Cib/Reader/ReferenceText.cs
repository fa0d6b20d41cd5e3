using System.Text;
using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>The text of hocon/reference.conf: every key with its default, its kind and its meaning. It is a cluster
/// file by itself: what is not a comment sets each option to its default.</summary>
public static class ReferenceText
{
    private const int MeaningColumn = 44;

    /// <summary>The whole text.</summary>
    public static string Write()
    {
        var text = new StringBuilder();
        text.Append("""
            # Every key of a cluster file, with its default. This file is made from the program's own tables; a test
            # holds the two together. Durations need a unit: ns us ms s m h d, or as Pacemaker spells them; ISO 8601
            # works, too. Booleans: true false yes no on off. Scores: whole numbers, INFINITY, -INFINITY.


            """);
        text.Append("cluster {\n  properties {\n");
        Keys(text, PropertyCatalog.Cluster, "    ", isComment: false);
        text.Append("  }\n}\n\nquorum {\n");
        Keys(text, PropertyCatalog.Quorum, "  ", isComment: false);
        text.Append("}\n\ntotem {\n");
        Keys(text, PropertyCatalog.Totem, "  ", isComment: false);
        text.Append(
            "}\n\n# Meta attributes: in rsc-defaults for all resources, in meta { } for one.\nrsc-defaults {\n");
        Keys(text, PropertyCatalog.Meta, "  ", isComment: true);
        text.Append(
            "}\n\n# Settings of operations: in op-defaults for all, in op { ACTION { } } for one.\nop-defaults {\n");
        Keys(text, PropertyCatalog.Operation, "  ", isComment: true);
        text.Append("}\n");
        foreach (var section in SchemaCatalog.All)
        {
            text.Append('\n').Append("# ").Append(section.Path.Length == 0 ? "the root" : section.Path);
            text.Append(": ").Append(section.Meaning).Append('\n');
            Keys(text, section.Keys, "", isComment: true);
        }

        return text.ToString();
    }

    private static void Keys(StringBuilder text, IReadOnlyList<PropertyDefinition> keys, string indent, bool isComment)
    {
        foreach (var key in keys)
        {
            var line = new StringBuilder(indent);
            line.Append(isComment || key.Default.Length == 0 ? "# " : "").Append(HoconWriter.Key(key.Name));
            line.Append(key.Kind switch
            {
                ValueKind.Object => " { ... }",
                ValueKind.List => " = [ ... ]",
                _ when key.Default.Length == 0 => " = ...",
                _ => $" = {HoconWriter.Line(HoconWriter.Text(key.Default))}",
            });
            text.Append(line.ToString().PadRight(MeaningColumn)).Append(" # ").Append(KindOf(key)).Append(key.Meaning);
            text.Append(key.Alias is null ? "" : $"; older name: {key.Alias}").Append('\n');
        }
    }

    private static string KindOf(PropertyDefinition key) => key.Kind switch
    {
        ValueKind.Boolean => "(boolean) ",
        ValueKind.Integer => "(whole number) ",
        ValueKind.Duration => "(duration) ",
        ValueKind.Score => "(score) ",
        ValueKind.Percent => "(percentage) ",
        ValueKind.Word => $"({string.Join(" | ", key.Words)}) ",
        _ => "",
    };
}
