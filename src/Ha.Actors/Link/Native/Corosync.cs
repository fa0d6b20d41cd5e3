using System.Runtime.InteropServices;

namespace Ha.Actors.Link.Native;

/// <summary>Corosync's client libraries: functions and layouts, nothing else. Loaded at the first call, so that a
/// program
/// which makes none runs without them. Source: corosync 3, cpg.h, quorum.h, cmap.h (64 bit).</summary>
internal static unsafe partial class Corosync
{
    public const int Ok = 1;
    public const int TryAgain = 6;
    public const int DispatchAll = 2;
    public const int AgreedOrder = 2;
    public const int TrackCurrentAndChanges = 3;
    public const uint DeliverInitialTotem = 1;

    private const string Cpg = "libcpg.so.4";
    private const string Quorum = "libquorum.so.5";
    private const string Cmap = "libcmap.so.4";

    /// <summary>A group's name: a length and 128 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct GroupName
    {
        public uint Length;
        public fixed byte Value[128];
    }

    /// <summary>A process in a group.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Address
    {
        public uint NodeId;
        public uint ProcessId;
        public uint Reason;
    }

    /// <summary>A ring; passed by value.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Ring
    {
        public uint NodeId;
        public ulong Sequence;
    }

    /// <summary>Callbacks of a group, model 1.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct CpgModel
    {
        public int Model;
        public delegate* unmanaged[Cdecl]<ulong, GroupName*, uint, uint, byte*, nuint, void> Deliver;
        public delegate* unmanaged[Cdecl]<ulong, GroupName*, Address*, nuint, Address*, nuint, Address*, nuint,
            void> Members;
        public delegate* unmanaged[Cdecl]<ulong, Ring, uint, uint*, void> Totem;
        public uint Flags;
    }

    /// <summary>Callbacks of quorum, model 1.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct QuorumModel
    {
        public int Model;
        public delegate* unmanaged[Cdecl]<ulong, uint, Ring, uint, uint*, void> Changed;
        public nint NodeList;
    }

    /// <summary>A piece of a message.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public byte* Start;
        public nuint Length;
    }

    [LibraryImport(Cpg, EntryPoint = "cpg_model_initialize")]
    public static partial int CpgInitialize(ulong* handle, int model, CpgModel* data, nint context);

    [LibraryImport(Cpg, EntryPoint = "cpg_finalize")]
    public static partial int CpgFinalize(ulong handle);

    [LibraryImport(Cpg, EntryPoint = "cpg_context_get")]
    public static partial int CpgContext(ulong handle, nint* context);

    [LibraryImport(Cpg, EntryPoint = "cpg_local_get")]
    public static partial int CpgLocal(ulong handle, uint* nodeId);

    [LibraryImport(Cpg, EntryPoint = "cpg_fd_get")]
    public static partial int CpgDescriptor(ulong handle, int* descriptor);

    [LibraryImport(Cpg, EntryPoint = "cpg_join")]
    public static partial int CpgJoin(ulong handle, GroupName* group);

    [LibraryImport(Cpg, EntryPoint = "cpg_leave")]
    public static partial int CpgLeave(ulong handle, GroupName* group);

    [LibraryImport(Cpg, EntryPoint = "cpg_dispatch")]
    public static partial int CpgDispatch(ulong handle, int how);

    [LibraryImport(Cpg, EntryPoint = "cpg_mcast_joined")]
    public static partial int CpgMulticast(ulong handle, int order, IoVector* pieces, uint count);

    [LibraryImport(Quorum, EntryPoint = "quorum_model_initialize")]
    public static partial int QuorumInitialize(ulong* handle, int model, QuorumModel* data, uint* type, nint context);

    [LibraryImport(Quorum, EntryPoint = "quorum_finalize")]
    public static partial int QuorumFinalize(ulong handle);

    [LibraryImport(Quorum, EntryPoint = "quorum_context_get")]
    public static partial int QuorumContext(ulong handle, nint* context);

    [LibraryImport(Quorum, EntryPoint = "quorum_fd_get")]
    public static partial int QuorumDescriptor(ulong handle, int* descriptor);

    [LibraryImport(Quorum, EntryPoint = "quorum_trackstart")]
    public static partial int QuorumTrack(ulong handle, uint flags);

    [LibraryImport(Quorum, EntryPoint = "quorum_dispatch")]
    public static partial int QuorumDispatch(ulong handle, int how);

    [LibraryImport(Cmap, EntryPoint = "cmap_initialize")]
    public static partial int CmapInitialize(ulong* handle);

    [LibraryImport(Cmap, EntryPoint = "cmap_finalize")]
    public static partial int CmapFinalize(ulong handle);

    [LibraryImport(Cmap, EntryPoint = "cmap_get_string", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CmapString(ulong handle, string key, byte** value);

    [LibraryImport(Cmap, EntryPoint = "cmap_get_uint32", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CmapNumber(ulong handle, string key, uint* value);

    [LibraryImport(Cmap, EntryPoint = "cmap_get_uint8", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CmapByte(ulong handle, string key, byte* value);

    [LibraryImport("libc", EntryPoint = "free")]
    public static partial void Free(void* memory);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, ulong count, int timeoutMs);

    /// <summary>A descriptor to watch.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
