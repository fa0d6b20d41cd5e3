namespace Ha.Lab.Tests;

/// <summary>Virtual routers with real daemons: rows of the interoperation matrix, and how long an address is away.
/// </summary>
public sealed class VirtualRouterTests
{
    // What each row does is said by `lab interop --help`, and in the script.
    [VirtualRouterTheory]
    [InlineData("I01")]
    [InlineData("I02")]
    [InlineData("I03")]
    [InlineData("I04")]
    [InlineData("I05")]
    [InlineData("I06")]
    [InlineData("I08")]
    [InlineData("I11")]
    [InlineData("I15", "/usr/lib/frr/vrrpd")]
    [InlineData("I17", "/usr/lib/frr/vrrpd")]
    public void A_row_of_the_interoperation_matrix_passes(string row, string needs = "/usr/sbin/keepalived")
    {
        if (!File.Exists(needs))
        {
            Console.WriteLine($"NOT RUN: {row} needs {needs}");
            return;
        }

        var (code, output) = Lab.Tool("interop", row);
        Assert.True(code == 0 && output.Contains($"{row}  passed", StringComparison.Ordinal), output);
    }

    // How long it is away is measured by `lab vrrp` beside keepalived, and not judged here.
    [VirtualRouterTheory]
    [InlineData("100", "1")]
    public void An_address_moves_in_every_way_and_no_frame_has_it_with_another_address_of_hardware(
        string interval, string runs)
    {
        var (_, output) = Lab.Tool("vrrp", "--interval", interval, "--runs", runs);
        var lines = output.Split('\n');
        foreach (var fault in (string[])["host", "daemon", "link", "planned", "preempt"])
        {
            Assert.Contains(lines, line => line.Contains($"ours       {fault}", StringComparison.Ordinal));
        }

        Assert.Contains(
            lines, line => line.Contains("ours       frames with the address and another MAC: 0", StringComparison.Ordinal));
    }
}
