namespace Ha.InformationBase.Reader;

/// <summary>The vrrp section: its keys. Words are those of RFC 9568.</summary>
public static class VrrpSchema
{
    /// <summary>vrrp.</summary>
    public static SchemaSection Root { get; } = new("vrrp", "Virtual routers",
    [
        Of("checks", ValueKind.Object, "", "What says whether a member is fit, by id"),
        Of("routers", ValueKind.Object, "", "Virtual routers, by id"),
        Of("sync-groups", ValueKind.Object, "", "Routers that are active on the same node, by id"),
        Of("alerts", ValueKind.Object, "", "Who is told of every change of role"),
    ]);

    /// <summary>A check.</summary>
    public static SchemaSection Check { get; } = new("vrrp.checks.ID", "What says whether a member is fit: one of four",
    [
        Of("command", ValueKind.List, "", "The program and its arguments; no shell; 0 is good"),
        Of("interface", ValueKind.Text, "", "Or an interface that must be up"),
        Of("process", ValueKind.Text, "", "Or a process that must run, by its name"),
        Of("file", ValueKind.Text, "", "Or a file that holds a number: 0 is good; with a weight, they are multiplied"),
        Of("interval", ValueKind.Duration, "1s", "How often it runs"),
        Of("timeout", ValueKind.Duration, "1s", "How long it may take"),
        Of("rise", ValueKind.Integer, "1", "So many successes make it good"),
        Of("fall", ValueKind.Integer, "1", "So many failures make it bad"),
        new("on-fail", ValueKind.Word, "fault", "What follows", ["fault", "nothing"]),
        Of("weight", ValueKind.Integer, "", "Or: change of the priority, -253 to 253: below 0 while bad, above while good"),
    ]);

    /// <summary>A virtual router.</summary>
    public static SchemaSection Router { get; } = new("vrrp.routers.ID", "A virtual router",
    [
        Of("vrid", ValueKind.Integer, "", "Its number on the link, 1 to 255; must be there"),
        new("version", ValueKind.Word, "3", "Version of the protocol", ["2", "3"]),
        Of("interface", ValueKind.Text, "", "The interface that it speaks on; must be there"),
        Of("addresses", ValueKind.List, "", "Its addresses, such as \"192.0.2.1/24\" or \"192.0.2.1/24 dev eth1\"; must be there"),
        Of("more-addresses", ValueKind.List, "", "Addresses that go with them and that adverts do not name"),
        Of("advertise-interval", ValueKind.Duration, "1s", "How often the active one speaks: 10ms to 40950ms"),
        Of("down-after", ValueKind.Integer, "3", "So many intervals of silence make the active one count as gone; the same on all members"),
        Of("preempt", ValueKind.Boolean, "true", "A higher priority takes over"),
        Of("preempt-delay", ValueKind.Duration, "0", "But not before it has been there so long"),
        Of("startup-delay", ValueKind.Duration, "0", "Nothing is said or heard for so long after the start"),
        Of("virtual-mac", ValueKind.Boolean, "false", "Use the virtual router's own hardware address"),
        new("transport", ValueKind.Word, "multicast", "How members hear each other", ["multicast", "unicast"]),
        Of("peers", ValueKind.List, "", "With unicast: addresses of routers that are no members"),
        Of("min-ttl", ValueKind.Integer, "0", "With unicast: least time to live of what is heard; 255 for one link"),
        new("checksum", ValueKind.Word, "auto", "Form of version 3 over IPv4", ["auto", "rfc9568", "rfc5798"]),
        Of("password", ValueKind.Text, "", "Version 2: at most 8 characters, in clear: it keeps mistakes apart, nothing else"),
        Of("key", ValueKind.Text, "", "Signs adverts among our own members: at least 16 characters"),
        new("key-mode", ValueKind.Word, "enforce", "What is done with signatures", ["receive", "permissive", "enforce"]),
        Of("members", ValueKind.Object, "", "What differs by node: members.NODE { priority = ... }; must be there"),
        Of("track", ValueKind.Object, "", "What must be well on the active member"),
        Of("garp", ValueKind.Object, "", "How the addresses are announced"),
        Of("notify", ValueKind.List, "", "A program, called with router, old and new role; the next call waits for its end"),
        Of("notify-timeout", ValueKind.Duration, "10s", "How long it may take"),
    ]);

    /// <summary>A member of a virtual router.</summary>
    public static SchemaSection Member { get; } =
        new("vrrp.routers.ID.members.NODE", "A node that can be the virtual router",
    [
        Of("priority", ValueKind.Integer, "100", "1 to 255: the highest is active"),
        Of("interface", ValueKind.Text, "", "Where it differs on this node"),
        Of("address", ValueKind.Text, "", "The address that its adverts come from; with unicast it must be there"),
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
        Of("on-active", ValueKind.Integer, "5", "Announcements when it becomes active: 1 to 10"),
        Of("repeat-after", ValueKind.Duration, "5s", "They are repeated once after this; 0 for not at all"),
        Of("refresh", ValueKind.Duration, "0", "And again and again at this interval; 0 for never"),
    ]);

    /// <summary>A sync group.</summary>
    public static SchemaSection SyncGroup { get; } =
        new("vrrp.sync-groups.ID", "Routers that are active on the same node",
        [Of("routers", ValueKind.List, "", "Ids of routers; must be there")]);

    /// <summary>Alerts.</summary>
    public static SchemaSection Alerts { get; } = new("vrrp.alerts", "Who is told of every change of role",
    [
        Of("fifo", ValueKind.Text, "", "A named pipe that gets a line"),
        Of("webhook", ValueKind.Text, "", "An address that gets a JSON object by POST"),
        Of("smtp-server", ValueKind.Text, "", "Mail: HOST or HOST:PORT"),
        Of("smtp-from", ValueKind.Text, "", "Mail: who sends"),
        Of("smtp-to", ValueKind.List, "", "Mail: who gets it"),
    ]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SchemaSection> All { get; } =
        [Root, Check, Router, Member, Track, Announcement, SyncGroup, Alerts];

    private static PropertyDefinition Of(string name, ValueKind kind, string value, string meaning) =>
        new(name, kind, value, meaning);
}
