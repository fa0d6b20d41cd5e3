using System.Buffers;
using System.Text;

namespace Ha.InformationBase.Xml;

/// <summary>Elements of a plain XML text: ASCII without carriage returns, with nothing in it but elements, attributes,
/// comments and the five entities of XML. That is what Pacemaker and we write, and here it is read several times
/// faster than by a general reader. Of any other text, well-formed or not, nothing is said: the general reader judges.
/// </summary>
internal sealed class PlainXmlSource(Stream stream, string file) : CibXmlSource
{
    private const int FirstBufferBytes = 64 * 1024;

    private static readonly SearchValues<byte> s_endOfDouble = EndOf('"');
    private static readonly SearchValues<byte> s_endOfSingle = EndOf('\'');
    private static readonly SearchValues<byte> s_name = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-."u8);

    private readonly AsciiPool _names = new(CibNames.All);
    private readonly AsciiPool _values = new([]);
    private readonly List<KeyValuePair<string, string>> _attributes = [];
    private readonly Stack<string> _open = new();
    private byte[] _buffer = new byte[FirstBufferBytes];
    private int _at;
    private int _end;
    private int _line = 1;
    private int _lineStart;
    private int _elements;
    private int _bytes;
    private bool _isRootRead;

    // ---- the token at hand, as far as it was read
    private int _next;
    private string _name = "";

    private enum Token
    {
        /// <summary>Its end is not in the buffer yet.</summary>
        Incomplete,
        Skipped,
        Start,
        End,
    }

    /// <exception cref="NotPlainException">It is not plain, or no XML at all.</exception>
    public override CibElement OpenRoot()
    {
        Refill();
        if (_buffer.AsSpan(0, _end).StartsWith(Encoding.UTF8.Preamble))
        {
            _at = _lineStart = Encoding.UTF8.Preamble.Length;
        }

        SkipDeclaration();
        return OpenNext(-1) ?? throw new NotPlainException();
    }

    /// <exception cref="NotPlainException">It is not plain, or no XML at all.</exception>
    public override CibElement? OpenNext(int parentDepth)
    {
        while (SkipSpace())
        {
            var token = ReadToken();
            var origin = new Origin(file, _line, _at - _lineStart + 1);
            Commit();
            if (token == Token.Start)
            {
                return ElementAt(origin);
            }

            if (token == Token.End)
            {
                _open.Pop();
                if (_open.Count <= parentDepth)
                {
                    return null;
                }
            }
        }

        return null;
    }

    /// <exception cref="NotPlainException">Something follows that is not plain, or no XML at all.</exception>
    public override void Finish()
    {
        while (OpenNext(-1) is not null)
        {
        }
    }

    private CibElement ElementAt(Origin origin)
    {
        Depth = _open.Count;
        IsEmpty = _buffer[_next - 2] == '/';
        Require(Depth < MaxDepth && ++_elements <= MaxElements && !(Depth == 0 && _isRootRead));
        _isRootRead = true;
        if (!IsEmpty)
        {
            _open.Push(_name);
        }

        string? id = null;
        foreach (var (name, value) in _attributes)
        {
            if (name == "id")
            {
                id = value;
            }
        }

        return new CibElement(_name, origin with { ElementId = id }) { Attributes = [.. _attributes] };
    }

    // Goes on to the next token; false at the end of the text.
    private bool SkipSpace()
    {
        while (true)
        {
            if (_at == _end && !Refill())
            {
                Require(_isRootRead && _open.Count == 0);
                return false;
            }

            switch (_buffer[_at])
            {
                case (byte)'\n':
                    _line++;
                    _lineStart = _at + 1;
                    break;
                case (byte)' ' or (byte)'\t':
                    break;
                default:
                    Require(_buffer[_at] == '<');
                    return true;
            }

            _at++;
        }
    }

    // The version and an encoding that agrees with ASCII; whatever else it says, the general reader must look at.
    private void SkipDeclaration()
    {
        var text = _buffer.AsSpan(_at, _end - _at);
        if (!text.StartsWith("<?"u8))
        {
            return;
        }

        var length = text.IndexOf("?>"u8);
        Require(length > 0 && length < 80);
        Require(Encoding.ASCII.GetString(text[..length]).Replace('\'', '"').Trim().ToLowerInvariant()
            is "<?xml version=\"1.0\"" or "<?xml version=\"1.0\" encoding=\"utf-8\""
            or "<?xml version=\"1.0\" encoding=\"us-ascii\"");
        _at += length + 2;
    }

    private Token ReadToken()
    {
        Token token;
        while ((token = TryToken()) == Token.Incomplete)
        {
            Require(_end - _at <= MaxTagBytes && Refill());
        }

        return token;
    }

    // Counts the lines of a token that was read whole, and goes behind it.
    private void Commit()
    {
        var token = _buffer.AsSpan(_at, _next - _at);
        var last = token.LastIndexOf((byte)'\n');
        if (last >= 0)
        {
            _line += token.Count((byte)'\n');
            _lineStart = _at + last + 1;
        }

        _at = _next;
    }

    private Token TryToken()
    {
        if (_at + 1 >= _end)
        {
            return Token.Incomplete;
        }

        return _buffer[_at + 1] switch
        {
            (byte)'/' => TryEnd(),
            (byte)'!' => TryComment(),
            _ => TryStart(),
        };
    }

    private Token TryComment()
    {
        var text = _buffer.AsSpan(_at, _end - _at);
        if (text.Length < 4)
        {
            return Token.Incomplete;
        }

        Require(text.StartsWith("<!--"u8));
        var dashes = text[4..].IndexOf("--"u8);
        if (dashes < 0 || 4 + dashes + 2 == text.Length)
        {
            return Token.Incomplete;
        }

        Require(text[4 + dashes + 2] == '>' && IsPlain(text.Slice(4, dashes)));
        _next = _at + 4 + dashes + 3;
        return Token.Skipped;
    }

