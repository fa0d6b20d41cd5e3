using System.Text;
using System.Text.Json;
using Ha.Node.Commands;
using Ha.Resources.Vrrp;

namespace Ha.Tests.Vrrp;

/// <summary>The receiver that the crafted frames are for, as their file describes it.</summary>
internal static class CraftedReceiver
{
    public static VrrpReceiver Of(JsonElement receiver) => new(
        [.. receiver.GetProperty("routers").EnumerateArray().Select(RouterOf)],
        [AddressOf(receiver.GetProperty("interface_primary_ipv4").GetString()!)]);

    public static Invocation Call(TextWriter output) => new()
    {
        Socket = "",
        Json = false,
        Quiet = false,
        Color = false,
        Interactive = false,
        Timeout = null,
        Out = output,
        Error = output,
    };

    public static VrrpAddress AddressOf(string text) =>
        VrrpAddress.TryParse(text, out var address) ? address : throw new FormatException(text);

    private static VirtualRouterSettings RouterOf(JsonElement router)
    {
        VrrpAddress[] addresses =
            [.. router.GetProperty("addresses").EnumerateArray().Select(item => AddressOf(item.GetString()!))];
        var octets = new byte[8];
        var hasPassword = router.TryGetProperty("auth_pass", out var password);
        Encoding.ASCII.GetBytes(hasPassword ? password.GetString()! : "").CopyTo(octets, 0);
        return new VirtualRouterSettings
        {
            Id = router.GetProperty("name").GetString()!,
            Vrid = router.GetProperty("vrid").GetByte(),
            Version = router.GetProperty("version").GetByte(),
            IsIpv6 = router.GetProperty("family").GetInt32() == 6,
            Interface = "eth0",
            Addresses = [.. addresses.Select(address => new VirtualAddress(address, address.Bytes * 8, "", true))],
            Advertised = addresses,
            Priority = router.GetProperty("priority").GetByte(),
            IntervalNs = router.TryGetProperty("interval_cs", out var interval)
                ? interval.GetInt64() * 10_000_000 : router.GetProperty("interval_s").GetInt64() * 1_000_000_000,
            Authentication = hasPassword ? VrrpAuthentication.Password : VrrpAuthentication.None,
            Password = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(octets),
        };
    }
}
