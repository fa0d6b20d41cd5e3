using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Ha.Resources.Vrrp;
using Ha.Resources.Vrrp.Capture;

namespace Ha.Node.Views;

/// <summary>One frame of a capture as one JSON object: what its headers say, and for VRRP every field, also where it is
/// no advert by its form.</summary>
internal static class CapturedFrameView
{
    private const byte AuthenticationHeader = 51;
    private const byte Icmp = 1;
    private const byte Icmpv6 = 58;
    private const int CarpBytes = 36;
    private const byte CarpDigestWords = 7;
    private const int AuthenticationFixedBytes = 12;

    /// <summary>Writes the fields of a frame into an object that is begun.</summary>
    /// <returns>Where its VRRP message is, by IP itself or behind an authentication header; an empty span for none.
    /// </returns>
    public static ReadOnlySpan<byte> Write(
        Utf8JsonWriter json, in CapturedFrame at, ReadOnlySpan<byte> frame, LinkType link, out FrameParts parts)
    {
        json.WriteNumber("n", at.Number);
        json.WriteNumber("t", at.TimeNs / 1_000_000_000m);
        var isWhole = FrameCodec.TryDecode(frame, link, out parts);
        if (parts.PayloadAt > 0 && parts.SourceAt >= 0)
        {
            json.WriteString("eth_src", Hardware(frame[parts.SourceAt..]));
        }

        if (parts.PayloadAt > 0 && parts.DestinationAt >= 0)
        {
            json.WriteString("eth_dst", Hardware(frame[parts.DestinationAt..]));
        }

        if (parts.PayloadAt > 0 && parts.Vlan >= 0)
        {
            json.WriteNumber("vlan", parts.Vlan);
        }

        if (!isWhole)
        {
            json.WriteString("kind", "short");
            return default;
        }

        var payload = frame.Slice(parts.PayloadAt, parts.PayloadBytes);
        switch (parts.Kind)
        {
            case FrameKind.Arp:
                WriteArp(json, payload);
                return default;
            case FrameKind.Other:
                json.WriteString("kind", "other");
                json.WriteString("eth_type", $"0x{parts.EtherType:x4}");
                return default;
            default:
                WriteIp(json, parts);
                return WritePayload(json, payload, parts);
        }
    }

    private static void WriteIp(Utf8JsonWriter json, in FrameParts parts)
    {
        json.WriteString("ip_src", parts.Carrier.Source.ToString());
        json.WriteString("ip_dst", parts.Carrier.Destination.ToString());
        json.WriteNumber("ttl", parts.Carrier.Ttl);
        json.WriteNumber("ip_proto", parts.Protocol);
        if (parts.HeaderBytes > 0)
        {
            json.WriteNumber("ihl", parts.HeaderBytes);
        }

        if (parts.Padding > 0)
        {
            json.WriteNumber("eth_padding", parts.Padding);
        }

        if (parts.IsFragment)
        {
            json.WriteBoolean("fragment", true);
        }
    }

    private static ReadOnlySpan<byte> WritePayload(
        Utf8JsonWriter json, ReadOnlySpan<byte> payload, scoped in FrameParts parts)
    {
        var isIpv6 = parts.Kind == FrameKind.Ipv6;
        switch (parts.Protocol)
        {
            case var _ when parts.IsLaterFragment:
                json.WriteString("kind", "fragment");
                return default;
            case VrrpCodec.Protocol when IsCarp(payload):
                WriteCarp(json, payload);
                return payload;
            case VrrpCodec.Protocol:
                json.WriteString("kind", "vrrp");
                WriteVrrp(json, payload, parts.Carrier);
                return payload;
            case AuthenticationHeader when !isIpv6 && payload.Length >= AuthenticationFixedBytes
                && payload.Length >= (payload[1] + 2) * 4 && payload[1] >= 1:
                WriteAuthenticationHeader(json, payload);
                var inner = payload[((payload[1] + 2) * 4)..];
                if (payload[0] == VrrpCodec.Protocol)
                {
                    WriteVrrp(json, inner, parts.Carrier);
                }

                return payload[0] == VrrpCodec.Protocol ? inner : default;
            case Icmp when !isIpv6 && payload.Length >= 1:
                json.WriteString("kind", "icmp");
                json.WriteNumber("icmp_type", payload[0]);
                return default;
            case Icmpv6 when isIpv6 && payload.Length >= 1:
                WriteIcmpv6(json, payload);
                return default;
            default:
                json.WriteString("kind", isIpv6 ? "ip6" : "ip4");
                return default;
        }
    }

    private static void WriteArp(Utf8JsonWriter json, ReadOnlySpan<byte> arp)
    {
        json.WriteString("kind", "arp");
        json.WriteNumber("op", BinaryPrimitives.ReadUInt16BigEndian(arp[6..]));
        json.WriteString("sha", Hardware(arp[8..]));
        json.WriteString("spa", VrrpAddress.Read(arp.Slice(14, 4)).ToString());
        json.WriteString("tha", Hardware(arp[18..]));
        json.WriteString("tpa", VrrpAddress.Read(arp.Slice(24, 4)).ToString());
        json.WriteBoolean("gratuitous", arp.Slice(14, 4).SequenceEqual(arp.Slice(24, 4)));
    }

