using System.Text;
using Ha.Hocon;

namespace Ha.Tests.Hocon;

/// <summary>Values and documents as short text, so that tests are tables.</summary>
internal static class HoconShow
{
    /// <summary>The value as one line, or the codes of the errors.</summary>
    public static string Read(string text, IHoconFiles? files = null, HoconEnvironment? environment = null) =>
        Text(HoconDocument.ParseText(text, "a.conf", files, environment));

    public static string Text(HoconDocument document) =>
        document.Root is { } root ? Show(root) : "error " + string.Join(' ', Errors(document));

    public static IEnumerable<string> Errors(HoconDocument document) =>
        document.Diagnostics.Where(item => item.Severity == Severity.Error).Select(item => item.Code);

    public static string Show(HoconValue value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    private static void Append(StringBuilder text, HoconValue value)
    {
        switch (value)
        {
            case HoconScalar scalar:
                text.Append(scalar.IsNull || scalar.IsBoolean || scalar.IsNumber ? scalar.Text : $"'{scalar.Text}'");
                break;
            case HoconArray array:
                text.Append('[');
                foreach (var (index, item) in array.Items.Index())
                {
                    text.Append(index > 0 ? "," : "");
                    Append(text, item);
                }

                text.Append(']');
                break;
            case HoconObject body:
                text.Append('{');
                foreach (var (index, field) in body.Fields.Index())
                {
                    text.Append(index > 0 ? "," : "").Append(field.Name).Append(':');
                    Append(text, field.Value);
                }

                text.Append('}');
                break;
        }
    }
}

/// <summary>Files that exist in a test only.</summary>
internal sealed class TextFiles(params (string Path, string Text)[] files) : IHoconFiles
{
    public byte[]? Read(string path) =>
        files.Where(file => file.Path == path).Select(file => Encoding.UTF8.GetBytes(file.Text)).FirstOrDefault();
}
