using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Ha.InformationBase;

namespace Ha.Resources.Systemd;

/// <summary>Messages of the bus as bytes, both ways: written low byte first, read in either order.
/// Source: D-Bus specification 0.42, "Marshaling" and "Message protocol". Messages with file descriptors are refused.
/// </summary>
internal static class DbusCodec
{
    /// <summary>Bytes that say how long a message is.</summary>
    public const int PrefixBytes = 16;

    /// <summary>Longest message that is read: a unit's properties have about 30 KB.</summary>
    public const int MaxMessageBytes = 1024 * 1024;

    private const byte LittleEndian = (byte)'l';
    private const byte BigEndian = (byte)'B';
    private const byte Version = 1;

    /// <summary>Deepest nesting of values, variants counted.</summary>
    private const int MaxDepth = 64;

    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    private enum Field : byte
    {
        Path = 1,
        Interface = 2,
        Member = 3,
        ErrorName = 4,
        ReplySerial = 5,
        Destination = 6,
        Sender = 7,
        Signature = 8,
        Descriptors = 9,
    }

    /// <summary>How long the message is that begins with these bytes.</summary>
    /// <returns>False, with the reason, for what is no message.</returns>
    public static bool TryLength(ReadOnlySpan<byte> prefix, out int bytes, out string error)
    {
        bytes = 0;
        if (prefix.Length < PrefixBytes)
        {
            error = "too short";
            return false;
        }

        if (prefix[0] is not (LittleEndian or BigEndian) || prefix[3] != Version)
        {
            error = "neither byte order nor version is known";
            return false;
        }

        long body = UInt(prefix, 4, prefix[0]);
        long fields = UInt(prefix, 12, prefix[0]);
        var all = PrefixBytes + ((fields + 7) & ~7L) + body;
        error = all > MaxMessageBytes ? $"{all} bytes are more than the {MaxMessageBytes} that are read" : "";
        bytes = error.Length == 0 ? (int)all : 0;
        return error.Length == 0;
    }

    /// <summary>Reads one whole message.</summary>
    /// <returns>False, with the reason, for anything else. Throws nothing.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out DbusMessage? message, out string error)
    {
        message = null;
        if (!TryLength(bytes, out var length, out error))
        {
            return false;
        }

        if (length != bytes.Length)
        {
            error = $"{bytes.Length} bytes instead of {length}";
            return false;
        }

        var reader = new Reader(bytes, bytes[0], PrefixBytes - 4);
        var header = new DbusMessage { Kind = (DbusKind)bytes[1], Flags = bytes[2], Serial = UInt(bytes, 8, bytes[0]) };
        var signature = "";
        if (!reader.TryRead("a(yv)", 0, out var fields) || !TryHeader(fields, ref header, ref signature, out error))
        {
            error = reader.Error.Length > 0 ? reader.Error : error;
            return false;
        }

        if (!reader.TryAlign(8) || reader.At != bytes.Length - (int)UInt(bytes, 4, bytes[0]))
        {
            error = "the header does not end where the body begins";
            return false;
        }

        var body = new List<DbusValue>();
        for (var rest = signature.AsSpan(); !rest.IsEmpty;)
        {
            var type = rest[..DbusSignature.FirstType(rest)];
            if (!reader.TryRead(type, 0, out var value))
            {
                error = reader.Error;
                return false;
            }

            body.Add(value!);
            rest = rest[type.Length..];
        }

        error = reader.At == bytes.Length ? MissingOf(header) : "bytes are left after the body";
        message = error.Length == 0 ? header with { Body = body.ToValueList() } : null;
        return error.Length == 0;
    }

    /// <summary>Writes a message.</summary>
    public static byte[] Encode(DbusMessage message)
    {
        var body = new ArrayBufferWriter<byte>();
        foreach (var value in message.Body)
        {
            Write(body, value);
        }

        var fields = new List<DbusValue>();
        void Put(Field field, char type, string text)
        {
            if (text.Length > 0)
            {
                fields.Add(FieldOf(field, new DbusValue.Text(type, text)));
            }
        }

        Put(Field.Path, 'o', message.Path);
        Put(Field.Interface, 's', message.Interface);
        Put(Field.Member, 's', message.Member);
        Put(Field.ErrorName, 's', message.ErrorName);
        if (message.ReplySerial != 0)
        {
            fields.Add(FieldOf(Field.ReplySerial, DbusValue.Of(message.ReplySerial)));
        }

        Put(Field.Destination, 's', message.Destination);
        Put(Field.Sender, 's', message.Sender);
        Put(Field.Signature, 'g', string.Concat(message.Body.Select(value => value.Signature)));

        var all = new ArrayBufferWriter<byte>();
        all.Write((byte[])[LittleEndian, (byte)message.Kind, message.Flags, Version]);
        Write(all, DbusValue.Of((uint)body.WrittenCount));
        Write(all, DbusValue.Of(message.Serial));
        Write(all, new DbusValue.Array("(yv)", fields.ToValueList()));
        Align(all, 8);
        all.Write(body.WrittenSpan);
        return all.WrittenSpan.ToArray();
    }

