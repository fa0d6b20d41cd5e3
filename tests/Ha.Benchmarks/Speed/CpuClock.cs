using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Ha.Benchmarks.Speed;

/// <summary>CPU time, which says the same on a machine where others work as well.</summary>
internal static partial class CpuClock
{
    private const int ThreadCpu = 3; // CLOCK_THREAD_CPUTIME_ID of Linux

    /// <summary>What this thread has used, in seconds; collections of garbage count, which run on it.</summary>
    public static double ThreadSeconds()
    {
        _ = clock_gettime(ThreadCpu, out var time);
        return time.Seconds + (time.Nanoseconds / 1e9);
    }

    /// <summary>CPU time (user and system, all threads) and the greatest resident size of a whole process, as the
    /// kernel counts them for its parent.</summary>
    public static (double Seconds, double Megabytes) OfProcess(string program, string[] arguments, string folder)
    {
        var report = Path.Combine(folder, "time.txt");
        var start = new ProcessStartInfo("/usr/bin/time") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["-o", report, "-f", "%U %S %M", program, .. arguments])
        {
            start.ArgumentList.Add(word);
        }

        start.Environment["CIB_shadow_dir"] = folder;
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program}: exit {process.ExitCode}: {errors.Result}");
        }

        var parts = File.ReadLines(report).Last().Split(' ');
        double Number(int place) => double.Parse(parts[place], CultureInfo.InvariantCulture);
        return (Number(0) + Number(1), Number(2) / 1024);
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
