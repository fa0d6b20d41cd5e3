using System.Diagnostics;
using System.Text.Json;

namespace Ha.Lab.Tests;

/// <summary>A lab of real hosts, driven by the command that people use. Each has its own name, so that two do not meet.
/// </summary>
internal sealed class Lab : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);
    private static int s_count;

    private readonly string _prefix;

    private Lab(string prefix) => _prefix = prefix;

    /// <summary>Why no lab can be made here; empty when one can.</summary>
    public static string WhyNot =>
        Environment.UserName != "root" ? "needs root, for network namespaces"
        : !File.Exists(Path.Combine(Root, "artifacts/ha/ha")) ? "artifacts/ha is missing: dotnet publish src/Ha.Node -c Release -o artifacts/ha"
        : !File.Exists("/usr/sbin/corosync") ? "corosync is not installed"
        : "";

    public static string Root { get; } = FindRoot();

    private static string Program => Path.Combine(Root, "artifacts/ha/ha");

    public static Lab Up(int hosts, int tokenMs = 1000)
    {
        var name = string.Concat("t", (char)('a' + (Interlocked.Increment(ref s_count) % 26)), (char)('a' + (Environment.ProcessId % 26)));
        var lab = new Lab(name);
        lab.Command("down");
        lab.Command("up", $"{hosts}", "--token", $"{tokenMs}");
        return lab;
    }

    public string Command(params string[] words) => Run(Path.Combine(Root, "deploy/lab/lab"), ["--prefix", _prefix, .. words]).Output;

    public (int Code, string Output) On(int host, params string[] words) =>
        Run(Path.Combine(Root, "deploy/lab/lab"), ["--prefix", _prefix, "shell", $"{host}", .. words]);

    public (int Code, string Output) Ha(int host, params string[] words) => On(host, [Program, .. words]);

    /// <summary>The status that a host gives; null when it gives none.</summary>
    public JsonElement? Status(int host)
    {
        var (code, output) = Ha(host, "status", "--json", "--timeout", "3s");
        return code == 0 ? JsonDocument.Parse(output).RootElement : null;
    }

    /// <summary>Waits for a state; the state is what is waited for, never the clock.</summary>
    public void Until(string what, Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < s_limit, $"waited {s_limit.TotalSeconds} s for {what}\n{Command("status")}");
            Thread.Sleep(50);
        }
    }

    public bool IsSettled(int host, int online) =>
        Status(host) is { } status && status.GetProperty("state").GetString() is "HEALTHY" or "DEGRADED"
        && status.GetProperty("transition").GetString() == "settled"
        && status.GetProperty("nodes").EnumerateArray().Count(node => node.GetProperty("state").GetString() is "online" or "drained") == online;

    /// <summary>Where the group of the example runs, as a host says.</summary>
    public string[] Where(int host) => Status(host) is not { } status ? [] :
        [.. status.GetProperty("resources").EnumerateArray()
            .Where(resource => resource.GetProperty("id").GetString() == "www")
            .SelectMany(resource => resource.GetProperty("on").EnumerateArray().Select(node => node.GetString()!))];

    /// <summary>Hosts that truly have the address, by their kernels.</summary>
    public string[] HaveAddress() =>
        [.. Command("status").Split('\n').Where(line => line.Contains("10.77.0.100", StringComparison.Ordinal)).Select(line => line.Split(' ')[0])];

    public void Dispose() => Command("down");

    private static (int Code, string Output) Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        })!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Length > 0 ? output : errors.Result);
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "HaCluster.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
