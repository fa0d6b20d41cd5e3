using System.Text;

namespace Ha.Hocon;

/// <summary>Values made by a program, and their text. What is written is read back as the same value.</summary>
public static class HoconWriter
{
    private static readonly Position s_nowhere = new("", 0, 0);

    /// <summary>A text; it is written in quotes only where it needs them.</summary>
    public static HoconValue Text(string text) => new HoconScalar(s_nowhere, text, isQuoted: !IsPlain(text));

    /// <summary>The literal null.</summary>
    public static HoconValue Null() => new HoconScalar(s_nowhere, "null", isQuoted: false);

    /// <summary>A list.</summary>
    public static HoconValue List(IEnumerable<HoconValue> items) => new HoconArray(s_nowhere, [.. items]);

    /// <summary>An object; of two fields with one name the first stays.</summary>
    public static HoconObject Object(IEnumerable<(string Name, HoconValue Value)> fields) =>
        new(s_nowhere, [.. fields.DistinctBy(field => field.Name)
            .Select(field => new HoconField(field.Name, field.Value, s_nowhere, []))]);

    /// <summary>A document: one field a line, objects of one level indented by two.</summary>
    public static string Document(HoconObject root)
    {
        var text = new StringBuilder();
        Fields(text, root, 0);
        return text.ToString();
    }

    /// <summary>A value on one line.</summary>
    public static string Line(HoconValue value) => value switch
    {
        HoconScalar scalar => scalar.IsQuoted ? HoconStrings.QuotedForm(scalar.Text) : scalar.Text,
        HoconArray array => $"[{string.Join(", ", array.Items.Select(Line))}]",
        HoconObject { Fields.Count: 0 } => "{}",
        HoconObject body => $"{{ {string.Join(", ", body.Fields.Select(LineOf))} }}",
        _ => "",
    };

    /// <summary>A key, in quotes where it needs them.</summary>
    public static string Key(string name)
    {
        var isPlain = name.Length > 0 && name != "include"
            && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
        return isPlain ? name : HoconStrings.QuotedForm(name);
    }

    private static string LineOf(HoconField field) =>
        $"{Key(field.Name)}{(field.Value is HoconObject ? " " : " = ")}{Line(field.Value)}";

    private static void Fields(StringBuilder text, HoconObject body, int depth)
    {
        foreach (var field in body.Fields)
        {
            text.Append(' ', depth * 2).Append(Key(field.Name));
            if (field.Value is not HoconObject { Fields.Count: > 0 } inner)
            {
                text.Append(field.Value is HoconObject ? " " : " = ").Append(Line(field.Value)).Append('\n');
            }
            else if (inner.Fields.All(one => one.Value is HoconScalar) && inner.Fields.Count <= 3)
            {
                text.Append(' ').Append(Line(inner)).Append('\n');
            }
            else
            {
                text.Append(" {\n");
                Fields(text, inner, depth + 1);
                text.Append(' ', depth * 2).Append("}\n");
            }
        }
    }

    private static bool IsPlain(string text) =>
        text.Length > 0 && text != "null" && !text.Contains("//", StringComparison.Ordinal)
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/' or '%');
}
