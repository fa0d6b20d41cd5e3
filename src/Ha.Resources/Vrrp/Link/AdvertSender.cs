using System.Buffers.Binary;

namespace Ha.Resources.Vrrp.Link;

/// <summary>Puts the adverts of one virtual router on the wire: a frame that is prepared once, in which only what
/// changes is written.</summary>
internal sealed class AdvertSender : IDisposable
{
    private const int EthernetBytes = 14;
    private const int Ipv4Bytes = 20;
    private const int Ipv6Bytes = 40;
    private const byte TimeToLive = 255;

    // Internetwork control: DSCP CS6.
    private const byte ServiceClass = 0xc0;

    private readonly VirtualRouterSettings _settings;
    private readonly LinkSocket _socket;
    private readonly PeerSocket? _peers;
    private readonly byte[] _frame;
    private readonly int _at;
    private ulong _sequence;
    private ushort _identification;

    /// <summary>Prepares it.</summary>
    /// <param name="settings">The router.</param>
    /// <param name="device">Its interface.</param>
    /// <param name="socket">The interface's socket.</param>
    /// <param name="peers">To whom single copies go; null for multicast.</param>
    public AdvertSender(VirtualRouterSettings settings, LinkDevice device, LinkSocket socket, PeerSocket? peers)
    {
        _settings = settings;
        _socket = socket;
        _peers = peers;
        _at = EthernetBytes + (settings.IsIpv6 ? Ipv6Bytes : Ipv4Bytes);
        var message = VrrpCodec.MessageBytesOf(settings.Version, settings.Advertised.Length, settings.IsIpv6);
        _frame = new byte[_at + message + VrrpTrailer.Bytes];
        Prepare(settings.UsesVirtualMac ? VirtualDevice.HardwareOf(settings) : device.Hardware);
    }

    /// <summary>Sends one advert, to the group or to every peer.</summary>
    /// <param name="effect">What the protocol wants.</param>
    /// <param name="source">Our address.</param>
    /// <returns>0, or the kernel's error number of the last that failed.</returns>
    public int Send(in VirtualRouterEffect effect, VrrpAddress source)
    {
        var result = 0;
        if (_peers is null)
        {
            var group = _settings.IsIpv6 ? VrrpAddress.Ipv6Group : VrrpAddress.Ipv4Group;
            var length = Write(effect, source, group);
            WriteHeader(length, source);
            return _socket.Send(_frame.AsSpan(0, _at + length));
        }

        for (var peer = 0; peer < _settings.Peers.Length; peer++)
        {
            var length = Write(effect, source, _settings.Peers[peer].Address);
            if (_peers.Send(peer, _frame.AsSpan(_at, length)) is not 0 and var error)
            {
                result = error;
            }
        }

        return result;
    }

    public void Dispose() => _peers?.Dispose();

    private int Write(in VirtualRouterEffect effect, VrrpAddress source, VrrpAddress destination)
    {
        var advert = new VrrpAdvert
        {
            Version = _settings.Version,
            Vrid = _settings.Vrid,
            Priority = effect.Priority,
            IntervalCs = effect.IntervalCs,
            AuthenticationType = (byte)_settings.Authentication,
            AuthenticationData = _settings.Password,
            Checksum = effect.WithPseudoHeader ? VrrpChecksumForms.PseudoHeader : VrrpChecksumForms.MessageOnly,
        };
        var carrier = new VrrpCarrier(source, destination, TimeToLive);
        var length = VrrpCodec.Encode(_frame.AsSpan(_at), advert, _settings.Advertised, carrier);
        if (_settings.TrailerMode is VrrpTrailerMode.Permissive or VrrpTrailerMode.Enforce
            && _settings.TrailerKeys.Length > 0)
        {
            _sequence = VrrpTrailer.NextSequence(_sequence, LinkClock.RealTime);
            length = VrrpTrailer.Append(_frame.AsSpan(_at), length, source, _settings.TrailerKeys[0], _sequence);
        }

        return length;
    }

    private void Prepare(byte[] hardware)
    {
        ReadOnlySpan<byte> group = _settings.IsIpv6
            ? [0x33, 0x33, 0, 0, 0, 0x12] : [0x01, 0x00, 0x5e, 0, 0, 0x12];
        group.CopyTo(_frame);
        hardware.CopyTo(_frame, 6);
        BinaryPrimitives.WriteUInt16BigEndian(_frame.AsSpan(12), (ushort)(_settings.IsIpv6 ? 0x86dd : 0x0800));
        var header = _frame.AsSpan(EthernetBytes);
        if (_settings.IsIpv6)
        {
            // Version 6 and the service class, which begins in the low half of the first octet.
            header[0] = 0x60 | (ServiceClass >> 4);
            header[1] = (ServiceClass & 15) << 4;
            header[6] = VrrpCodec.Protocol;
            header[7] = TimeToLive;
            VrrpAddress.Ipv6Group.Write(header[24..]);
        }
        else
        {
            header[0] = 0x45;
            header[1] = ServiceClass;
            header[8] = TimeToLive;
            header[9] = VrrpCodec.Protocol;
            VrrpAddress.Ipv4Group.Write(header[16..]);
        }
    }

    private void WriteHeader(int length, VrrpAddress source)
    {
        var header = _frame.AsSpan(EthernetBytes);
        if (_settings.IsIpv6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)length);
            source.Write(header[8..]);
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(Ipv4Bytes + length));
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], ++_identification);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], 0);
        source.Write(header[12..]);
        uint sum = 0;
        for (var at = 0; at < Ipv4Bytes; at += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(header[at..]);
        }

        sum = (sum & 0xffff) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], (ushort)~(sum + (sum >> 16)));
    }
}
