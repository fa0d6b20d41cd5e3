using System.Globalization;
using System.Text;
using System.Xml;

namespace Ha.InformationBase.Xml;

/// <summary>A CIB's XML while it is written: elements with their attributes, and ids that are used once.</summary>
internal sealed class CibOutput : IDisposable
{
    private readonly XmlWriter _writer;
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>Writes to a text.</summary>
    public CibOutput(StringBuilder text, CibDialect dialect)
    {
        Dialect = dialect;
        _writer = XmlWriter.Create(text, new XmlWriterSettings
        {
            Indent = true,
            IndentChars = "  ",
            NewLineChars = "\n",
            OmitXmlDeclaration = true,
        });
    }

    /// <summary>Which names the reader knows.</summary>
    public CibDialect Dialect { get; }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    /// <summary>Begins an element; <see cref="Close"/> ends it.</summary>
    public CibOutput Open(string name)
    {
        _writer.WriteStartElement(name);
        return this;
    }

    /// <summary>Begins an element with an id of its own: the wanted one, or, where that is taken or no id, one like it.
    /// </summary>
    public CibOutput Open(string name, string wanted) => Open(name).Text("id", UniqueId(wanted));

    /// <summary>Ends the element that was begun last.</summary>
    public void Close() => _writer.WriteEndElement();

    /// <summary>An attribute; none for null.</summary>
    public CibOutput Text(string name, string? value)
    {
        if (value is not null)
        {
            _writer.WriteAttributeString(name, Printable(value));
        }

        return this;
    }

    /// <summary>An attribute; none for an empty value.</summary>
    public CibOutput Filled(string name, string value) => Text(name, value.Length == 0 ? null : value);

    /// <summary>A truth value; none for null.</summary>
    public CibOutput Flag(string name, bool? value) =>
        Text(name, value is null ? null : value.Value ? "true" : "false");

    /// <summary>A number.</summary>
    public CibOutput Number(string name, long value) => Text(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A number; none for zero.</summary>
    public CibOutput Positive(string name, long value) => value == 0 ? this : Number(name, value);

    /// <summary>Attributes from a map, but not those named.</summary>
    public CibOutput All(ValueMap<string> attributes, params ReadOnlySpan<string> but)
    {
        foreach (var (name, value) in attributes)
        {
            if (!but.Contains(name) && IsName(name))
            {
                Text(name, value);
            }
        }

        return this;
    }

    /// <summary>A length of time: whole seconds, or milliseconds.</summary>
    public static string Show(TimeSpan length) => length == TimeSpan.Zero ? "0s"
        : length.Ticks % TimeSpan.TicksPerSecond == 0
            ? $"{(long)length.TotalSeconds}s"
            : $"{(long)length.TotalMilliseconds}ms";

    private string UniqueId(string wanted)
    {
        var cleaned = Cleaned(wanted);
        var id = cleaned;
        for (var number = 2; !_ids.Add(id); number++)
        {
            id = $"{cleaned}-{number}";
        }

        return id;
    }

    // An id must begin with a letter and go on with letters, digits, dots and dashes.
    private static string Cleaned(string wanted)
    {
        var text = new StringBuilder(wanted);
        for (var index = 0; index < text.Length; index++)
        {
            if (!XmlConvert.IsNCNameChar(text[index]))
            {
                text[index] = '-';
            }
        }

        return text.Length > 0 && XmlConvert.IsStartNCNameChar(text[0]) ? text.ToString() : $"id-{text}";
    }

    private static bool IsName(string name) =>
        name.Length > 0 && XmlConvert.IsStartNCNameChar(name[0]) && name.All(XmlConvert.IsNCNameChar);

    // XML has no control characters, not even written as numbers.
    private static string Printable(string value)
    {
        for (var index = 0; index < value.Length; index++)
        {
            var isPair = index + 1 < value.Length && XmlConvert.IsXmlSurrogatePair(value[index + 1], value[index]);
            if (!isPair && !XmlConvert.IsXmlChar(value[index]))
            {
                return string.Concat(value.EnumerateRunes().Select(rune =>
                    rune.Value < ' ' && rune.Value is not ('\t' or '\n' or '\r') || rune.Value is 0xFFFE or 0xFFFF
                        ? "?"
                        : rune.ToString()));
            }

            index += isPair ? 1 : 0;
        }

        return value;
    }
}