    // Version 2, type 1, and a count whose message would be longer: with these lengths it can be nothing else.
    private static bool IsCarp(ReadOnlySpan<byte> payload) =>
        payload.Length == CarpBytes && payload[0] == 0x21 && payload[3] == CarpDigestWords;

    private static void WriteCarp(Utf8JsonWriter json, ReadOnlySpan<byte> payload)
    {
        json.WriteString("kind", "carp");
        json.WriteStartObject("carp");
        json.WriteNumber("vhid", payload[1]);
        json.WriteNumber("advskew", payload[2]);
        json.WriteNumber("authlen", payload[3]);
        json.WriteNumber("advbase", payload[5]);
        json.WriteEndObject();
    }

    private static void WriteAuthenticationHeader(Utf8JsonWriter json, ReadOnlySpan<byte> header)
    {
        json.WriteString("kind", "ah");
        json.WriteStartObject("ah");
        json.WriteNumber("next_header", header[0]);
        json.WriteString("spi", $"0x{BinaryPrimitives.ReadUInt32BigEndian(header[4..]):x8}");
        json.WriteNumber("seq", BinaryPrimitives.ReadUInt32BigEndian(header[8..]));
        json.WriteString("icv_hex", Convert.ToHexStringLower(header[12..((header[1] + 2) * 4)]));
        json.WriteEndObject();
    }

    private static void WriteIcmpv6(Utf8JsonWriter json, ReadOnlySpan<byte> message)
    {
        var kind = message.Length < 24 ? "" : message[0] switch { 135 => "ns", 136 => "na", _ => "" };
        if (kind.Length == 0)
        {
            json.WriteString("kind", "icmpv6");
            json.WriteNumber("icmp_type", message[0]);
            return;
        }

        json.WriteString("kind", kind);
        json.WriteString("target", VrrpAddress.Read(message.Slice(8, 16)).ToString());
        if (kind == "na")
        {
            json.WriteBoolean("router", (message[4] & 0x80) != 0);
            json.WriteBoolean("solicited", (message[4] & 0x40) != 0);
            json.WriteBoolean("override", (message[4] & 0x20) != 0);
            if (message.Length >= 32 && message[24] == 2 && message[25] == 1)
            {
                json.WriteString("tlla", Hardware(message[26..]));
            }
        }
    }

    private static void WriteVrrp(Utf8JsonWriter json, ReadOnlySpan<byte> payload, in VrrpCarrier carrier)
    {
        json.WriteStartObject("vrrp");
        json.WriteNumber("len", payload.Length);
        if (payload.Length < VrrpCodec.HeaderBytes)
        {
            json.WriteString("error", "short");
            json.WriteEndObject();
            return;
        }

        var version = payload[0] >> 4;
        json.WriteNumber("version", version);
        json.WriteNumber("type", payload[0] & 15);
        json.WriteNumber("vrid", payload[1]);
        json.WriteNumber("priority", payload[2]);
        json.WriteNumber("count", payload[3]);
        json.WriteString("checksum", $"0x{BinaryPrimitives.ReadUInt16BigEndian(payload[6..]):x4}");
        if (version == 2)
        {
            json.WriteNumber("auth_type", payload[4]);
            json.WriteNumber("adver_int_s", payload[5]);
        }
        else
        {
            json.WriteNumber("reserved", payload[4] >> 4);
            json.WriteNumber("max_adver_int_cs", BinaryPrimitives.ReadUInt16BigEndian(payload[4..]) & 0xfff);
        }

        var isIpv6 = carrier.Source.IsIpv6;
        var needed = VrrpCodec.MessageBytesOf(version, payload[3], isIpv6);
        json.WriteBoolean("complete", payload.Length >= needed);
        WriteAddresses(json, payload, isIpv6);
        if (version == 2 && payload.Length >= needed)
        {
            json.WriteString("auth_data_hex", Convert.ToHexStringLower(payload[(needed - 8)..needed]));
        }

        if (payload.Length > needed)
        {
            json.WriteNumber("trailing_bytes", payload.Length - needed);
        }

        var forms = VrrpCodec.FormsOf(payload[..Math.Min(needed, payload.Length)], carrier);
        json.WriteBoolean("csum_ok_message_only", forms.HasFlag(VrrpChecksumForms.MessageOnly));
        json.WriteBoolean("csum_ok_pseudo_header", forms.HasFlag(VrrpChecksumForms.PseudoHeader));
        json.WriteEndObject();
    }

    private static void WriteAddresses(Utf8JsonWriter json, ReadOnlySpan<byte> payload, bool isIpv6)
    {
        var bytes = isIpv6 ? VrrpAddress.Ipv6Bytes : VrrpAddress.Ipv4Bytes;
        if (payload.Length < VrrpCodec.HeaderBytes + (payload[3] * bytes))
        {
            return;
        }

        json.WriteStartArray("addresses");
        for (var index = 0; index < payload[3]; index++)
        {
            json.WriteStringValue(
                VrrpAddress.Read(payload.Slice(VrrpCodec.HeaderBytes + (index * bytes), bytes)).ToString());
        }

        json.WriteEndArray();
    }

    private static string Hardware(ReadOnlySpan<byte> octets) => string.Create(
        CultureInfo.InvariantCulture,
        $"{octets[0]:x2}:{octets[1]:x2}:{octets[2]:x2}:{octets[3]:x2}:{octets[4]:x2}:{octets[5]:x2}");
}
