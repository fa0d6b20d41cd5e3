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

    // Ours is not worse than keepalived in any median, and no frame has the address and another MAC than its own.
    [VirtualRouterTheory]
    [InlineData("100", "2")]
    public void An_address_is_away_no_longer_than_with_keepalived(string interval, string runs)
    {
        var (code, output) = Lab.Tool("vrrp", "--interval", interval, "--runs", runs, "--check");
        Assert.True(code == 0, output);
    }
}
