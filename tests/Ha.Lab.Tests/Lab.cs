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
        Environment.UserName != "root" ? "the lab needs root, for network namespaces"
        : !File.Exists(Program) ? "artifacts/ha is missing: dotnet publish src/Ha.Node -c Release -o artifacts/ha"
        : !File.Exists("/usr/sbin/corosync") ? "corosync is not installed: deploy/need corosync"
        : "";

    public static string Root { get; } = FindRoot();

    private static string Program => Path.Combine(Root, "artifacts/ha/ha");

    /// <summary>Runs one of the lab's tools, which makes a lab of its own, judges it, and ends it.</summary>
    public static (int Code, string Output) Tool(string name, params string[] words) =>
        Run(Path.Combine(Root, "deploy/lab/lab"), [name, "--prefix", NewPrefix(), .. words]);

    public static Lab Up(int hosts, int tokenMs = 1000)
    {
        var lab = new Lab(NewPrefix());
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

    /// <summary>Makes a file of a cluster from the example of the lab, and applies it.</summary>
    public void Apply(int host, Func<string, string> change)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, change(File.ReadAllText(Path.Combine(Root, "hocon/examples/web.conf"))));
        var (code, output) = Ha(host, "apply", file);
        File.Delete(file);
        Assert.True(code == 0, output);
    }

    public void UntilEpoch() => Until(
        "an epoch", () => Status(1) is { } status && status.GetProperty("coordinator").GetString() != "");

    /// <summary>A state that must last: looked at again and again, for a while.</summary>
    public void Holds(TimeSpan span, string what, Func<bool> condition)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < span; Thread.Sleep(50))
        {
            Assert.True(condition(), $"after {watch.Elapsed.TotalSeconds:0.0} s no longer true: {what}\n{Command("status")}");
        }
    }

    /// <summary>Whatever a test before this one left broken.</summary>
    public void Mend()
    {
        PowerMode("");
        for (var host = 1; Directory.Exists($"/tmp/ha-lab-{_prefix}/n{host}"); host++)
        {
            Command("heal", $"{host}");
        }
    }

    /// <summary>How the power switch is to behave from now on: slow SECONDS, fail, hang, lie; empty for well.</summary>
    public void PowerMode(string mode)
    {
        var file = $"/tmp/ha-lab-{_prefix}/power.mode";
        if (mode.Length == 0)
        {
            File.Delete(file);
        }
        else
        {
            File.WriteAllText(file, mode);
        }
    }

    /// <summary>How often the power switch ended a host.</summary>
    public int PowerActs() => File.ReadLines($"/tmp/ha-lab-{_prefix}/power.log")
        .Count(line => line.Contains("\"answer\": \"ok\"", StringComparison.Ordinal));

    /// <summary>Starts a look from outside at who has the address and the server.</summary>
    public Witness Watch() => new(Process.Start(new ProcessStartInfo(
        Path.Combine(Root, "deploy/lab/lab"), ["--prefix", _prefix, "witness", "300"]) { RedirectStandardOutput = true })!);

    /// <summary>True where a host's kernel has the web server's socket.</summary>
    public bool HasServer(int host) => On(host, "cat", "/proc/net/tcp").Output.Contains(
        ":0050 00000000:0000 0A", StringComparison.Ordinal);

    /// <summary>Where the group of the example runs, as a host says.</summary>
    public string[] Where(int host) => Status(host) is not { } status ? [] :
        [.. status.GetProperty("resources").EnumerateArray()
            .Where(resource => resource.GetProperty("id").GetString() == "www")
            .SelectMany(resource => resource.GetProperty("on").EnumerateArray().Select(node => node.GetString()!))];

    /// <summary>Hosts that truly have the address, by their kernels.</summary>
    public string[] HaveAddress() =>
        [.. Command("status").Split('\n').Where(line => line.Contains("10.77.0.100", StringComparison.Ordinal)).Select(line => line.Split(' ')[0])];

    public void Dispose() => Command("down");

    private static string NewPrefix() => string.Concat(
        "t", (char)('a' + (Interlocked.Increment(ref s_count) % 26)), (char)('a' + (Environment.ProcessId % 26)));

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