    private static DbusValue.Structure FieldOf(Field field, DbusValue value) =>
        new([new DbusValue.Number('y', (byte)field), new DbusValue.Variant(value)]);

    private static bool TryHeader(DbusValue? fields, ref DbusMessage header, ref string signature, out string error)
    {
        foreach (var item in ((DbusValue.Array)fields!).Items)
        {
            var pair = (DbusValue.Structure)item;
            var code = (Field)((DbusValue.Number)pair.Fields[0]).Bits;
            switch (code, ((DbusValue.Variant)pair.Fields[1]).Content)
            {
                case (Field.Path, DbusValue.Text { Type: 'o' } text):
                    header = header with { Path = text.Value };
                    break;
                case (Field.Interface, DbusValue.Text { Type: 's' } text):
                    header = header with { Interface = text.Value };
                    break;
                case (Field.Member, DbusValue.Text { Type: 's' } text):
                    header = header with { Member = text.Value };
                    break;
                case (Field.ErrorName, DbusValue.Text { Type: 's' } text):
                    header = header with { ErrorName = text.Value };
                    break;
                case (Field.ReplySerial, DbusValue.Number { Type: 'u' } number):
                    header = header with { ReplySerial = (uint)number.Bits };
                    break;
                case (Field.Destination, DbusValue.Text { Type: 's' } text):
                    header = header with { Destination = text.Value };
                    break;
                case (Field.Sender, DbusValue.Text { Type: 's' } text):
                    header = header with { Sender = text.Value };
                    break;
                case (Field.Signature, DbusValue.Text { Type: 'g' } text):
                    signature = text.Value;
                    break;
                case ( > Field.Descriptors, _):
                    break;
                default:
                    error = $"header field {(byte)code} has another type, or is not for us";
                    return false;
            }
        }

        error = "";
        return true;
    }

    private static string MissingOf(DbusMessage message) => message switch
    {
        { Serial: 0 } => "the serial is 0",
        { Kind: DbusKind.Call, Path: "" } or { Kind: DbusKind.Call, Member: "" } => "a call without path or member",
        { Kind: DbusKind.Signal, Path: "" } or { Kind: DbusKind.Signal, Member: "" }
            or { Kind: DbusKind.Signal, Interface: "" } => "a signal without path, interface or member",
        { Kind: DbusKind.Answer, ReplySerial: 0 } or { Kind: DbusKind.Error, ReplySerial: 0 } => "an answer to nothing",
        { Kind: DbusKind.Error, ErrorName: "" } => "an error without a name",
        { Kind: < DbusKind.Call or > DbusKind.Signal } => "an unknown kind of message",
        _ => "",
    };

    private static uint UInt(ReadOnlySpan<byte> bytes, int at, byte order) => order == BigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(bytes[at..])
        : BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    // Positions count from the beginning of what is written: a body begins on a multiple of eight, so that holds there.
    private static void Write(ArrayBufferWriter<byte> to, DbusValue value)
    {
        switch (value)
        {
            case DbusValue.Number number:
                var width = DbusSignature.WidthOf(number.Type);
                Align(to, width);
                Span<byte> bits = stackalloc byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(bits, number.Bits);
                to.Write<byte>(bits[..width]);
                break;
            case DbusValue.Text { Type: 'g' } signature:
                to.Write((byte[])[(byte)signature.Value.Length, .. s_utf8.GetBytes(signature.Value), 0]);
                break;
            case DbusValue.Text text:
                var bytes = s_utf8.GetBytes(text.Value);
                Write(to, DbusValue.Of((uint)bytes.Length));
                to.Write((byte[])[.. bytes, 0]);
                break;
            case DbusValue.Array array:
                WriteArray(to, array);
                break;
            case DbusValue.Structure structure:
                Align(to, 8);
                foreach (var field in structure.Fields)
                {
                    Write(to, field);
                }

                break;
            case DbusValue.Entry entry:
                Align(to, 8);
                Write(to, entry.Key);
                Write(to, entry.Content);
                break;
            case DbusValue.Variant variant:
                Write(to, new DbusValue.Text('g', variant.Content.Signature));
                Write(to, variant.Content);
                break;
        }
    }

    // The length does not count the padding before the first element; it stands before that.
    private static void WriteArray(ArrayBufferWriter<byte> to, DbusValue.Array array)
    {
        var alignment = DbusSignature.AlignmentOf(array.ElementType[0]);
        Align(to, 4);
        var content = new ArrayBufferWriter<byte>();
        var start = (to.WrittenCount + 4 + alignment - 1) / alignment * alignment;
        content.Write(new byte[start % 8]);
        foreach (var item in array.Items)
        {
            Write(content, item);
        }

        var bytes = content.WrittenSpan[(start % 8)..];
        Write(to, DbusValue.Of((uint)bytes.Length));
        Align(to, alignment);
        to.Write(bytes);
    }

    private static void Align(ArrayBufferWriter<byte> to, int alignment)
    {
        while (to.WrittenCount % alignment != 0)
        {
            to.Write((byte[])[0]);
        }
    }

