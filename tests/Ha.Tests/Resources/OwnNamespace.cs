using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Ha.Tests.Resources;

/// <summary>Tests that need a network of their own run in a process of their own: `unshare` gives it one, in which
/// there is a pair of cables and nothing else, and no way out.</summary>
internal static class OwnNamespace
{
    private const string Mark = "HA_TEST_OWN_NAMESPACE";

    /// <summary>True inside of it. Who asks is known to the test outside.</summary>
    public static bool IsHere()
    {
        if (Environment.GetEnvironmentVariable(Mark) is not { } mark)
        {
            return false;
        }

        File.WriteAllText(mark, "here");
        return true;
    }

    /// <summary>Runs a test in its own namespace, or says why it cannot.</summary>
    /// <param name="test">Full name of the test, which does nothing outside.</param>
    public static async Task Run(string test)
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/unshare") || !File.Exists("/usr/bin/ip"))
        {
            Console.WriteLine($"NOT RUN: {test} needs root, unshare and ip");
            return;
        }

        var start = new ProcessStartInfo("/usr/bin/unshare") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])
        [
            "--net", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-ec",
            "mount -t sysfs none /sys; mount -t proc none /proc; mount -t tmpfs none /run; mkdir /run/resource-agents; "
            + "ip link set lo up; ip link add v0 type veth peer name v1; ip link set v0 up; ip link set v1 up; "
            + "ip addr add 10.66.0.2/24 dev v0; ip addr add 2001:db8:66::2/64 dev v0 nodad; "
            + "exec \"$0\" vstest \"$1\" --TestCaseFilter:FullyQualifiedName=\"$2\"",
            Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet",
            typeof(OwnNamespace).Assembly.Location, test,
        ])
        {
            start.ArgumentList.Add(word);
        }

        var mark = Path.GetTempFileName();
        start.Environment[Mark] = mark;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(
            process.ExitCode == 0 && Regex.IsMatch(output, "Failed: +0, Passed: +1,"), output + await errors);
        Assert.Equal("here", await File.ReadAllTextAsync(mark));
        File.Delete(mark);
    }

    /// <summary>Runs a program and gives what it says.</summary>
    public static async Task<string> Say(string program, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }
}
