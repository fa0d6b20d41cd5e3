using System.Runtime.InteropServices;
using System.Text;

namespace Ha.Resources;

/// <summary>A pipe to or from a child, and what came through it. Its ends are closed once each.</summary>
internal sealed unsafe class Pipe
{
    private const int ReadBytes = 16 * 1024;

    private readonly MemoryStream _first = new();
    private readonly Queue<byte> _last = new();
    private readonly byte[] _buffer = new byte[ReadBytes];
    private readonly int _half;
    private int _readEnd;
    private int _writeEnd;

    /// <summary>Opens it.</summary>
    /// <param name="kept">Bytes that are kept, half of them from the beginning; more is read and thrown away.</param>
    public Pipe(int kept)
    {
        _half = kept / 2;
        var ends = stackalloc int[2];
        if (NativeProcess.Pipe(ends, NativeProcess.CloseOnExec) != 0)
        {
            throw new IOException($"no pipe: error {Marshal.GetLastPInvokeError()}");
        }

        (_readEnd, _writeEnd) = (ends[0], ends[1]);
    }

    /// <summary>Where to read; −1 once closed.</summary>
    public int ReadEnd => _readEnd;

    /// <summary>Where to write; −1 once closed.</summary>
    public int WriteEnd => _writeEnd;

    /// <summary>More came than was kept.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Reads what is there, without waiting for more.</summary>
    public void Drain(bool isReady)
    {
        while (isReady && _readEnd >= 0)
        {
            var entry = new NativeProcess.PollEntry { Descriptor = _readEnd, Events = NativeProcess.PollIn };
            if (NativeProcess.Poll(&entry, 1, 0) <= 0)
            {
                return;
            }

            nint count;
            fixed (byte* start = _buffer)
            {
                count = NativeProcess.Read(_readEnd, start, ReadBytes);
            }

            if (count <= 0)
            {
                CloseRead();
                return;
            }

            Keep(_buffer.AsSpan(0, (int)count));
        }
    }

    /// <summary>What came, as text; where there was too much, its beginning and its end.</summary>
    public string Text()
    {
        if (!IsCut)
        {
            return Encoding.UTF8.GetString([.. _first.ToArray(), .. _last]);
        }

        var text = Encoding.UTF8.GetString(_first.GetBuffer(), 0, (int)_first.Length);
        return $"{text}\n[...]\n{Encoding.UTF8.GetString([.. _last])}";
    }

    public void CloseRead() => Close(ref _readEnd);

    public void CloseWrite() => Close(ref _writeEnd);

    public void Close()
    {
        CloseRead();
        CloseWrite();
    }

    // The beginning says what an agent is, the end why it failed.
    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var room = _half - (int)_first.Length;
        var fits = Math.Min(room, bytes.Length);
        _first.Write(bytes[..fits]);
        IsCut |= bytes.Length - fits > _half;
        foreach (var item in bytes[Math.Max(fits, bytes.Length - _half)..])
        {
            if (_last.Count == _half)
            {
                IsCut = true;
                _last.Dequeue();
            }

            _last.Enqueue(item);
        }
    }

    private static void Close(ref int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = NativeProcess.Close(descriptor);
            descriptor = -1;
        }
    }
}

/// <summary>Texts as a native vector that ends with null.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly List<nint> _texts = [];
    private readonly nint _vector;

    public NativeStrings(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            _texts.Add(Marshal.StringToCoTaskMemUTF8(text));
        }

        _vector = Marshal.AllocCoTaskMem((_texts.Count + 1) * sizeof(nint));
        for (var index = 0; index < _texts.Count; index++)
        {
            Vector[index] = (byte*)_texts[index];
        }

        Vector[_texts.Count] = null;
    }

    public byte** Vector => (byte**)_vector;

    public void Dispose()
    {
        foreach (var text in _texts)
        {
            Marshal.FreeCoTaskMem(text);
        }

        Marshal.FreeCoTaskMem(_vector);
    }
}
