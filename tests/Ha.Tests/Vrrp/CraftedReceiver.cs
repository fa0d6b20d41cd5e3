using System.Globalization;
using System.Text.Json;
using Ha.Resources.Vrrp;

namespace Ha.Tests.Vrrp;

/// <summary>The receiver that the crafted frames are for, as their file describes it, in our own words.</summary>
internal static class CraftedReceiver
{
    public static string FileOf(JsonElement receiver) =>
        $"vrrp.routers {{\n{string.Concat(receiver.GetProperty("routers").EnumerateArray().Select(router =>
            RouterOf(router, receiver.GetProperty("interface_primary_ipv4").GetString()!)))}}}\n";

    public static VrrpAddress AddressOf(string text) =>
        VrrpAddress.TryParse(text, out var address) ? address : throw new FormatException(text);

    private static string RouterOf(JsonElement router, string own)
    {
        var addresses = router.GetProperty("addresses").EnumerateArray().Select(item => $"\"{item}\"");
        var interval = router.TryGetProperty("interval_cs", out var centiseconds)
            ? $"{centiseconds.GetInt32() * 10}ms" : $"{router.GetProperty("interval_s")}s";
        var password = router.TryGetProperty("auth_pass", out var text) ? $"password = {text}\n" : "";
        var address = router.GetProperty("family").GetInt32() == 4 ? $", address = {own}" : "";
        return string.Create(CultureInfo.InvariantCulture, $$"""
              {{router.GetProperty("name")}} {
                vrid = {{router.GetProperty("vrid")}}, version = {{router.GetProperty("version")}}
                interface = eth0
                addresses = [{{string.Join(", ", addresses)}}]
                advertise-interval = {{interval}}
                {{password}}members { self { priority = {{router.GetProperty("priority")}}{{address}} } }
              }

            """);
    }
}