    /// <summary>Reads values one after the other, and stops at the first that is not right.</summary>
    private ref struct Reader(ReadOnlySpan<byte> bytes, byte order, int at)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public int At { get; private set; } = at;

        public string Error { get; private set; } = "";

        public bool TryAlign(int alignment)
        {
            while (At % alignment != 0)
            {
                if (At >= _bytes.Length || _bytes[At] != 0)
                {
                    return Refuse("padding is missing, or is not zero");
                }

                At++;
            }

            return true;
        }

        public bool TryRead(ReadOnlySpan<char> type, int depth, out DbusValue? value)
        {
            value = null;
            if (depth > MaxDepth)
            {
                return Refuse($"values are nested more than {MaxDepth} deep");
            }

            switch (type[0])
            {
                case 's' or 'o' or 'g':
                    return TryText(type[0], out value);
                case 'a':
                    return TryArray(type[1..], depth, out value);
                case 'v':
                    return TryVariant(depth, out value);
                case '(':
                    return TryFields(type[1..^1], depth, out var fields)
                        && (value = new DbusValue.Structure(fields.ToValueList())) is not null;
                case '{':
                    return TryFields(type[1..^1], depth, out var pair)
                        && (value = new DbusValue.Entry(pair[0], pair[1])) is not null;
                default:
                    return TryNumber(type[0], out value);
            }
        }

        private bool TryNumber(char type, out DbusValue? value)
        {
            value = null;
            var width = DbusSignature.WidthOf(type);
            if (!TryAlign(width) || !TryTake(width, out var bytes))
            {
                return false;
            }

            ulong bits = 0;
            for (var index = 0; index < width; index++)
            {
                bits |= (ulong)bytes[order == BigEndian ? width - 1 - index : index] << (8 * index);
            }

            if (type == 'b' && bits > 1)
            {
                return Refuse($"a truth value is {bits}");
            }

            value = new DbusValue.Number(type, bits);
            return true;
        }

        private bool TryText(char type, out DbusValue? value)
        {
            value = null;
            if (!TryNumber(type == 'g' ? 'y' : 'u', out var number))
            {
                return false;
            }

            var length = ((DbusValue.Number)number!).Bits;
            if (length >= (ulong)_bytes.Length || !TryTake((int)length + 1, out var bytes))
            {
                return Refuse("a text is longer than its message");
            }

            if (bytes[..^1].Contains((byte)0) || bytes[^1] != 0 || !System.Text.Unicode.Utf8.IsValid(bytes))
            {
                return Refuse("a text is not UTF-8, or has a zero in it");
            }

            var text = s_utf8.GetString(bytes[..^1]);
            if ((type == 'g' && !DbusSignature.IsValid(text)) || (type == 'o' && !text.StartsWith('/')))
            {
                return Refuse(type == 'g' ? "a signature is not right" : "the path of an object does not begin with /");
            }

            value = new DbusValue.Text(type, text);
            return true;
        }

        private bool TryArray(ReadOnlySpan<char> element, int depth, out DbusValue? value)
        {
            value = null;
            if (!TryNumber('u', out var number) || !TryAlign(DbusSignature.AlignmentOf(element[0])))
            {
                return false;
            }

            var length = ((DbusValue.Number)number!).Bits;
            if (length > (ulong)(_bytes.Length - At))
            {
                return Refuse("an array is longer than its message");
            }

            var end = At + (int)length;
            var items = new List<DbusValue>();
            while (At < end)
            {
                if (!TryRead(element, depth + 1, out var item))
                {
                    return false;
                }

                items.Add(item!);
            }

            if (At != end)
            {
                return Refuse("an array does not end with an element");
            }

            value = new DbusValue.Array(element.ToString(), items.ToValueList());
            return true;
        }

        private bool TryVariant(int depth, out DbusValue? value)
        {
            value = null;
            if (!TryText('g', out var signature))
            {
                return false;
            }

            var type = ((DbusValue.Text)signature!).Value;
            if (type.Length == 0 || DbusSignature.FirstType(type) != type.Length)
            {
                return Refuse("a variant is not of one type");
            }

            if (!TryRead(type, depth + 1, out var content))
            {
                return false;
            }

            value = new DbusValue.Variant(content!);
            return true;
        }

        private bool TryFields(ReadOnlySpan<char> types, int depth, out List<DbusValue> fields)
        {
            fields = [];
            if (!TryAlign(8))
            {
                return false;
            }

            while (!types.IsEmpty)
            {
                var type = types[..DbusSignature.FirstType(types)];
                if (!TryRead(type, depth + 1, out var field))
                {
                    return false;
                }

                fields.Add(field!);
                types = types[type.Length..];
            }

            return true;
        }

        private bool TryTake(int count, out ReadOnlySpan<byte> bytes)
        {
            bytes = default;
            if (count > _bytes.Length - At)
            {
                return Refuse("the message ends too early");
            }

            bytes = _bytes.Slice(At, count);
            At += count;
            return true;
        }

        private bool Refuse(string error)
        {
            Error = Error.Length > 0 ? Error : error;
            return false;
        }
    }
}
