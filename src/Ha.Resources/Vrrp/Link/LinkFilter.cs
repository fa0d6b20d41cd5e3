using System.Buffers.Binary;

namespace Ha.Resources.Vrrp.Link;

/// <summary>The packet filter of a link: adverts, and ARP or neighbour advertisements that speak of our addresses. All
/// else never wakes us. Source: the kernel's filter documentation (classic BPF).</summary>
internal static class LinkFilter
{
    /// <summary>With more addresses than this all ARP comes through, and the program looks itself.</summary>
    public const int MaxAddresses = 60;

    private const ushort LoadHalf = 0x28;
    private const ushort LoadWord = 0x20;
    private const ushort LoadByte = 0x30;
    private const ushort JumpEqual = 0x15;
    private const ushort Return = 0x06;
    private const uint All = 0x40000;

    private const uint ArpSender = 28;
    private const uint Ipv4Protocol = 23;
    private const uint Ipv6NextHeader = 20;
    private const uint Icmpv6Type = 54;

    /// <summary>The program for frames that begin with their Ethernet header.</summary>
    /// <param name="addresses">IPv4 addresses whose ARP matters, as numbers.</param>
    public static LinkNative.FilterStep[] Of(IReadOnlyList<uint> addresses)
    {
        var arp = addresses.Count > MaxAddresses ? [] : addresses;
        var steps = new List<LinkNative.FilterStep> { Step(LoadHalf, 12) };

        // Each part jumps over itself when the frame is another kind.
        var arpPart = new List<LinkNative.FilterStep>();
        if (addresses.Count > MaxAddresses)
        {
            arpPart.Add(Step(Return, All));
        }
        else
        {
            arpPart.Add(Step(LoadWord, ArpSender));
            foreach (var address in arp)
            {
                arpPart.Add(Step(JumpEqual, address, 0, 1));
                arpPart.Add(Step(Return, All));
            }

            arpPart.Add(Step(Return, 0));
        }

        steps.Add(Step(JumpEqual, 0x0806, 0, (byte)arpPart.Count));
        steps.AddRange(arpPart);
        steps.AddRange(
        [
            Step(JumpEqual, 0x0800, 0, 4),
            Step(LoadByte, Ipv4Protocol),
            Step(JumpEqual, 112, 0, 1),
            Step(Return, All),
            Step(Return, 0),
            Step(JumpEqual, 0x86dd, 0, 6),
            Step(LoadByte, Ipv6NextHeader),
            Step(JumpEqual, 112, 3, 0),
            Step(JumpEqual, 58, 0, 3),
            Step(LoadByte, Icmpv6Type),
            Step(JumpEqual, 136, 0, 1),
            Step(Return, All),
            Step(Return, 0),
        ]);
        return [.. steps];
    }

    /// <summary>Lets nothing through: for sockets that only have to exist.</summary>
    public static LinkNative.FilterStep[] Nothing() => [Step(Return, 0)];

    /// <summary>An IPv4 address as the filter compares it.</summary>
    public static uint NumberOf(ReadOnlySpan<byte> address) => BinaryPrimitives.ReadUInt32BigEndian(address);

    private static LinkNative.FilterStep Step(ushort code, uint value, byte ifTrue = 0, byte ifFalse = 0) =>
        new() { Code = code, Value = value, IfTrue = ifTrue, IfFalse = ifFalse };
}
