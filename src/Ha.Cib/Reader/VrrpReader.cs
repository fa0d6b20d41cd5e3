using System.Text;
using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>Reads the vrrp section. What needs a live host, such as the networks of an interface, is not its
/// question.</summary>
public static class VrrpReader
{
    /// <summary>Longest password of version 2.</summary>
    public const int MaxPassword = 8;

    /// <summary>Shortest key of a trailer.</summary>
    public const int MinKey = 16;

    private static readonly TimeSpan s_leastInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_mostInterval = TimeSpan.FromMilliseconds(40_950);
    private static readonly TimeSpan s_mostIntervalOfVersion2 = TimeSpan.FromSeconds(255);

    /// <summary>Reads this section of a file.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="bytes">The text.</param>
    /// <param name="isClusterFile">It may have the other sections of a cluster, which are not read.</param>
    /// <returns>The section, null when there are errors; and every mistake with its place.</returns>
    public static (VrrpSection? Section, IReadOnlyList<Diagnostic> Diagnostics) ReadFile(
        string file, byte[] bytes, bool isClusterFile = false)
    {
        var document = HoconDocument.Parse(file, bytes);
        var context = new ReadContext();
        VrrpSection? section = null;
        if (document.Root is HoconObject root)
        {
            var scope = new FileScope(root, "", context);
            section = scope.Object("vrrp") is { } vrrp ? Read(vrrp) : null;
            if (section is null && !context.Diagnostics.HasErrors && !document.HasErrors)
            {
                context.Diagnostics.Error(
                    "HA2003", scope.Place, "the file has no vrrp section", "write vrrp { routers { ... } }");
            }

            scope.RejectOthers(isClusterFile ? [.. SchemaCatalog.Root.Keys.Select(key => key.Name)] : ["vrrp"]);
        }
        else if (document.Root is { } other)
        {
            context.Diagnostics.Error("HA2013", other.At, "a file of virtual routers holds an object, not a list");
        }

        IReadOnlyList<Diagnostic> all =
        [
            .. document.Diagnostics.Concat(context.Diagnostics.Items)
                .OrderBy(item => item.At.Line).ThenBy(item => item.At.Column),
        ];
        return (all.Any(item => item.Severity == Severity.Error) ? null : section, all);
    }

    /// <summary>Reads the section.</summary>
    internal static VrrpSection Read(FileScope vrrp)
    {
        var checks = vrrp.Objects("checks").Select(item => CheckOf(item.Id, item.Body)).ToList();
        var names = checks.Select(check => check.Id).ToList();
        var routers = vrrp.Objects("routers").Select(item => RouterOf(item.Id, item.Body, names)).ToList();
        var ids = routers.Select(router => router.Id).ToList();
        var groups = vrrp.Objects("sync-groups").Select(item => GroupOf(item.Id, item.Body, ids)).ToList();
        RefuseTwice(vrrp, groups);
        var alerts = vrrp.Object("alerts") is { } scope ? AlertsOf(scope) : new VrrpAlerts();
        vrrp.RejectOthers(VrrpSchema.Root);
        return new VrrpSection
        {
            Checks = checks.ToValueList(),
            Routers = routers.ToValueList(),
            SyncGroups = groups.ToValueList(),
            Alerts = alerts,
        };
    }

