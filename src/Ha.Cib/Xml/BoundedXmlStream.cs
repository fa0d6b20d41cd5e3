using System.Buffers;
using System.Runtime.CompilerServices;
using System.Xml;

namespace Ha.InformationBase.Xml;

/// <summary>Bytes of an XML text on their way to its reader, which would take a start tag of any size before anyone
/// could object: too long tags and too many attributes are refused here, as soon as they come by. UTF-8 and what agrees
/// with it in ASCII.</summary>
internal sealed class BoundedXmlStream(Stream inner, int maxTagBytes, int maxAttributes) : Stream
{
    private static readonly SearchValues<byte> s_inTag = SearchValues.Create(">\"'=\n\0"u8);

    private State _state = State.Text;
    private byte _quote;
    private int _tagBytes;
    private int _attributes;
    private int _line = 1;
    private long _bytes;
    private long _lineStart;
    private int _dashes;

    private enum State
    {
        Text,
        Opening,
        Tag,
        Value,
        Declaration,
        Comment,
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        Scan(buffer[..read]);
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // Compiled at its best from the first call: every byte of a file comes by here.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scan(ReadOnlySpan<byte> bytes)
    {
        for (var index = 0; index < bytes.Length; index++)
        {
            var skip = _state switch
            {
                State.Text => bytes[index..].IndexOfAny((byte)'<', (byte)'\n', (byte)0),
                State.Value => bytes[index..].IndexOfAny(_quote, (byte)'\n', (byte)0),
                State.Tag => bytes[index..].IndexOfAny(s_inTag),
                _ => 0,
            };
            skip = skip < 0 ? bytes.Length - index : skip;
            Count(skip);
            index += skip;
            if (index < bytes.Length)
            {
                Step(bytes[index]);
                Count(1);
            }
        }
    }

    private void Count(int bytes)
    {
        _bytes += bytes;
        _tagBytes = _state is State.Tag or State.Value ? _tagBytes + bytes : 0;
        if (_tagBytes > maxTagBytes)
        {
            Refuse($"a start tag is longer than {maxTagBytes} bytes");
        }
    }

    private void Step(byte next)
    {
        switch (next)
        {
            case 0:
                Refuse("a NUL byte: this is no text in UTF-8");
                break;
            case (byte)'\n':
                _line++;
                _lineStart = _bytes + 1;
                break;
        }

        _state = _state switch
        {
            State.Text => next == '<' ? State.Opening : State.Text,
            State.Opening => Open(next),
            State.Tag => InTag(next),
            State.Value => next == _quote ? State.Tag : State.Value,
            State.Comment => InComment(next),
            _ => InDeclaration(next),
        };
    }

    private State Open(byte next)
    {
        _attributes = 0;
        _dashes = 0;
        return next is (byte)'!' or (byte)'?' ? State.Declaration : next == '>' ? State.Text : State.Tag;
    }

    private State InTag(byte next)
    {
        switch (next)
        {
            case (byte)'>':
                return State.Text;
            case (byte)'"' or (byte)'\'':
                _quote = next;
                return State.Value;
            case (byte)'=' when ++_attributes > maxAttributes:
                Refuse($"an element has more than {maxAttributes} attributes");
                break;
        }

        return State.Tag;
    }

    // A comment begins with two dashes; other declarations end at the first >, for they are refused anyway.
    private State InDeclaration(byte next)
    {
        _dashes = next == '-' ? _dashes + 1 : 0;
        return next == '>' ? State.Text : _dashes == 2 ? State.Comment : State.Declaration;
    }

    private State InComment(byte next)
    {
        var isEnd = next == '>' && _dashes >= 2;
        _dashes = next == '-' ? _dashes + 1 : 0;
        return isEnd ? State.Text : State.Comment;
    }

    private void Refuse(string message) =>
        throw new XmlException(message, null, _line, (int)Math.Clamp(_bytes - _lineStart + 1, 1, int.MaxValue));
}
