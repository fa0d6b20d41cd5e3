namespace Ha.Node.Hosting;

/// <summary>What is set for one node.</summary>
internal sealed record NodeSettings
{
    /// <summary>This node's name, as in corosync.conf.</summary>
    public string Name { get; init; } = Environment.MachineName;

    /// <summary>Where the log is.</summary>
    public string StateFolder { get; init; } = "/var/lib/ha";

    /// <summary>Where the command line finds the node.</summary>
    public string Socket { get; init; } = "/run/ha/api.sock";

    /// <summary>OCF_ROOT.</summary>
    public string OcfRoot { get; init; } = Resources.Ocf.OcfAgents.DefaultRoot;

    /// <summary>Where init scripts are.</summary>
    public string InitFolder { get; init; } = Resources.Lsb.LsbAgents.DefaultFolder;

    /// <summary>Where run-time state is: systemd is reached there.</summary>
    public string RunFolder { get; init; } = "/run";

    /// <summary>Where fence agents are.</summary>
    public string FenceFolder { get; init; } = Resources.Fencing.FenceAgents.DefaultFolder;

    /// <summary>Folder of the helper commands for agents.</summary>
    public string ToolFolder { get; init; } = "/run/ha/tools";

    /// <summary>Go on although the ring is not encrypted.</summary>
    public bool AllowPlaintextRing { get; init; }

    /// <summary>Log messages, too.</summary>
    public bool Debug { get; init; }

    /// <summary>How long a clean leave may take.</summary>
    public TimeSpan LeaveTimeout { get; init; } = TimeSpan.FromMinutes(2);
}
