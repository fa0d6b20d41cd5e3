using System.Globalization;

namespace Ha.Resources.Vrrp.Link;

/// <summary>An interface that virtual routers speak on, as it is now.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Index">Its number.</param>
/// <param name="Hardware">Its hardware address: six octets.</param>
/// <param name="IsUp">It is switched on, and something is at the other end.</param>
public sealed record LinkDevice(string Name, int Index, byte[] Hardware, bool IsUp)
{
    private const int RunningFlags = 0x41;

    /// <summary>Looks it up.</summary>
    /// <returns>Null when there is no such interface, or none with a hardware address like Ethernet's.</returns>
    public static LinkDevice? Find(string name)
    {
        var index = (int)LinkNative.IndexOf(name);
        if (index == 0)
        {
            return null;
        }

        try
        {
            var text = File.ReadAllText($"/sys/class/net/{name}/address").Trim();
            var hardware = Convert.FromHexString(text.Replace(":", "", StringComparison.Ordinal));
            return hardware.Length == 6 ? new LinkDevice(name, index, hardware, IsRunning(name)) : null;
        }
        catch (Exception e) when (e is IOException or FormatException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Is it switched on, with something at the other end?</summary>
    public static bool IsRunning(string name)
    {
        try
        {
            var flags = File.ReadAllText($"/sys/class/net/{name}/flags").Trim();
            var carrier = File.ReadAllText($"/sys/class/net/{name}/carrier").Trim();
            return (int.Parse(flags[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 1) != 0
                && carrier == "1";
        }
        catch (Exception e) when (e is IOException or FormatException or UnauthorizedAccessException)
        {
            // A device that is switched off has no readable carrier.
            return false;
        }
    }

    /// <summary>Do the kernel's flags say that it is on and has something at the other end?</summary>
    public static bool IsRunning(uint flags) => (flags & RunningFlags) == RunningFlags;
}
