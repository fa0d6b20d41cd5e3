using System.Buffers.Binary;

namespace Ha.Resources.Database;

/// <summary>The beginning of a data folder's global/pg_control, which is the same from PostgreSQL 12 to 17.</summary>
/// <param name="SystemId">The data's identity.</param>
/// <param name="State">What the server that used it last was doing.</param>
/// <param name="Checkpoint">Where its last checkpoint is.</param>
/// <param name="Timeline">The timeline of that.</param>
public sealed record ControlFile(ulong SystemId, DataState State, ulong Checkpoint, int Timeline)
{
    /// <summary>Bytes that are looked at.</summary>
    public const int NeededBytes = 56;

    private const uint LeastVersion = 1201;
    private const uint MostVersion = 1700;

    /// <summary>Reads the bytes. Source: src/include/catalog/pg_control.h of PostgreSQL.</summary>
    /// <returns>False, with the reason, for anything else.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out ControlFile? control, out string error)
    {
        control = null;
        error = "";
        if (bytes.Length < NeededBytes)
        {
            error = "global/pg_control is too short";
            return false;
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version is < LeastVersion or > MostVersion)
        {
            error = $"global/pg_control has version {version}; known are {LeastVersion} to {MostVersion} (PostgreSQL 12 to 17)";
            return false;
        }

        DataState? state = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]) switch
        {
            1 => DataState.PrimaryAtRest,
            2 or 5 => DataState.Standby,
            0 or 3 or 4 or 6 => DataState.PrimaryCrashed,
            _ => null,
        };
        if (state is null)
        {
            error = "global/pg_control has an unknown state";
            return false;
        }

        control = new ControlFile(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes), state.Value,
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]),
                (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[48..]));
        return true;
    }
}
