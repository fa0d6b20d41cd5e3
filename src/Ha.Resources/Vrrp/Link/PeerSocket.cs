using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ha.Resources.Vrrp.Link;

/// <summary>Adverts to single members: the kernel finds their hardware addresses. It also keeps the kernel from
/// answering their adverts with "protocol unreachable".</summary>
internal sealed unsafe class PeerSocket : IDisposable
{
    private const int AddressRoom = 28;
    private const int NetworkControl = 0xc0;
    private const int TimeToLive = 255;

    private readonly int _descriptor;
    private readonly byte[][] _peers;

    /// <summary>Opens it.</summary>
    /// <param name="source">Our address.</param>
    /// <param name="peers">Theirs.</param>
    /// <param name="device">Number of the interface.</param>
    /// <exception cref="LinkException">The kernel does not let us.</exception>
    public PeerSocket(IPAddress source, IReadOnlyList<IPAddress> peers, int device)
    {
        var isV6 = source.AddressFamily == AddressFamily.InterNetworkV6;
        _descriptor = LinkSocket.Check(
            LinkNative.Open(
                isV6 ? LinkNative.FamilyIpv6 : LinkNative.FamilyIpv4,
                LinkNative.Raw | LinkNative.CloseOnExec | LinkNative.NonBlocking, 112),
            "open a raw socket");
        LinkSocket.Filter(_descriptor, LinkFilter.Nothing());
        if (isV6)
        {
            Set(LinkNative.LevelIpv6, LinkNative.Ipv6UnicastHops, TimeToLive);
            Set(LinkNative.LevelIpv6, LinkNative.Ipv6TrafficClass, NetworkControl);
        }
        else
        {
            Set(LinkNative.LevelIp, LinkNative.IpTimeToLive, TimeToLive);
            Set(LinkNative.LevelIp, LinkNative.IpTypeOfService, NetworkControl);
        }

        var own = Encode(source, device);
        fixed (byte* start = own)
        {
            _ = LinkSocket.Check(
                LinkNative.Bind(_descriptor, start, LengthOf(source)), $"speak as {source}: is it an address of this host");
        }

        _peers = [.. peers.Select(peer => Encode(peer, device))];
        PeerLength = LengthOf(source);
    }

    private uint PeerLength { get; }

    /// <summary>Sends an advert to one member.</summary>
    /// <returns>0, or the kernel's error number.</returns>
    public int Send(int peer, ReadOnlySpan<byte> advert)
    {
        fixed (byte* start = advert)
        fixed (byte* to = _peers[peer])
        {
            return LinkNative.SendTo(_descriptor, start, (nuint)advert.Length, 0, to, PeerLength) < 0
                ? Marshal.GetLastPInvokeError()
                : 0;
        }
    }

    public void Dispose() => _ = LinkNative.Close(_descriptor);

    private static uint LengthOf(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? 28u : 16u;

    // sockaddr_in and sockaddr_in6; a link-local address needs its device.
    private static byte[] Encode(IPAddress address, int device)
    {
        var room = new byte[AddressRoom];
        var bytes = address.GetAddressBytes();
        room[0] = (byte)(bytes.Length == 16 ? LinkNative.FamilyIpv6 : LinkNative.FamilyIpv4);
        bytes.CopyTo(room, bytes.Length == 16 ? 8 : 4);
        if (address.IsIPv6LinkLocal)
        {
            BitConverter.TryWriteBytes(room.AsSpan(24), device);
        }

        return room;
    }

    private void Set(int level, int name, int value) =>
        _ = LinkNative.SetOption(_descriptor, level, name, &value, sizeof(int));
}
