using System.Globalization;
using System.Runtime;
using Ha.Kernel;
using Ha.Resources.Vrrp;
using Ha.Resources.Vrrp.Link;
using Ha.Resources.Vrrp.Notify;
using Ha.Resources.Vrrp.Plan;
using Ha.Resources.Vrrp.Track;

namespace Ha.Node.Vrrp;

/// <summary>`ha vrrp run`: virtual routers without a cluster. The two real-time threads do what the network sees; here
/// is all that may wait: checks, notices, the log, the socket.</summary>
internal sealed class VrrpProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_verifyInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_eventWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_discardLogInterval = TimeSpan.FromSeconds(10);

    private readonly string _host;
    private readonly VrrpPlan _plan;
    private readonly ILog _log;
    private readonly VrrpLink _link;
    private readonly TrackWatch _tracks;
    private readonly RoleNotices _notices;
    private readonly VrrpControl _control;
    private readonly Dictionary<(int Router, int Reason), long> _discardLoggedAt = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _events;
    private volatile bool _isEnding;

    /// <summary>Opens what the plan needs.</summary>
    /// <param name="host">This host's name.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="socket">Where it listens.</param>
    /// <param name="log">Where it tells.</param>
    /// <exception cref="LinkException">The host does not let us.</exception>
    public VrrpProcess(string host, VrrpPlan plan, string socket, ILog log)
    {
        (_host, _plan, _log) = (host, plan, log);

        // One process for one socket: whoever comes second touches nothing.
        _control = new VrrpControl(socket, this);
        try
        {
            _link = new VrrpLink(plan, $"{socket}.before");
        }
        catch
        {
            _control.Dispose();
            throw;
        }

        _tracks = new TrackWatch(
            plan, (router, faults, weight) => _link.Tell(router, VirtualRouterEvent.TrackerChanged(faults, weight)),
            text => _log.Write(LogLevel.Warning, "track", text));
        _notices = new RoleNotices(plan, host, text => _log.Write(LogLevel.Warning, "notify", text));
    }

    /// <summary>The plan.</summary>
    public VrrpPlan Plan => _plan;

    /// <summary>Tells a router that something happened.</summary>
    public bool Tell(int router, in VirtualRouterEvent what) => _link.Tell(router, what);

    /// <summary>What it is now.</summary>
    public VrrpReply View() => VrrpView.Of(_host, _plan, _link, _tracks.States, VrrpLink.Now);

    /// <summary>Runs until <see cref="Leave"/>.</summary>
    public async Task Run()
    {
        foreach (var problem in _link.Problems)
        {
            _log.Write(LogLevel.Warning, "kernel", problem);
        }

        if (RealTime.LockMemory() is { Length: > 0 } unlocked)
        {
            _log.Write(LogLevel.Warning, "link", unlocked);
        }

        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
        RealTime.Prepare();
        _ = View();
        await _tracks.First().ConfigureAwait(false);
        _events = new Thread(TakeEvents) { IsBackground = true, Name = "events" };
        _events.Start();
        _link.Start();
        _tracks.Start();
        _control.Start();
        _log.Write(
            LogLevel.Info, "link", string.Create(CultureInfo.InvariantCulture, $"{_plan.Routers.Count} virtual routers run"));
        await _ended.Task.ConfigureAwait(false);
    }

    /// <summary>Ends it cleanly: whatever is active resigns.</summary>
    public void Leave() => _ended.TrySetResult();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        await _tracks.DisposeAsync().ConfigureAwait(false);
        _link.End();
        _isEnding = true;
        _link.Wake();
        _events?.Join();
        _link.Dispose();
        await _notices.DisposeAsync().ConfigureAwait(false);
    }

    private void TakeEvents()
    {
        var verifyAt = VrrpLink.Now + (s_verifyInterval.Ticks * 100);
        var isPriorityTold = false;
        while (true)
        {
            var isLast = _isEnding;
            while (_link.TryTake(out var what))
            {
                Take(what);
            }

            if (isLast)
            {
                return;
            }

            if (!isPriorityTold && _link.PriorityProblem.Length > 0)
            {
                isPriorityTold = true;
                _log.Write(LogLevel.Warning, "link", _link.PriorityProblem);
            }

            if (VrrpLink.Now > verifyAt)
            {
                verifyAt = VrrpLink.Now + (s_verifyInterval.Ticks * 100);
                foreach (var changed in _link.Verify())
                {
                    _log.Write(LogLevel.Warning, "kernel", changed);
                }
            }

            _link.Wait(s_eventWait);
        }
    }

    private void Take(in LinkEvent what)
    {
        var id = what.Kind is LinkEventKind.Link or LinkEventKind.Addresses ? "" : _plan.Routers[what.Router].Settings.Id;
        switch (what.Kind)
        {
            case LinkEventKind.Became:
                TakeRole(what);
                break;
            case LinkEventKind.Note:
                _log.Write(LevelOf(what.Note), id, WordsOf(what.Note));
                _control.Tell(what, id);
                break;
            case LinkEventKind.Discarded when IsNews(what):
                _log.Write(
                    LogLevel.Warning, id, $"an advert of {what.Address} is not taken: {((VrrpDiscard)what.Number).ToString().ToLowerInvariant()}");
                break;
            case LinkEventKind.Conflict:
                _log.Write(LogLevel.Warning, id, $"somebody else says that {what.Address} is theirs; announced again");
                break;
            case LinkEventKind.Restored:
                _log.Write(LogLevel.Warning, id, $"somebody took {what.Address} away; it is set again");
                break;
            case LinkEventKind.Refused:
                _log.Write(
                    LogLevel.Error, id, string.Create(
                        CultureInfo.InvariantCulture, $"the kernel does not change {what.Address}: error {what.Number}"));
                break;
            case LinkEventKind.Link:
                _log.Write(
                    LogLevel.Warning, "link", string.Create(
                        CultureInfo.InvariantCulture, $"interface number {what.Router} {(what.Number == 1 ? "carries" : "is down")}"));
                break;
            case LinkEventKind.Addresses:
                _link.LookAtAddresses();
                break;
            case LinkEventKind.SendFailed when IsNews(what):
                _log.Write(
                    LogLevel.Warning, id, string.Create(
                        CultureInfo.InvariantCulture, $"an advert was not sent: error {what.Number}"));
                break;
        }
    }

    private void TakeRole(in LinkEvent what)
    {
        var state = _link.StateOf(what.Router);
        var settings = _plan.Routers[what.Router].Settings;
#pragma warning disable RS0030 // People's time is the time of day.
        var change = new RoleChange(
            settings.Id, what.From, what.To, what.Cause, VirtualRouterTimes.Priority(settings, state.Weight),
            DateTimeOffset.UtcNow);
#pragma warning restore RS0030
        _log.Write(LogLevel.Info, "role", change.ToString());
        _notices.Tell(what.Router, change);
        _control.Tell(what, settings.Id);
    }

    // The same reason of the same router is a line every few seconds, however often it happens.
    private bool IsNews(in LinkEvent what)
    {
        var key = (what.Router, what.Kind == LinkEventKind.Discarded ? what.Number : -what.Number);
        if (_discardLoggedAt.TryGetValue(key, out var at) && what.At - at < s_discardLogInterval.Ticks * 100)
        {
            return false;
        }

        _discardLoggedAt[key] = what.At;
        return true;
    }

    private static LogLevel LevelOf(VirtualRouterNote note) => note switch
    {
        VirtualRouterNote.IntervalDiffers or VirtualRouterNote.PriorityChanged => LogLevel.Info,
        _ => LogLevel.Warning,
    };

    /// <summary>A note as words.</summary>
    internal static string WordsOf(VirtualRouterNote note) => note switch
    {
        VirtualRouterNote.LowerActive => "a lower router thinks that it is active, too",
        VirtualRouterNote.SecondOwner => "another router says that it owns the addresses (priority 255)",
        VirtualRouterNote.DuplicateAddress => "another host sends from our own address",
        VirtualRouterNote.ActiveBesideGrant => "somebody is active while we hold the grant",
        VirtualRouterNote.SilentWithoutLeave => "the active router is silent, and we may not take over",
        VirtualRouterNote.OldGrant => "a grant of an older epoch came",
        VirtualRouterNote.PriorityChanged => "the priority is another one",
        VirtualRouterNote.IntervalDiffers => "the active router's interval is not ours",
        _ => "",
    };
}
