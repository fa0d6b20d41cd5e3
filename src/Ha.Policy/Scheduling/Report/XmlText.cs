using System.Buffers;
using System.Globalization;

namespace Ha.Policy.Scheduling;

/// <summary>Indented XML of elements and attributes, written as it comes. A graph of a large cluster is millions of
/// attributes: a general writer would spend most of a plan's time on them.</summary>
internal sealed class XmlText(TextWriter text)
{
    private const int BufferCharacters = 16 * 1024;
    private const int NumberCharacters = 20;

    private static readonly SearchValues<char> s_special = SearchValues.Create(
        "&<>\"\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\t\n\u000b\u000c\r\u000e\u000f\u0010\u0011\u0012"
        + "\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\ufffe\uffff");

    private readonly char[] _buffer = new char[BufferCharacters];
    private readonly Stack<string> _open = new();
    private int _count;
    private bool _isTagOpen;

    /// <summary>Begins an element inside of the one that is open.</summary>
    public void Open(string name)
    {
        FinishTag();
        if (_open.Count > 0)
        {
            BreakLine();
        }

        Put('<');
        Put(name);
        _open.Push(name);
        _isTagOpen = true;
    }

    /// <summary>Ends the element that was opened last.</summary>
    public void Close()
    {
        var name = _open.Pop();
        if (_isTagOpen)
        {
            Put(" />");
            _isTagOpen = false;
            return;
        }

        BreakLine();
        Put("</");
        Put(name);
        Put('>');
    }

    /// <summary>Adds an attribute to the element that was opened last, before anything is put into it.</summary>
    public void Attribute(string name, string value)
    {
        if (name.Length + value.Length > BufferCharacters / 2 || value.AsSpan().IndexOfAny(s_special) >= 0)
        {
            Begin(name);
            PutEscaped(value);
            Put('"');
            return;
        }

        Reserve(name.Length + value.Length + 4);
        var at = _buffer.AsSpan(_count);
        at[0] = ' ';
        name.CopyTo(at[1..]);
        at = at[(name.Length + 1)..];
        at[0] = '=';
        at[1] = '"';
        value.CopyTo(at[2..]);
        at[value.Length + 2] = '"';
        _count += name.Length + value.Length + 4;
    }

    /// <summary>Adds an attribute with a whole number.</summary>
    public void Attribute(string name, long value)
    {
        Begin(name);
        Reserve(NumberCharacters);
        value.TryFormat(_buffer.AsSpan(_count), out var written, provider: CultureInfo.InvariantCulture);
        _count += written;
        Put('"');
    }

    /// <summary>Hands on what is still held back.</summary>
    public void Flush()
    {
        text.Write(_buffer, 0, _count);
        _count = 0;
    }

    private void Begin(string name)
    {
        Put(' ');
        Put(name);
        Put("=\"");
    }

    private void FinishTag()
    {
        if (_isTagOpen)
        {
            Put('>');
            _isTagOpen = false;
        }
    }

    private void BreakLine()
    {
        var indent = _open.Count * 2;
        Reserve(indent + 1);
        _buffer[_count] = '\n';
        _buffer.AsSpan(_count + 1, indent).Fill(' ');
        _count += indent + 1;
    }

    private void PutEscaped(string value)
    {
        foreach (var character in value)
        {
            switch (character)
            {
                case '&':
                    Put("&amp;");
                    break;
                case '<':
                    Put("&lt;");
                    break;
                case '>':
                    Put("&gt;");
                    break;
                case '"':
                    Put("&quot;");
                    break;
                case '\t' or '\n' or '\r':
                    Put(character switch { '\t' => "&#x9;", '\n' => "&#xA;", _ => "&#xD;" });
                    break;
                case < ' ' or '\ufffe' or '\uffff':
                    // XML has no way to say these.
                    Put('\ufffd');
                    break;
                default:
                    Put(character);
                    break;
            }
        }
    }

    private void Put(char character)
    {
        Reserve(1);
        _buffer[_count++] = character;
    }

    private void Put(string part)
    {
        if (part.Length > BufferCharacters / 2)
        {
            Flush();
            text.Write(part);
            return;
        }

        Reserve(part.Length);
        part.CopyTo(_buffer.AsSpan(_count));
        _count += part.Length;
    }

    private void Reserve(int characters)
    {
        if (BufferCharacters - _count < characters)
        {
            Flush();
        }
    }
}
