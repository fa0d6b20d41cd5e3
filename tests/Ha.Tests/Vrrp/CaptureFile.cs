using System.Buffers.Binary;

namespace Ha.Tests.Vrrp;

/// <summary>Capture files of the classic format, made for a test.</summary>
internal static class CaptureFile
{
    public static byte[] Of(
        uint magic, bool isBigEndian, uint link, params (uint Seconds, uint Part, byte[] Frame)[] frames)
    {
        using var file = new MemoryStream();
        foreach (var number in (uint[])[magic, isBigEndian ? 0x00020004u : 0x00040002u, 0, 0, 65535, link])
        {
            Write(file, number, isBigEndian);
        }

        foreach (var (seconds, part, frame) in frames)
        {
            foreach (var number in (uint[])[seconds, part, (uint)frame.Length, (uint)frame.Length])
            {
                Write(file, number, isBigEndian);
            }

            file.Write(frame);
        }

        return file.ToArray();
    }

    private static void Write(Stream file, uint number, bool isBigEndian)
    {
        Span<byte> octets = stackalloc byte[4];
        if (isBigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(octets, number);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(octets, number);
        }

        file.Write(octets);
    }
}
