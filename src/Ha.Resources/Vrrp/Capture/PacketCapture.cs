using System.Buffers.Binary;

namespace Ha.Resources.Vrrp.Capture;

/// <summary>How the frames of a capture begin.</summary>
public enum LinkType
{
    /// <summary>Ethernet.</summary>
    Ethernet = 1,

    /// <summary>Linux "cooked", as of `tcpdump -i any`.</summary>
    LinuxCooked = 113,

    /// <summary>The second form of it.</summary>
    LinuxCooked2 = 276,
}

/// <summary>One frame of a capture.</summary>
/// <param name="Number">From 1.</param>
/// <param name="TimeNs">Nanoseconds since the first frame.</param>
/// <param name="At">Where its octets begin in the file.</param>
/// <param name="Length">Octets that were captured.</param>
public readonly record struct CapturedFrame(int Number, long TimeNs, int At, int Length);

/// <summary>A capture file of the classic format, of either byte order, with microseconds or nanoseconds. Source: the
/// page pcap-savefile(5).</summary>
/// <param name="Link">How its frames begin.</param>
/// <param name="Frames">Its frames.</param>
/// <param name="Error">Why the file ends before its end; empty otherwise.</param>
public sealed record PacketCapture(LinkType Link, IReadOnlyList<CapturedFrame> Frames, string Error)
{
    private const int HeaderBytes = 24;
    private const int RecordBytes = 16;
    private const int MaxFrameBytes = 256 * 1024;
    private const uint Microseconds = 0xa1b2c3d4;
    private const uint Nanoseconds = 0xa1b23c4d;
    private const uint NextGeneration = 0x0a0d0d0a;

    /// <summary>Reads a whole file.</summary>
    /// <returns>The capture, null when it is none; and why.</returns>
    public static (PacketCapture? Capture, string Error) Read(ReadOnlySpan<byte> file)
    {
        if (file.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(file) == NextGeneration)
        {
            return (null, "is a pcapng file; write it anew with: tcpdump -r FILE -w NEW.pcap");
        }

        if (file.Length < HeaderBytes || MagicOf(file, out var isBigEndian) is not { } ticksNs)
        {
            return (null, "is no capture file; write one with: tcpdump -w FILE 'ip proto 112 or ip6 proto 112 or arp'");
        }

        var link = (int)(Number(file[20..], isBigEndian) & 0xffff);
        if (!Enum.IsDefined((LinkType)link))
        {
            return (null, $"has frames of link type {link}, which is neither Ethernet (1) nor Linux cooked (113, 276)");
        }

        var frames = new List<CapturedFrame>();
        var error = ReadFrames(file, isBigEndian, ticksNs, frames);
        return (new PacketCapture((LinkType)link, frames, error), "");
    }

    // Nanoseconds of the second part of its times.
    private static int? MagicOf(ReadOnlySpan<byte> file, out bool isBigEndian)
    {
        isBigEndian = BinaryPrimitives.ReadUInt32BigEndian(file) is Microseconds or Nanoseconds;
        return Number(file, isBigEndian) switch { Microseconds => 1000, Nanoseconds => 1, _ => null };
    }

    private static string ReadFrames(
        ReadOnlySpan<byte> file, bool isBigEndian, int ticksNs, List<CapturedFrame> frames)
    {
        long? first = null;
        for (var at = HeaderBytes; at < file.Length;)
        {
            var place = $"frame {frames.Count + 1} at octet {at}";
            if (file.Length - at < RecordBytes)
            {
                return $"{place} is cut off";
            }

            var time = (Number(file[at..], isBigEndian) * 1_000_000_000L)
                + ((long)Number(file[(at + 4)..], isBigEndian) * ticksNs);
            var length = Number(file[(at + 8)..], isBigEndian);
            at += RecordBytes;
            if (length > MaxFrameBytes)
            {
                return $"{place} says that it has {length} octets";
            }

            if (length > file.Length - at)
            {
                return $"{place} is cut off";
            }

            first ??= time;
            frames.Add(new CapturedFrame(frames.Count + 1, time - first.Value, at, (int)length));
            at += (int)length;
        }

        return "";
    }

    private static uint Number(ReadOnlySpan<byte> octets, bool isBigEndian) => isBigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(octets)
        : BinaryPrimitives.ReadUInt32LittleEndian(octets);
}
