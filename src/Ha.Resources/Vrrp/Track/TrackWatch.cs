using System.Globalization;
using Ha.InformationBase.Reader;
using Ha.Resources.Vip;
using Ha.Resources.Vrrp.Link;
using Ha.Resources.Vrrp.Plan;

namespace Ha.Resources.Vrrp.Track;

/// <summary>Runs the checks of a plan beside the real-time threads, and tells them what follows. A check that hangs
/// delays itself alone.</summary>
public sealed class TrackWatch : IAsyncDisposable
{
    private const uint LinkGroup = 1;
    private static readonly TimeSpan s_linkWait = TimeSpan.FromMilliseconds(500);

    private readonly VrrpPlan _plan;
    private readonly TrackState?[] _states;
    private readonly Action<int, int, int> _tell;
    private readonly Action<string> _log;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly List<Task> _running = [];
    private readonly Dictionary<string, int> _processes = new(StringComparer.Ordinal);

    /// <summary>Prepares it.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="tell">Called with a router, its faults and its weight.</param>
    /// <param name="log">What should be read.</param>
    public TrackWatch(VrrpPlan plan, Action<int, int, int> tell, Action<string> log)
    {
        (_plan, _tell, _log) = (plan, tell, log);
        _states = new TrackState?[plan.Checks.Count];
    }

    /// <summary>What the checks found, in their order; null for one that has no result yet.</summary>
    public IReadOnlyList<TrackState?> States
    {
        get
        {
            lock (_gate)
            {
                return [.. _states];
            }
        }
    }

    /// <summary>Runs every check once: so a member that is unfit never becomes active at its start.</summary>
    public async Task First()
    {
        await Task.WhenAll(Enumerable.Range(0, _plan.Checks.Count).Select(Look)).ConfigureAwait(false);
        for (var router = 0; router < _plan.Routers.Count; router++)
        {
            TellOf(router);
        }
    }

    /// <summary>Goes on until it is disposed of.</summary>
    public void Start()
    {
        for (var check = 0; check < _plan.Checks.Count; check++)
        {
            if (_plan.Checks[check].Interface.Length == 0)
            {
                _running.Add(Repeat(check));
            }
        }

        if (_plan.Checks.Any(check => check.Interface.Length > 0))
        {
            _running.Add(Task.Factory.StartNew(
                WatchLinks, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running).ConfigureAwait(false);
        _end.Dispose();
    }

    private async Task Repeat(int index)
    {
        using var timer = new PeriodicTimer(_plan.Checks[index].Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
            {
                await Look(index).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    // The kernel says when a link changes; what it is then is read from it.
    private void WatchLinks()
    {
        using var netlink = new NetlinkSocket(LinkGroup);
        while (!_end.IsCancellationRequested)
        {
            if (LinkSignal.WaitFor(netlink.Descriptor, s_linkWait))
            {
                while (!netlink.TakeEvents(out var isOverrun).IsEmpty || isOverrun)
                {
                }
            }

            for (var index = 0; index < _plan.Checks.Count; index++)
            {
                if (_plan.Checks[index].Interface is { Length: > 0 } name)
                {
                    Take(index, LinkDevice.IsRunning(name), 0);
                }
            }
        }
    }

    private async Task Look(int index)
    {
        var check = _plan.Checks[index];
        if (check.Interface.Length > 0)
        {
            Take(index, LinkDevice.IsRunning(check.Interface), 0);
        }
        else if (check.Process.Length > 0)
        {
            Take(index, IsRunning(check.Process), 0);
        }
        else if (check.File.Length > 0)
        {
            var value = NumberOf(check.File);
            Take(index, value == 0, value ?? 1);
        }
        else
        {
            var end = await ChildProcess.Run(
                check.Command[0], [.. check.Command.Skip(1)], NotifyEnvironment.Plain, "", check.Timeout, _end.Token, 1024)
                .ConfigureAwait(false);
            if (!_end.IsCancellationRequested)
            {
                Take(index, end.ExitCode == 0 && !end.TimedOut, 0, ReasonOf(check, end));
            }
        }
    }

    private static string ReasonOf(VrrpCheck check, ChildEnd end) =>
        end.SpawnError != 0 ? $"{check.Command[0]} cannot be started: error {end.SpawnError}"
        : end.TimedOut ? $"it took more than {check.Timeout.TotalMilliseconds:F0} ms"
        : end.Signal != 0 ? $"it ended by signal {end.Signal}"
        : end.ExitCode != 0 ? $"it ended with {end.ExitCode}" : "";

    private void Take(int index, bool isGood, int value, string reason = "")
    {
        TrackState? before;
        TrackState after;
        lock (_gate)
        {
            before = _states[index];
            after = TrackVerdict.Take(_plan.Checks[index], before, isGood, value);
            _states[index] = after;
        }

        if (before is { } old && old.IsGood == after.IsGood && old.Value == after.Value)
        {
            return;
        }

        if (before is null ? !after.IsGood : before.Value.IsGood != after.IsGood)
        {
            _log($"check '{_plan.Checks[index].Id}' is {(after.IsGood ? "good" : "bad")}{(reason.Length > 0 ? $": {reason}" : "")}");
        }

        for (var router = 0; router < _plan.Routers.Count && before is not null; router++)
        {
            if (_plan.Routers[router].Checks.Contains(index))
            {
                TellOf(router);
            }
        }
    }

    private void TellOf(int router)
    {
        List<(VrrpCheck, TrackState)> known = [];
        lock (_gate)
        {
            foreach (var check in _plan.Routers[router].Checks)
            {
                if (_states[check] is { } state)
                {
                    known.Add((_plan.Checks[check], state));
                }
            }
        }

        var (faults, weight) = TrackVerdict.Sum(known);
        _tell(router, faults, weight);
    }

    private bool IsRunning(string name)
    {
        lock (_processes)
        {
            if (_processes.TryGetValue(name, out var pid) && NameOf(pid) == name)
            {
                return true;
            }

            foreach (var folder in Directory.EnumerateDirectories("/proc"))
            {
                if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out pid)
                    && NameOf(pid) == name)
                {
                    _processes[name] = pid;
                    return true;
                }
            }

            return false;
        }
    }

    // The kernel keeps 15 letters of a name.
    private static string NameOf(int pid)
    {
        try
        {
            var name = File.ReadAllText($"/proc/{pid}/comm").TrimEnd('\n');
            return name.Length < 15 ? name
                : Path.GetFileName(File.ReadAllText($"/proc/{pid}/cmdline").Split('\0')[0]) is { Length: > 0 } whole ? whole : name;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static int? NumberOf(string file)
    {
        try
        {
            return int.TryParse(
                File.ReadAllText(file).Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                    out var number)
                    ? number
                    : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
