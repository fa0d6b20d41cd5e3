using System.Runtime.InteropServices;

namespace Ha.Resources.Vrrp.Link;

/// <summary>The system calls of the real-time path. Sources: packet(7), raw(7), sched(7), the kernel's headers for
/// this kind of machine. Nothing here allocates.</summary>
internal static unsafe partial class LinkNative
{
    public const int FamilyIpv4 = 2;
    public const int FamilyIpv6 = 10;
    public const int FamilyNetlink = 16;
    public const int FamilyPacket = 17;
    public const int Datagram = 2;
    public const int Raw = 3;
    public const int CloseOnExec = 0x80000;
    public const int NonBlocking = 0x800;
    public const int LevelIp = 0;
    public const int LevelSocket = 1;
    public const int LevelIpv6 = 41;
    public const int LevelPacket = 263;
    public const int LevelNetlink = 270;
    public const int ReceiveBuffer = 8;
    public const int Priority = 12;
    public const int AttachFilter = 26;
    public const int TimestampNanoseconds = 35;
    public const int ReceiveBufferForce = 33;
    public const int PacketAddMembership = 1;
    public const int PacketIgnoreOutgoing = 23;
    public const int IpHeaderIncluded = 3;
    public const int IpTypeOfService = 1;
    public const int IpTimeToLive = 2;
    public const int IpAddMembership = 35;
    public const int Ipv6UnicastHops = 16;
    public const int Ipv6AddMembership = 20;
    public const int Ipv6TrafficClass = 67;
    public const int MonotonicClock = 1;
    public const int RealTimeClock = 0;
    public const int BootClock = 7;
    public const short PollIn = 1;
    public const short PollError = 8;
    public const int WouldBlock = 11;
    public const int Interrupted = 4;
    public const int NetworkDown = 100;
    public const int NoBufferSpace = 105;
    public const int SchedulingFifo = 1;

    /// <summary>MCL_CURRENT, MCL_FUTURE and MCL_ONFAULT: what is touched stays in memory, and no more.</summary>
    public const int LockOnFault = 7;

    /// <summary>What a wait for several descriptors is told.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>struct sockaddr_ll.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PacketAddress
    {
        public ushort Family;
        public ushort ProtocolInNetworkOrder;
        public int Device;
        public ushort HardwareType;
        public byte PacketType;
        public byte HardwareLength;
        public fixed byte Hardware[8];
    }

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Piece
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public void* Name;
        public uint NameLength;
        public Piece* Pieces;
        public nuint PieceCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct sock_filter: one step of a packet filter.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct FilterStep
    {
        public ushort Code;
        public byte IfTrue;
        public byte IfFalse;
        public uint Value;
    }

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct FilterProgram
    {
        public ushort Length;
        public FilterStep* Steps;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Open(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int descriptor, void* address, uint length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int descriptor, int level, int name, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    public static partial nint SendTo(
        int descriptor, byte* data, nuint length, int flags, void* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint Receive(int descriptor, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, ulong count, Time* timeout, void* signals);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [SuppressGCTransition]
    public static partial int GetClock(int clock, Time* time);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    public static partial int SetScheduler(int thread, int policy, int* priority);

    [LibraryImport("libc", EntryPoint = "mlockall", SetLastError = true)]
    public static partial int LockMemory(int flags);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint IndexOf(string device);
}
