using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Ha.Resources.Vip;

/// <summary>Sends announcements: a burst at once, and again later for those who missed it.</summary>
internal static class AddressAnnouncer
{
    /// <summary>When, after the address came: five in the first moments, then for switches that learn late.</summary>
    private static readonly int[] s_afterMs = [0, 5, 20, 100, 250, 1000, 5000, 30_000];

    /// <summary>Announces until it is done or cancelled. Errors are no reason to fail: the address works without it.
    /// </summary>
    public static async Task Announce(IPAddress address, int device, PhysicalAddress card, CancellationToken cancel)
    {
        var isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var frame = isV6
            ? AnnouncementCodec.NeighbourAdvertisement(address, card)
            : AnnouncementCodec.GratuitousArp(address, card);
        var type = isV6 ? AnnouncementCodec.Ipv6Type : AnnouncementCodec.ArpType;
        try
        {
            using var socket = new Socket(AddressFamily.Packet, SocketType.Raw, 0);
            var to = new PacketAddress(type, device, frame.AsSpan(0, 6).ToArray()).Serialize();
            var before = 0;
            foreach (var after in s_afterMs)
            {
                if (after > before)
                {
#pragma warning disable RS0030 // The network's time is real time.
                    await Task.Delay(after - before, cancel).ConfigureAwait(false);
#pragma warning restore RS0030
                    before = after;
                }

                socket.SendTo(frame, SocketFlags.None, to);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The link may be down, or the address gone again.
        }
    }

    /// <summary>sockaddr_ll. Source: packet(7).</summary>
    private sealed class PacketAddress(ushort type, int device, byte[] card) : EndPoint
    {
        private const int Bytes = 20;

        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, Bytes);
            var span = address.Buffer.Span;
            BinaryPrimitives.WriteUInt16BigEndian(span[2..], type);
            BinaryPrimitives.WriteInt32LittleEndian(span[4..], device);
            span[11] = (byte)card.Length;
            card.CopyTo(span[12..]);
            return address;
        }
    }
}
