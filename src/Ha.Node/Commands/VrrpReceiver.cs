using System.Text.Json;
using Ha.Node.Views;
using Ha.Resources.Vrrp;
using Ha.Resources.Vrrp.Capture;

namespace Ha.Node.Commands;

/// <summary>A host that would have received what is in a capture: its virtual routers, as if all were on the interface
/// of the capture.</summary>
/// <param name="Routers">Its virtual routers.</param>
/// <param name="Own">Its addresses.</param>
internal sealed record VrrpReceiver(VirtualRouterSettings[] Routers, VrrpAddress[] Own)
{
    private const byte AuthenticationHeader = 51;

    /// <summary>Judges a message by each document and by our own policy, and writes what comes of it.</summary>
    public void Write(Utf8JsonWriter json, ReadOnlySpan<byte> message, in FrameParts parts)
    {
        var (ours, verdict) = Judge(message, parts, VrrpPolicy.Dual);
        json.WriteStartObject("verdict");
        json.WriteString("router", verdict.Router >= 0 ? Routers[verdict.Router].Id : null);
        json.WriteString("rfc9568", Judge(message, parts, VrrpPolicy.Rfc9568).Text);
        json.WriteString("rfc5798", Judge(message, parts, VrrpPolicy.Rfc5798).Text);
        if (!message.IsEmpty && message[0] >> 4 == 2)
        {
            json.WriteString("rfc3768", Judge(message, parts, VrrpPolicy.Rfc9568).Text);
        }

        json.WriteString("dual", ours);
        json.WriteEndObject();
    }

    private (string Text, VrrpVerdict Verdict) Judge(
        ReadOnlySpan<byte> message, in FrameParts parts, VrrpPolicy policy)
    {
        if (parts.IsFragment)
        {
            var piece = new VrrpVerdict(-1, VrrpDiscard.Fragment, VrrpRemarks.None);
            return (VerdictText.Of(piece), piece);
        }

        var verdict = AdvertChecks.Judge(Routers, Own, message, parts.Carrier, policy, out _);
        if (parts.Protocol == AuthenticationHeader && verdict.IsAccepted)
        {
            // IPsec's header is recognised and never trusted: RFC 3768 has it no more.
            verdict = verdict with { Discard = VrrpDiscard.AuthType, Remarks = VrrpRemarks.None };
        }

        return (VerdictText.Of(verdict), verdict);
    }
}
