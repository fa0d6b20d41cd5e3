using System.Xml;
using Ha.Hocon;

namespace Ha.InformationBase.Xml;

/// <summary>Elements of any XML text, read by the framework's reader.</summary>
internal sealed class GeneralXmlSource : CibXmlSource, IDisposable
{
    private readonly XmlReader _reader;
    private readonly IXmlLineInfo _lines;
    private readonly string _file;
    private readonly DiagnosticList _diagnostics;
    private readonly StringPool _pool = new();
    private int _elements;

    /// <summary>Reads from a stream, which stays open.</summary>
    public GeneralXmlSource(Stream stream, string file, DiagnosticList diagnostics)
    {
        var bounded = new BoundedXmlStream(stream, MaxTagBytes, MaxAttributes);
        _reader = XmlReader.Create(bounded, new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = MaxCharacters,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
            CloseInput = false,
        });
        _lines = (IXmlLineInfo)_reader;
        _file = file;
        _diagnostics = diagnostics;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    /// <summary>Opens the document's element without its content.</summary>
    /// <exception cref="XmlException">Not well-formed, or out of bounds.</exception>
    public override CibElement OpenRoot()
    {
        _reader.MoveToContent();
        return ReadStart();
    }

    /// <summary>Goes to the next child of an element that was opened, and opens it.</summary>
    /// <returns>Null at the end of the parent, which is then closed.</returns>
    /// <exception cref="XmlException">Not well-formed, or out of bounds.</exception>
    public override CibElement? OpenNext(int parentDepth)
    {
        while (_reader.Read())
        {
            switch (_reader.NodeType)
            {
                case XmlNodeType.Element:
                    return ReadStart();
                case XmlNodeType.EndElement when _reader.Depth <= parentDepth:
                    return null;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    _diagnostics.Warning("HA4002", Here(), "a CIB has no text between its elements; it is ignored");
                    break;
            }
        }

        return null;
    }

    /// <summary>Reads to the end of the document: only comments may follow.</summary>
    /// <exception cref="XmlException">Something else follows.</exception>
    public override void Finish()
    {
        while (_reader.Read())
        {
        }
    }

    private CibElement ReadStart()
    {
        var (line, column) = (_lines.LineNumber, _lines.LinePosition - 1);
        var name = _reader.Name;
        IsEmpty = _reader.IsEmptyElement;
        Depth = _reader.Depth;
        Check(_reader.Depth < MaxDepth, $"<{name}> is nested deeper than {MaxDepth} elements");
        Check(++_elements <= MaxElements, $"more than {MaxElements} elements");

        var attributes = new KeyValuePair<string, string>[_reader.AttributeCount];
        string? id = null;
        for (var index = 0; index < attributes.Length; index++)
        {
            _reader.MoveToAttribute(index);
            var value = _reader.Value;
            attributes[index] = new KeyValuePair<string, string>(_reader.Name, _pool.Of(value));
            id = _reader.Name == "id" ? value : id;
        }

        _reader.MoveToElement();
        return new CibElement(name, new Origin(_file, line, column) { ElementId = id }) { Attributes = attributes };
    }

    private Position Here() => new(_file, _lines.LineNumber, Math.Max(1, _lines.LinePosition));

    private void Check(bool isWithinBounds, string message)
    {
        if (!isWithinBounds)
        {
            throw new XmlException(message, null, _lines.LineNumber, Math.Max(1, _lines.LinePosition - 1));
        }
    }

    // The values of a status repeat: node names, digests, agents. One copy of each is enough.
    private sealed class StringPool
    {
        private const int Slots = 8192;
        private const int MaxPooledCharacters = 80;
        private readonly string[] _slots = new string[Slots];

        public string Of(string value)
        {
            if (value.Length > MaxPooledCharacters)
            {
                return value;
            }

            ref var slot = ref _slots[string.GetHashCode(value.AsSpan()) & (Slots - 1)];
            return slot is not null && slot == value ? slot : slot = value;
        }
    }
}
