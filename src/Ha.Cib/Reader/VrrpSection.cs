namespace Ha.InformationBase.Reader;

/// <summary>The vrrp section of a file: virtual routers as they were written, of all nodes.</summary>
public sealed record VrrpSection
{
    /// <summary>What can be tracked.</summary>
    public ValueList<VrrpCheck> Checks { get; init; } = [];

    /// <summary>The virtual routers.</summary>
    public ValueList<VrrpRouter> Routers { get; init; } = [];

    /// <summary>Routers that are active on the same node.</summary>
    public ValueList<VrrpSyncGroup> SyncGroups { get; init; } = [];

    /// <summary>Who is told of changes.</summary>
    public VrrpAlerts Alerts { get; init; } = new();
}

/// <summary>A check: a program, an interface, a process or a file, of which exactly one is set.</summary>
public sealed record VrrpCheck
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>A program and its arguments: 0 is good.</summary>
    public ValueList<string> Command { get; init; } = [];

    /// <summary>An interface that must be up.</summary>
    public string Interface { get; init; } = "";

    /// <summary>A process that must run, by its name.</summary>
    public string Process { get; init; } = "";

    /// <summary>A file that holds a number: 0 is good.</summary>
    public string File { get; init; } = "";

    /// <summary>How often it is looked at.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a program may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>So many good results in a row make it good.</summary>
    public int Rise { get; init; } = 1;

    /// <summary>So many bad ones make it bad.</summary>
    public int Fall { get; init; } = 1;

    /// <summary>Not good makes the member unfit.</summary>
    public bool IsFault { get; init; } = true;

    /// <summary>Else: what is added to the priority. Below 0 while it is bad, above 0 while it is good.</summary>
    public int Weight { get; init; }

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; init; }
}

/// <summary>A virtual router.</summary>
public sealed record VrrpRouter
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its number on the link.</summary>
    public int Vrid { get; init; }

    /// <summary>2 or 3.</summary>
    public int Version { get; init; } = 3;

    /// <summary>The interface that it speaks on.</summary>
    public string Interface { get; init; } = "";

    /// <summary>Addresses that adverts name.</summary>
    public ValueList<VrrpAddressText> Addresses { get; init; } = [];

    /// <summary>Addresses that they do not name.</summary>
    public ValueList<VrrpAddressText> MoreAddresses { get; init; } = [];

    /// <summary>How often the active one speaks.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A higher priority takes over.</summary>
    public bool Preempt { get; init; } = true;

    /// <summary>But not before it has been there so long.</summary>
    public TimeSpan PreemptDelay { get; init; }

    /// <summary>So many intervals of silence make the active one count as gone.</summary>
    public int DownAfter { get; init; } = 3;

    /// <summary>Nothing is said for so long after the start.</summary>
    public TimeSpan StartupDelay { get; init; }

    /// <summary>It uses the virtual router's own hardware address.</summary>
    public bool HasVirtualMac { get; init; }

    /// <summary>Members hear each other by unicast.</summary>
    public bool IsUnicast { get; init; }

    /// <summary>Addresses of routers that are no members.</summary>
    public ValueList<VrrpAddressText> Peers { get; init; } = [];

    /// <summary>Least time to live of what peers send; 0 where any will do.</summary>
    public int MinTtl { get; init; }

    /// <summary>auto, rfc9568 or rfc5798.</summary>
    public string Checksum { get; init; } = "auto";

    /// <summary>Password of version 2; empty for none.</summary>
    public string Password { get; init; } = "";

    /// <summary>Key of the trailer, as text; empty for none.</summary>
    public string Key { get; init; } = "";

    /// <summary>off, receive, permissive or enforce.</summary>
    public string KeyMode { get; init; } = "enforce";

    /// <summary>The members by node.</summary>
    public ValueList<VrrpMember> Members { get; init; } = [];

    /// <summary>Checks that are tracked.</summary>
    public ValueList<string> TrackedChecks { get; init; } = [];

    /// <summary>Interfaces that must be up.</summary>
    public ValueList<string> TrackedInterfaces { get; init; } = [];

    /// <summary>Announcements when it becomes active.</summary>
    public int Announcements { get; init; } = 5;

    /// <summary>They are repeated after this.</summary>
    public TimeSpan AnnounceRepeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>And at this interval; 0 for never.</summary>
    public TimeSpan AnnounceRefresh { get; init; }

    /// <summary>A program that is told of each change of role, and its arguments.</summary>
    public ValueList<string> Notify { get; init; } = [];

    /// <summary>How long it may take.</summary>
    public TimeSpan NotifyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; init; }

    /// <summary>Where its keys were written; its own place for those that were not.</summary>
    public ValueMap<Origin> Places { get; init; } = ValueMap<Origin>.Empty;

    /// <summary>Where a key was written.</summary>
    public Origin PlaceOf(string key) => Places.TryGetValue(key, out var place) ? place : Origin;
}

/// <summary>An address as it was written, such as "192.0.2.1/24 dev eth1".</summary>
public sealed record VrrpAddressText(string Text, Origin Origin);

/// <summary>A node that can be the virtual router.</summary>
public sealed record VrrpMember
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>1 to 255: the highest is active.</summary>
    public int Priority { get; init; } = 100;

    /// <summary>Where it differs on this node.</summary>
    public string Interface { get; init; } = "";

    /// <summary>The address that its adverts come from.</summary>
    public string Address { get; init; } = "";

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; init; }
}

/// <summary>Routers that are active on the same node.</summary>
public sealed record VrrpSyncGroup(string Id, ValueList<string> Routers, Origin Origin);

/// <summary>Who is told of changes of role, beside the notify programs of the routers.</summary>
public sealed record VrrpAlerts
{
    /// <summary>A named pipe that gets a line for each.</summary>
    public string Fifo { get; init; } = "";

    /// <summary>An address of the web that gets a JSON object for each.</summary>
    public string Webhook { get; init; } = "";

    /// <summary>Mail: the server, HOST or HOST:PORT.</summary>
    public string SmtpServer { get; init; } = "";

    /// <summary>Mail: who sends.</summary>
    public string SmtpFrom { get; init; } = "";

    /// <summary>Mail: who gets it.</summary>
    public ValueList<string> SmtpTo { get; init; } = [];
}
