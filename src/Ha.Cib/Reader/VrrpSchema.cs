using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>The vrrp section: its keys, and the checks that they are right. Words are those of RFC 9568.</summary>
public static class VrrpSchema
{
    /// <summary>vrrp.</summary>
    public static SchemaSection Root { get; } = new("vrrp", "Virtual routers",
    [
        Of("checks", ValueKind.Object, "", "Programs that say whether a member is fit, by id"),
        Of("routers", ValueKind.Object, "", "Virtual routers, by id"),
        Of("sync-groups", ValueKind.Object, "", "Routers that are active on the same node, by id"),
    ]);

    /// <summary>A check.</summary>
    public static SchemaSection Check { get; } = new("vrrp.checks.ID", "A program that says whether a member is fit",
    [
        Of("command", ValueKind.List, "", "The program and its arguments; no shell; must be there"),
        Of("interval", ValueKind.Duration, "1s", "How often it runs"),
        Of("timeout", ValueKind.Duration, "1s", "How long it may take"),
        Of("rise", ValueKind.Integer, "1", "So many successes make it good"),
        Of("fall", ValueKind.Integer, "1", "So many failures make it bad"),
        new("on-fail", ValueKind.Word, "fault", "What follows", ["fault", "nothing"]),
        Of("weight", ValueKind.Integer, "", "Or: change of the priority, -253 to 253"),
    ]);

    /// <summary>A virtual router.</summary>
    public static SchemaSection Router { get; } = new("vrrp.routers.ID", "A virtual router",
    [
        Of("vrid", ValueKind.Integer, "", "Its number on the link, 1 to 255; must be there"),
        new("version", ValueKind.Word, "3", "Version of the protocol", ["2", "3"]),
        Of("interface", ValueKind.Text, "", "The interface that it speaks on; must be there"),
        Of("addresses", ValueKind.List, "", "Its addresses with prefix lengths; must be there"),
        Of("advertise-interval", ValueKind.Duration, "1s", "How often the active one speaks: 10ms to 40950ms"),
        Of("preempt", ValueKind.Boolean, "true", "A higher priority takes over"),
        Of("preempt-delay", ValueKind.Duration, "0", "But not before it has been there so long"),
        Of("virtual-mac", ValueKind.Boolean, "false", "Use the virtual router's own hardware address"),
        new("transport", ValueKind.Word, "multicast", "How members hear each other", ["multicast", "unicast"]),
        Of("members", ValueKind.Object, "", "What differs by node: members.NODE { priority = ... }; must be there"),
        Of("track", ValueKind.Object, "", "What must be well on the active member"),
        Of("garp", ValueKind.Object, "", "How the addresses are announced"),
    ]);

    /// <summary>A member of a virtual router.</summary>
    public static SchemaSection Member { get; } =
        new("vrrp.routers.ID.members.NODE", "A node that can be the virtual router",
    [
        Of("priority", ValueKind.Integer, "100", "1 to 255: the highest is active"),
        Of("interface", ValueKind.Text, "", "Where it differs on this node"),
    ]);

    /// <summary>What is tracked.</summary>
    public static SchemaSection Track { get; } = new("vrrp.routers.ID.track", "What must be well on the active member",
    [
        Of("checks", ValueKind.List, "", "Ids of checks"),
        Of("interfaces", ValueKind.List, "", "Interfaces that must be up"),
    ]);

    /// <summary>Announcements.</summary>
    public static SchemaSection Announcement { get; } = new("vrrp.routers.ID.garp", "How the addresses are announced",
    [
        Of("on-active", ValueKind.Integer, "5", "Announcements when it becomes active"),
        Of("repeat-after", ValueKind.Duration, "5s", "They are repeated once after this"),
        Of("refresh", ValueKind.Duration, "0", "And again and again at this interval; 0 for never"),
    ]);

