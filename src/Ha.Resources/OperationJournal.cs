using System.Diagnostics;
using System.Globalization;

namespace Ha.Resources;

/// <summary>Processes of operations that are under way, as files in a folder that a reboot empties. When this program
/// is
/// killed, its agents go on: the next program learns of them here, and begins nothing on their resource before they
/// have
/// ended or their time is over and they were killed. Otherwise a start that is still under way would not be seen by the
/// first look.</summary>
/// <param name="folder">The folder; it is made when the first operation begins.</param>
public sealed class OperationJournal(string folder)
{
    private const int PollSliceMs = 500;

    private readonly Lock _gate = new();
    private Dictionary<string, List<Leftover>>? _leftovers;

    /// <summary>An operation's process has begun: the leader of its own group.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="resource">The resource.</param>
    /// <param name="timeout">When it is killed at the latest, from now on.</param>
    public void Begin(int pid, string resource, TimeSpan timeout)
    {
        // Where nothing can be written the operation goes on: the journal is for the next program alone.
        try
        {
            _ = Leftovers();
            Directory.CreateDirectory(folder);
            File.WriteAllText(
                Path.Combine(folder, $"{pid}"),
                string.Create(CultureInfo.InvariantCulture, $"{StartOf(pid)} {Now + (long)timeout.TotalMilliseconds} {resource}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As said above.
        }
    }

    /// <summary>It has ended.</summary>
    public void End(int pid)
    {
        try
        {
            File.Delete(Path.Combine(folder, $"{pid}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What stays names a process that is gone.
        }
    }

    /// <summary>Waits until nothing that an earlier program began on this resource is under way.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public Task Settle(string resource, CancellationToken cancel)
    {
        List<Leftover>? mine;
        lock (_gate)
        {
            if (!Leftovers().Remove(resource, out mine))
            {
                return Task.CompletedTask;
            }
        }

        return Task.Factory.StartNew(
            () => mine.ForEach(leftover => Await(leftover, cancel)), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static long Now
    {
        get
        {
#pragma warning disable RS0030 // A child's time is real time, and the same in every program of one boot.
            return Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);
#pragma warning restore RS0030
        }
    }

    // Read once, before this program writes any: what is there then was left behind.
    private Dictionary<string, List<Leftover>> Leftovers()
    {
        lock (_gate)
        {
            if (_leftovers is not null)
            {
                return _leftovers;
            }

            _leftovers = new Dictionary<string, List<Leftover>>(StringComparer.Ordinal);
            foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder) : [])
            {
                if (Read(path) is { } leftover && StartOf(leftover.Pid) == leftover.Start)
                {
                    if (!_leftovers.TryGetValue(leftover.Resource, out var list))
                    {
                        _leftovers.Add(leftover.Resource, list = []);
                    }

                    list.Add(leftover);
                }
                else
                {
                    File.Delete(path);
                }
            }

            return _leftovers;
        }
    }

    private static Leftover? Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Split(' ', 3) is [var start, var until, { Length: > 0 } resource]
                && int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) && pid > 1
                && long.TryParse(start, CultureInfo.InvariantCulture, out var startedAt) && startedAt > 0
                && long.TryParse(until, CultureInfo.InvariantCulture, out var untilAt)
                ? new Leftover(pid, startedAt, untilAt, resource)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private unsafe void Await(Leftover leftover, CancellationToken cancel)
    {
        var descriptor = (int)NativeProcess.SystemCall(NativeProcess.PidfdOpenCall, leftover.Pid, 0);
        try
        {
            var entry = stackalloc NativeProcess.PollEntry[1];
            while (descriptor >= 0 && StartOf(leftover.Pid) == leftover.Start && !cancel.IsCancellationRequested)
            {
                if (Now >= leftover.UntilAt)
                {
                    _ = NativeProcess.SendSignal(-leftover.Pid, NativeProcess.Kill);
                }

                *entry = new NativeProcess.PollEntry { Descriptor = descriptor, Events = NativeProcess.PollIn };
                if (NativeProcess.Poll(entry, 1, (int)Math.Clamp(leftover.UntilAt - Now, 10, PollSliceMs)) > 0)
                {
                    break;
                }
            }
        }
        finally
        {
            if (descriptor >= 0)
            {
                _ = NativeProcess.Close(descriptor);
            }
        }

        if (!cancel.IsCancellationRequested)
        {
            End(leftover.Pid);
        }
    }

    // When a process started, in ticks since boot (field 22 of /proc/PID/stat): its number may be another's by now. 0
    // for
    // one that is gone, or is waited for by its parent alone.
    private static long StartOf(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? 0 : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private sealed record Leftover(int Pid, long Start, long UntilAt, string Resource);
}
