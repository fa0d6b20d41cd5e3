using System.Globalization;
using Ha.Resources.Vrrp;
using Kind = Ha.Resources.Vrrp.VirtualRouterEventKind;

namespace Ha.Tests.Vrrp;

/// <summary>One virtual router, or a sync group, driven by hand: events at times in milliseconds, effects as text.
/// </summary>
internal sealed class RouterScript
{
    private readonly VirtualRouterSettings[] _routers;
    private readonly VirtualRouterState[] _states;
    private readonly VirtualRouterEffect[] _buffer;

    public RouterScript(params VirtualRouterSettings[] routers)
    {
        _routers = routers;
        _states = [.. routers.Select(_ => VirtualRouterState.Initial)];
        _buffer = new VirtualRouterEffect[SyncGroupMachine.MaxEffects(routers.Length)];
    }

    public static VrrpAddress Own { get; } = CraftedReceiver.AddressOf("192.0.2.11");

    public static VrrpAddress Lower { get; } = CraftedReceiver.AddressOf("192.0.2.10");

    public static VrrpAddress Higher { get; } = CraftedReceiver.AddressOf("192.0.2.12");

    public VirtualRouterState State => _states[0];

    public VirtualRouterRole RoleOf(int router) => _states[router].Role;

    public static VirtualRouterSettings Router(
        byte priority = 100, int version = 3, long intervalMs = 1000, string group = "") => new()
        {
            Id = $"r{priority}",
            Vrid = 51,
            Version = (byte)version,
            Interface = "eth0",
            Addresses = [],
            Priority = priority,
            IntervalNs = Ns(intervalMs),
            SyncGroup = group,
            AnnounceRepeatNs = 0,
        };

    public static long Ns(double milliseconds) => (long)(milliseconds * 1_000_000);

    public static VirtualRouterEvent Advert(
        byte priority, VrrpAddress? source = null, int intervalMs = 1000, double atMs = 0, bool isMember = false,
        VrrpChecksumForms checksum = VrrpChecksumForms.MessageOnly) =>
        VirtualRouterEvent.AdvertReceived(
            new VrrpAdvert
            {
                Version = 3,
                Vrid = 51,
                Priority = priority,
                IntervalCs = intervalMs / 10,
                Checksum = checksum,
            },
            source ?? Higher, Ns(atMs), isMember);

    /// <summary>Starts with a link and an address.</summary>
    public string Start(double atMs = 0, int router = 0) =>
        Do(atMs, VirtualRouterEvent.Start(Own, isLinkUp: true), router);

    /// <summary>An advert that is received and read at once.</summary>
    public string Hear(
        double atMs, byte priority, VrrpAddress? source = null, int intervalMs = 1000, int router = 0,
        bool isMember = false, VrrpChecksumForms checksum = VrrpChecksumForms.MessageOnly) =>
        Do(atMs, Advert(priority, source, intervalMs, atMs, isMember, checksum), router);

    /// <summary>One event; what comes of it, in order.</summary>
    public string Do(double atMs, VirtualRouterEvent happened, int router = 0)
    {
        var effects = new EffectBuffer(_buffer);
        SyncGroupMachine.Step(_routers, _states, router, happened, Ns(atMs), ref effects);
        var texts = new List<string>();
        foreach (var effect in effects.Effects)
        {
            texts.Add((_routers.Length > 1 ? $"{effect.Router}:" : "") + Show(effect));
        }

        return string.Join(' ', texts);
    }

    public string Do(double atMs, Kind kind, bool isOn = true, int router = 0) =>
        Do(atMs, VirtualRouterEvent.Of(kind, isOn), router);

    /// <summary>Lets timers run up to a time; every effect, with its time.</summary>
    public string RunTo(double untilMs, params string[] without)
    {
        var texts = new List<string>();
        while (NextMs() is { } at && at <= untilMs)
        {
            for (var router = 0; router < _states.Length; router++)
            {
                if (_states[router].NextDeadline <= Ns(at))
                {
                    var text = Do(at, VirtualRouterEvent.TimerExpired, router);
                    if (text.Length > 0 && !without.Contains(text))
                    {
                        texts.Add(string.Create(CultureInfo.InvariantCulture, $"{at:0.##}: {text}"));
                    }
                }
            }
        }

        return string.Join(" | ", texts);
    }

    /// <summary>The next deadline in milliseconds; null for none.</summary>
    public double? NextMs() =>
        SyncGroupMachine.NextDeadline(_states) is var at && at == VirtualRouterTimes.Never ? null : at / 1e6;

    private static string Show(in VirtualRouterEffect effect) => effect.Kind switch
    {
        VirtualRouterEffectKind.SendAdvert => $"send({effect.Priority}{(effect.Copies > 1 ? $"x{effect.Copies}" : "")}"
            + $"{(effect.WithPseudoHeader ? ",pseudo" : "")}{(effect.ReleasedEpoch > 0 ? $",released {effect.ReleasedEpoch}" : "")})",
        VirtualRouterEffectKind.Announce => "announce",
        VirtualRouterEffectKind.InstallAddresses => "install",
        VirtualRouterEffectKind.RemoveAddresses => "remove",
        VirtualRouterEffectKind.Became => $"{effect.From}->{effect.To}({effect.Cause})",
        _ => $"note:{effect.Note}",
    };
}