    /// <summary>A sync group.</summary>
    public static SchemaSection SyncGroup { get; } =
        new("vrrp.sync-groups.ID", "Routers that are active on the same node",
        [Of("routers", ValueKind.List, "", "Ids of routers; must be there")]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SchemaSection> All { get; } =
        [Root, Check, Router, Member, Track, Announcement, SyncGroup];

    /// <summary>Checks the whole section; nothing is made of it yet.</summary>
    internal static void Read(FileScope vrrp)
    {
        var checks = vrrp.Objects("checks").Select(item => item.Id).ToList();
        foreach (var (_, check, _) in vrrp.Objects("checks"))
        {
            CheckKeys(check, Check);
            Need(check, "command", "write command = [/path, argument]");
        }

        var routers = vrrp.Objects("routers").Select(item => item.Id).ToList();
        foreach (var (_, router, _) in vrrp.Objects("routers"))
        {
            ReadRouter(router, checks);
        }

        foreach (var (_, group, _) in vrrp.Objects("sync-groups"))
        {
            NeedAll(group, "routers", routers, "router");
            group.RejectOthers(SyncGroup);
        }

        vrrp.RejectOthers(Root);
        vrrp.Diagnostics.Warning(
            "HA2102", vrrp.Place, "virtual routers are checked, and not acted on by this version yet",
            "use a resource with the agent \"ha:vip\" meanwhile");
    }

    private static void ReadRouter(FileScope router, IReadOnlyList<string> checks)
    {
        CheckKeys(router, Router);
        InRange(router, "vrid", 1, 255);
        Need(router, "vrid", "write a number from 1 to 255");
        Need(router, "interface", "write the name of an interface");
        Need(router, "addresses", "write addresses = [\"192.0.2.1/24\"]");
        Need(router, "members", "write members { NODE { priority = 100 } }");
        foreach (var (node, member, at) in router.Objects("members"))
        {
            member.Context.References.Add(new NameReference(NameKind.Node, node, at, member.Path));
            CheckKeys(member, Member);
            InRange(member, "priority", 1, 255);
        }

        if (router.Object("track") is { } track)
        {
            NeedAll(track, "checks", checks, "check");
            CheckKeys(track, Track);
        }

        if (router.Object("garp") is { } announcement)
        {
            CheckKeys(announcement, Announcement);
        }
    }

    private static void CheckKeys(FileScope scope, SchemaSection section)
    {
        foreach (var key in section.Keys)
        {
            switch (key.Kind)
            {
                case ValueKind.List:
                    _ = scope.Texts(key.Name);
                    break;
                case ValueKind.Object:
                    _ = scope.Object(key.Name);
                    break;
                default:
                    if (scope.Text(key.Name) is not null && scope.Raw(key.Name) is HoconScalar scalar)
                    {
                        _ = ValueChecks.Check(scope.Join(key.Name), key, scalar, scope.Diagnostics);
                    }

                    break;
            }
        }

        scope.RejectOthers(section);
    }

    private static void InRange(FileScope scope, string name, int least, int most)
    {
        if (int.TryParse(scope.Text(name), out var number) && (number < least || number > most))
        {
            scope.Diagnostics.Error(
                "HA2011", scope.PlaceOf(name), $"{scope.Join(name)} is '{number}'",
                    $"write a number from {least} to {most}");
        }
    }

    private static void Need(FileScope scope, string name, string what)
    {
        if (scope.Raw(name) is null)
        {
            scope.Diagnostics.Error("HA2003", scope.Place, $"{scope.Path} has no {name}", what);
        }
    }

    private static void NeedAll(FileScope scope, string name, IReadOnlyList<string> known, string kind)
    {
        foreach (var one in scope.Texts(name).Where(one => !known.Contains(one, StringComparer.Ordinal)))
        {
            scope.Diagnostics.Error(
                "HA2022", scope.PlaceOf(name), $"{scope.Join(name)}: there is no {kind} '{one}'",
                    Suggestion.For(one, known));
        }
    }

    private static PropertyDefinition Of(string name, ValueKind kind, string value, string meaning) =>
        new(name, kind, value, meaning);
}
