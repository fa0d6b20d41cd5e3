namespace Ha.Resources.Vrrp;

/// <summary>What the checksum of a message was made of: both can be right at once, for instance when the pseudo-header
/// adds up to nothing.</summary>
[Flags]
public enum VrrpChecksumForms
{
    /// <summary>Neither is right.</summary>
    None = 0,

    /// <summary>The message alone: VRRPv2, and VRRPv3 over IPv4 by RFC 9568.</summary>
    MessageOnly = 1,

    /// <summary>The message after a pseudo-header: VRRPv3 over IPv6, and over IPv4 as RFC 5798 was read.</summary>
    PseudoHeader = 2,
}

/// <summary>How an advert of version 2 is authenticated. Source: RFC 2338, section 5.3.6.</summary>
public enum VrrpAuthentication
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>A password in clear: it keeps mistakes apart, and protects from nobody.</summary>
    Password = 1,

    /// <summary>IPsec's header: recognised, never trusted.</summary>
    Header = 2,
}

/// <summary>An advert, without its addresses: those stay in the message, from where <see cref="VrrpCodec.AddressAt"/>
/// reads them. So a received advert is no allocation.</summary>
public readonly record struct VrrpAdvert
{
    /// <summary>2 or 3.</summary>
    public byte Version { get; init; }

    /// <summary>Number of the virtual router on its link: 1 to 255; a stranger may send 0.</summary>
    public byte Vrid { get; init; }

    /// <summary>1 to 254; 255 for the owner of the addresses; 0 when the active one resigns.</summary>
    public byte Priority { get; init; }

    /// <summary>Number of addresses.</summary>
    public byte Count { get; init; }

    /// <summary>The sender's interval in centiseconds: 1 to 4095 in version 3; whole seconds, so multiples of 100, in
    /// version 2. A stranger may send 0.</summary>
    public int IntervalCs { get; init; }

    /// <summary>True when the message came in IPv6, and so its addresses have 16 octets.</summary>
    public bool IsIpv6 { get; init; }

    /// <summary>The authentication type of version 2; 0 in version 3.</summary>
    public byte AuthenticationType { get; init; }

    /// <summary>The eight octets of authentication data of version 2, first octet highest.</summary>
    public ulong AuthenticationData { get; init; }

    /// <summary>Which forms of the checksum are right.</summary>
    public VrrpChecksumForms Checksum { get; init; }

    /// <summary>Octets up to the end of the last address, in version 2 to the end of the authentication data.</summary>
    public int MessageBytes { get; init; }

    /// <summary>Octets after the message in the packet: none, a trailer, or rubbish.</summary>
    public int TrailingBytes { get; init; }
}

/// <summary>What of the packet around a message counts.</summary>
/// <param name="Source">Sender.</param>
/// <param name="Destination">The group, or one of our addresses.</param>
/// <param name="Ttl">Time to live, or hop limit, as received.</param>
public readonly record struct VrrpCarrier(VrrpAddress Source, VrrpAddress Destination, byte Ttl);