    private static bool IsPlain(ReadOnlySpan<byte> text) =>
        Ascii.IsValid(text) && text.IndexOfAnyInRange((byte)0, (byte)8) < 0
        && text.IndexOfAnyInRange((byte)11, (byte)31) < 0;

    private Token TryEnd()
    {
        var close = _buffer.AsSpan(_at, _end - _at).IndexOf((byte)'>');
        if (close < 0)
        {
            return Token.Incomplete;
        }

        var name = _buffer.AsSpan(_at + 2, close - 2).TrimEnd(" \n\t"u8);
        Require(_open.Count > 0 && Ascii.Equals(name, _open.Peek()));
        _next = _at + close + 1;
        return Token.End;
    }

    private Token TryStart()
    {
        _attributes.Clear();
        var at = _at + 1;
        if (!TryName(ref at, out _name))
        {
            return Token.Incomplete;
        }

        while (true)
        {
            var before = at;
            SkipSpaceIn(ref at);
            if (at + 1 >= _end)
            {
                return Token.Incomplete;
            }

            if (_buffer[at] == '>' || _buffer[at] == '/')
            {
                Require(_buffer[at] == '>' || _buffer[at + 1] == '>');
                _next = _buffer[at] == '>' ? at + 1 : at + 2;
                Require(_next - _at < MaxTagBytes);
                return Token.Start;
            }

            Require(at > before);
            if (!TryAttribute(ref at))
            {
                return Token.Incomplete;
            }
        }
    }

    private bool TryAttribute(ref int at)
    {
        if (!TryName(ref at, out var name))
        {
            return false;
        }

        SkipSpaceIn(ref at);
        if (at >= _end)
        {
            return false;
        }

        Require(_buffer[at++] == '=');
        SkipSpaceIn(ref at);
        if (at >= _end)
        {
            return false;
        }

        var quote = _buffer[at++];
        Require(quote is (byte)'"' or (byte)'\'');
        var rest = _buffer.AsSpan(at, _end - at);
        var length = rest.IndexOfAny(quote == '"' ? s_endOfDouble : s_endOfSingle);
        var hasEntities = length >= 0 && rest[length] == '&';
        if (hasEntities)
        {
            length = rest.IndexOf(quote);
        }

        if (length < 0)
        {
            return false;
        }

        Require(rest[length] == quote && name != "xmlns" && _attributes.Count < MaxAttributes);
        foreach (var (known, _) in _attributes)
        {
            Require(!ReferenceEquals(known, name) && (known.Length != name.Length || known != name));
        }

        _attributes.Add(KeyValuePair.Create(
            name, hasEntities ? Decoded(rest[..length]) : _values.Of(rest[..length])));
        at += length + 1;
        return true;
    }

    // False where the name may go on behind the buffer's end.
    private bool TryName(ref int at, out string name)
    {
        var rest = _buffer.AsSpan(at, _end - at);
        var length = rest.IndexOfAnyExcept(s_name);
        if (length < 0)
        {
            name = "";
            return false;
        }

        Require(length > 0 && (char.IsAsciiLetter((char)rest[0]) || rest[0] == '_'));
        name = _names.Of(rest[..length]);
        at += length;
        return true;
    }

    private void SkipSpaceIn(ref int at)
    {
        while (at < _end && _buffer[at] is (byte)' ' or (byte)'\n' or (byte)'\t')
        {
            at++;
        }
    }

    private static string Decoded(ReadOnlySpan<byte> value)
    {
        Require(value.IndexOf((byte)'<') < 0 && value.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0);
        var text = new StringBuilder(value.Length);
        while (!value.IsEmpty)
        {
            var plain = value.IndexOf((byte)'&');
            text.Append(Encoding.ASCII.GetString(plain < 0 ? value : value[..plain]));
            if (plain < 0)
            {
                break;
            }

            value = value[plain..];
            var length = value.IndexOf((byte)';');
            Require(length > 0);
            text.Append(value[..length] switch
            {
                [_, (byte)'l', (byte)'t'] => '<',
                [_, (byte)'g', (byte)'t'] => '>',
                [_, (byte)'a', (byte)'m', (byte)'p'] => '&',
                [_, (byte)'q', (byte)'u', (byte)'o', (byte)'t'] => '"',
                [_, (byte)'a', (byte)'p', (byte)'o', (byte)'s'] => '\'',
                [_, (byte)'#', (byte)'1', (byte)'0'] => '\n',
                [_, (byte)'#', (byte)'9'] => '\t',
                _ => throw new NotPlainException(),
            });
            value = value[(length + 1)..];
        }

        return text.ToString();
    }

    // Moves what is not read yet to the front and reads on; false at the end of the stream.
    private bool Refill()
    {
        if (_end - _at == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        Array.Copy(_buffer, _at, _buffer, 0, _end - _at);
        _lineStart -= _at;
        _end -= _at;
        _at = 0;
        var read = stream.Read(_buffer.AsSpan(_end));
        _bytes += read;
        Require(_bytes <= MaxCharacters);
        _end += read;
        return read > 0;
    }

    private static void Require(bool isPlain)
    {
        if (!isPlain)
        {
            throw new NotPlainException();
        }
    }

    private static SearchValues<byte> EndOf(char quote) => SearchValues.Create(
        Enumerable.Range(0, 256).Where(code => code is < ' ' or > '~' or '<' or '&' || code == quote)
            .Select(code => (byte)code).ToArray());
}

/// <summary>A text is not as plain as <see cref="PlainXmlSource"/> wants it.</summary>
internal sealed class NotPlainException : Exception;