    private static VrrpCheck CheckOf(string id, FileScope scope)
    {
        var onFail = scope.Word("on-fail", "fault", "nothing");
        var weight = scope.Integer("weight");
        var check = new VrrpCheck
        {
            Id = id,
            Command = scope.Texts("command"),
            Interface = scope.Text("interface") ?? "",
            Process = scope.Text("process") ?? "",
            File = scope.Text("file") ?? "",
            Interval = Between(scope, "interval", TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1)) ?? TimeSpan.FromSeconds(1),
            Timeout = Between(scope, "timeout", TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1)) ?? TimeSpan.FromSeconds(1),
            Rise = InRange(scope, "rise", 1, 1000) ?? 1,
            Fall = InRange(scope, "fall", 1, 1000) ?? 1,
            IsFault = weight is null or 0 && onFail is not "nothing",
            Weight = InRange(scope, "weight", -253, 253) ?? 0,
            Origin = scope.At,
        };
        string[] kinds = [check.Command.IsEmpty ? "" : "command", check.Interface, check.Process, check.File];
        if (kinds.Count(kind => kind.Length > 0) != 1)
        {
            scope.Diagnostics.Error(
                "HA2003", scope.Place, $"{scope.Path} must have one of command, interface, process, file",
                "write command = [/path, argument]");
        }
        else if (!check.Command.IsEmpty && !check.Command[0].StartsWith('/'))
        {
            scope.Diagnostics.Error(
                "HA2011", scope.PlaceOf("command"), $"{scope.Join("command")} begins with '{check.Command[0]}'",
                "write the whole path of the program, and each argument as an item of its own");
        }

        if (onFail is "fault" && weight is not null and not 0)
        {
            scope.Diagnostics.Error(
                "HA2011", scope.PlaceOf("weight"), $"{scope.Path} has a weight and on-fail = fault",
                "a check makes the member unfit or changes its priority; remove one");
        }

        scope.RejectOthers(VrrpSchema.Check);
        return check;
    }

    private static VrrpRouter RouterOf(string id, FileScope scope, IReadOnlyList<string> checks)
    {
        NeedOf(scope, "vrid", "write a number from 1 to 255");
        NeedOf(scope, "interface", "write the name of an interface");
        NeedOf(scope, "addresses", "write addresses = [\"192.0.2.1/24\"]");
        NeedOf(scope, "members", "write members { NODE { priority = 100 } }");
        var track = scope.Object("track");
        var announcement = scope.Object("garp");
        var router = new VrrpRouter
        {
            Id = id,
            Vrid = InRange(scope, "vrid", 1, 255) ?? 0,
            Version = scope.Word("version", "2", "3") is "2" ? 2 : 3,
            Interface = scope.Text("interface") ?? "",
            Addresses = TextsOf(scope, "addresses"),
            MoreAddresses = TextsOf(scope, "more-addresses"),
            Interval = scope.Duration("advertise-interval") ?? TimeSpan.FromSeconds(1),
            DownAfter = InRange(scope, "down-after", 2, 255) ?? 3,
            Preempt = scope.Boolean("preempt") ?? true,
            PreemptDelay = Between(scope, "preempt-delay", TimeSpan.Zero, TimeSpan.FromSeconds(1000)) ?? TimeSpan.Zero,
            StartupDelay = Between(scope, "startup-delay", TimeSpan.Zero, TimeSpan.FromSeconds(1000)) ?? TimeSpan.Zero,
            HasVirtualMac = scope.Boolean("virtual-mac") ?? false,
            IsUnicast = scope.Word("transport", "multicast", "unicast") is "unicast",
            Peers = TextsOf(scope, "peers"),
            MinTtl = InRange(scope, "min-ttl", 0, 255) ?? 0,
            Checksum = scope.Word("checksum", "auto", "rfc9568", "rfc5798") ?? "auto",
            Password = scope.Text("password") ?? "",
            Key = scope.Text("key") ?? "",
            KeyMode = scope.Word("key-mode", "receive", "permissive", "enforce") ?? "enforce",
            Members = scope.Objects("members").Select(item => MemberOf(item.Id, item.Body, item.At)).ToValueList(),
            TrackedChecks = track is null ? [] : Known(track, "checks", checks, "check"),
            TrackedInterfaces = track?.Texts("interfaces") ?? [],
            Announcements = announcement is null ? 5 : InRange(announcement, "on-active", 1, 10) ?? 5,
            AnnounceRepeat = announcement?.Duration("repeat-after") ?? TimeSpan.FromSeconds(5),
            AnnounceRefresh = announcement?.Duration("refresh") ?? TimeSpan.Zero,
            Notify = scope.Texts("notify"),
            NotifyTimeout = Between(scope, "notify-timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1))
                ?? TimeSpan.FromSeconds(10),
            Origin = scope.At,
            Places = ValueMap<Origin>.Of(scope.Fields.Select(field =>
                KeyValuePair.Create(field.Name, FileScope.OriginOf(field.Value.At)))),
        };
        CheckTogether(scope, router);
        scope.RejectOthers(VrrpSchema.Router);
        track?.RejectOthers(VrrpSchema.Track);
        announcement?.RejectOthers(VrrpSchema.Announcement);
        return router;
    }

    // What each key may say is known; here is what they may say together.
    private static void CheckTogether(FileScope scope, VrrpRouter router)
    {
        var interval = router.Interval;
        var says = $"{scope.Join("advertise-interval")} is '{HoconUnits.Show(interval)}'";
        if (router.Version == 2 && (interval.Ticks % TimeSpan.TicksPerSecond != 0 || interval > s_mostIntervalOfVersion2
            || interval == TimeSpan.Zero))
        {
            Wrong(scope, "advertise-interval", $"{says}: version 2 can say whole seconds, 1s to 255s", "or use version = 3");
        }
        else if (router.Version == 3 && (interval.Ticks % s_leastInterval.Ticks != 0 || interval < s_leastInterval
            || interval > s_mostInterval))
        {
            Wrong(scope, "advertise-interval", $"{says}: version 3 can say whole centiseconds, 10ms to 40950ms", "");
        }

        if (router.Password.Length > 0 && router.Version == 3)
        {
            Wrong(scope, "password", $"{scope.Path} has a password, and version 3 has none", "use version = 2, or a key");
        }
        else if (Encoding.UTF8.GetByteCount(router.Password) > MaxPassword)
        {
            Wrong(scope, "password", $"{scope.Join("password")} is longer than {MaxPassword} octets", "shorten it on all members");
        }

        if (router.Key.Length > 0 && Encoding.UTF8.GetByteCount(router.Key) < MinKey)
        {
            Wrong(scope, "key", $"{scope.Join("key")} is shorter than {MinKey} octets", "take a long random text");
        }

        if (!router.IsUnicast && !router.Peers.IsEmpty)
        {
            Wrong(scope, "peers", $"{scope.Path} has peers, and its transport is multicast", "write transport = unicast");
        }

        if (!router.Notify.IsEmpty && !router.Notify[0].StartsWith('/'))
        {
            Wrong(scope, "notify", $"{scope.Join("notify")} begins with '{router.Notify[0]}'", "write the whole path of the program");
        }
    }

    private static VrrpMember MemberOf(string node, FileScope scope, Position at)
    {
        scope.Context.References.Add(new NameReference(NameKind.Node, node, at, scope.Path));
        var member = new VrrpMember
        {
            Node = node,
            Priority = InRange(scope, "priority", 1, 255) ?? 100,
            Interface = scope.Text("interface") ?? "",
            Address = scope.Text("address") ?? "",
            Origin = FileScope.OriginOf(at),
        };
        scope.RejectOthers(VrrpSchema.Member);
        return member;
    }

    private static VrrpSyncGroup GroupOf(string id, FileScope scope, IReadOnlyList<string> routers)
    {
        NeedOf(scope, "routers", "write routers = [ID, ID]");
        var group = new VrrpSyncGroup(id, Known(scope, "routers", routers, "router"), scope.At);
        scope.RejectOthers(VrrpSchema.SyncGroup);
        return group;
    }

    private static VrrpAlerts AlertsOf(FileScope scope)
    {
        var alerts = new VrrpAlerts
        {
            Fifo = scope.Text("fifo") ?? "",
            Webhook = scope.Text("webhook") ?? "",
            SmtpServer = scope.Text("smtp-server") ?? "",
            SmtpFrom = scope.Text("smtp-from") ?? "",
            SmtpTo = scope.Texts("smtp-to"),
        };
        if (alerts.Webhook.Length > 0 && !(Uri.TryCreate(alerts.Webhook, UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https"))
        {
            Wrong(scope, "webhook", $"{scope.Join("webhook")} is '{alerts.Webhook}'", "write http://... or https://...");
        }

        if (alerts.SmtpServer.Length > 0 && (alerts.SmtpFrom.Length == 0 || alerts.SmtpTo.IsEmpty))
        {
            Wrong(scope, "smtp-server", $"{scope.Path} names a mail server", "write smtp-from and smtp-to, too");
        }

        scope.RejectOthers(VrrpSchema.Alerts);
        return alerts;
    }

    private static void RefuseTwice(FileScope vrrp, IReadOnlyList<VrrpSyncGroup> groups)
    {
        foreach (var pair in groups.SelectMany(group => group.Routers.Select(router => (router, group)))
            .GroupBy(pair => pair.router, StringComparer.Ordinal).Where(several => several.Count() > 1))
        {
            var second = pair.Last().group;
            vrrp.Diagnostics.Error(
                "HA2001", new Position(second.Origin.File, second.Origin.Line, second.Origin.Column),
                $"router '{pair.Key}' is in two sync groups: {string.Join(", ", pair.Select(item => item.group.Id))}",
                "put all of them into one");
        }
    }

    private static ValueList<VrrpAddressText> TextsOf(FileScope scope, string name)
    {
        var texts = scope.Texts(name);
        var items = (scope.Raw(name) as HoconArray)?.Items.OfType<HoconScalar>().ToList() ?? [];
        return texts.Select((text, index) => new VrrpAddressText(
            text, FileScope.OriginOf(index < items.Count ? items[index].At : scope.PlaceOf(name)))).ToValueList();
    }

    private static ValueList<string> Known(FileScope scope, string name, IReadOnlyList<string> known, string kind)
    {
        var texts = scope.Texts(name);
        foreach (var one in texts.Where(one => !known.Contains(one, StringComparer.Ordinal)))
        {
            scope.Diagnostics.Error(
                "HA2022", scope.PlaceOf(name), $"{scope.Join(name)}: there is no {kind} '{one}'", Suggestion.For(one, known));
        }

        return texts;
    }

    private static int? InRange(FileScope scope, string name, int least, int most)
    {
        if (scope.Integer(name) is not { } number)
        {
            return null;
        }

        if (number >= least && number <= most)
        {
            return number;
        }

        scope.Diagnostics.Error(
            "HA2011", scope.PlaceOf(name), $"{scope.Join(name)} is '{number}'", $"write a number from {least} to {most}");
        return null;
    }

    private static TimeSpan? Between(FileScope scope, string name, TimeSpan least, TimeSpan most)
    {
        if (scope.Duration(name) is not { } length)
        {
            return null;
        }

        if (length >= least && length <= most)
        {
            return length;
        }

        Wrong(
            scope, name, $"{scope.Join(name)} is '{HoconUnits.Show(length)}'",
            $"write a length from {HoconUnits.Show(least)} to {HoconUnits.Show(most)}");
        return null;
    }

    private static void NeedOf(FileScope scope, string name, string what)
    {
        if (scope.Raw(name) is null)
        {
            scope.Diagnostics.Error("HA2003", scope.Place, $"{scope.Path} has no {name}", what);
        }
    }

    private static void Wrong(FileScope scope, string name, string what, string fix) =>
        scope.Diagnostics.Error("HA2011", scope.PlaceOf(name), what, fix);
}
