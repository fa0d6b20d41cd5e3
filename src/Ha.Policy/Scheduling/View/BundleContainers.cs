using System.Globalization;
using System.Text;
using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>The container and the address of a bundle's replica, as resources with the parameters that their agents
/// take. Recorded digests rest on each character of these.</summary>
internal static class BundleContainers
{
    private const string KeyFile = "/etc/pacemaker/authkey";
    private const string LogFolder = "/var/log/pacemaker/bundles";
    private const string RemoteProgram = "/usr/sbin/pacemaker-remoted";

    /// <summary>Options that tell every container the names and addresses of all.</summary>
    public static string HostEntries(Bundle bundle, string[] addresses)
    {
        var text = new StringBuilder();
        if (!ValueText.Truth(bundle.Network?.GetValueOrDefault("add-host"), true))
        {
            return "";
        }

        for (var number = 0; number < addresses.Length; number++)
        {
            if (addresses[number].Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $" --add-host={bundle.Id}-{number}:{addresses[number]}");
            }
        }

        return text.ToString();
    }

    /// <summary>The container of a replica.</summary>
    public static Primitive Container(Bundle bundle, BundleReplica replica, string hosts)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{bundle.Id}-{bundle.Technology}-{replica.Number}");
        var (options, folders) = RunOptions(bundle, replica, hosts);
        List<NameValue> parameters =
        [
            new("image", bundle.Container.GetValueOrDefault("image") ?? ""),
            new("allow_pull", "true"),
            new("force_kill", "false"),
            new("reuse", "false"),
            new("run_opts", options),
            new("mount_points", folders),
        ];
        var command = bundle.Container.GetValueOrDefault("run-command")
            ?? (replica.Child is null ? null : RemoteProgram);
        if (command is not null)
        {
            parameters.Add(new NameValue("run_cmd", command));
        }

        parameters.Add(new NameValue("monitor_cmd", "/bin/true"));
        return PartOf(bundle, id, new AgentName("ocf", "heartbeat", bundle.Technology), parameters);
    }

    /// <summary>The address of a replica.</summary>
    public static Primitive Address(Bundle bundle, BundleReplica replica)
    {
        var network = bundle.Network ?? default;
        List<NameValue> parameters = [new("ip", replica.IpAddress)];
        if (network.GetValueOrDefault("host-interface") is { } device)
        {
            parameters.Add(new NameValue("nic", device));
        }

        parameters.Add(new NameValue("cidr_netmask", network.GetValueOrDefault("host-netmask") ?? "32"));
        var id = $"{bundle.Id}-ip-{replica.IpAddress.Replace(':', '.')}";
        return PartOf(bundle, id, new AgentName("ocf", "heartbeat", "IPaddr2"), parameters);
    }

    private static Primitive PartOf(Bundle bundle, string id, AgentName agent, List<NameValue> parameters) => new()
    {
        Id = id,
        Agent = agent,
        Parameters = [AttributeSet.Of(id + "-attributes", parameters)],
        Operations =
        [
            new OperationDefinition
            {
                Id = id + "-monitor-60s",
                Name = Tasks.Monitor,
                Interval = TimeSpan.FromSeconds(60),
            },
        ],
        Origin = bundle.Origin,
    };

    private static (string Options, string Folders) RunOptions(Bundle bundle, BundleReplica replica, string hosts)
    {
        var text = new StringBuilder();
        var folders = new StringBuilder();
        var network = bundle.Network;
        if (bundle.Technology == "docker")
        {
            text.Append(" --restart=no");
        }

        if (network?.ContainsKey("ip-range-start") ?? false)
        {
            text.Append(CultureInfo.InvariantCulture, $" -h {bundle.Id}-{replica.Number}");
        }

        text.Append(" -e PCMK_stderr=1");
        if (bundle.Container.GetValueOrDefault("network") is { } mode)
        {
            text.Append(" --net=").Append(mode);
        }

        text.Append(" -e PCMK_remote_port=")
            .Append(network?.GetValueOrDefault("control-port") ?? BundleReading.DefaultPort);
        foreach (var mount in MountsOf(bundle))
        {
            AddMount(text, folders, bundle, replica, mount);
        }

        foreach (var (outer, inner) in PortsOf(bundle))
        {
            AddPort(text, bundle, replica, outer, inner);
        }

        if (bundle.Container.GetValueOrDefault("options") is { } options)
        {
            text.Append(' ').Append(options);
        }

        // The blank is there without hosts, too: digests rest on it.
        text.Append(' ').Append(hosts);
        return (text.ToString(), folders.ToString());
    }

    private static void AddMount(
        StringBuilder text, StringBuilder folders, Bundle bundle, BundleReplica replica, Mount mount)
    {
        var source = mount.Source;
        if (mount.IsFolderPerReplica)
        {
            source = string.Create(CultureInfo.InvariantCulture, $"{source}/{bundle.Id}-{replica.Number}");
            folders.Append(folders.Length > 0 ? "," : "").Append(source);
        }

        text.Append(" -v ").Append(source).Append(':').Append(mount.Target);
        if (mount.Options is { } options)
        {
            text.Append(':').Append(options);
        }
    }

    private static void AddPort(
        StringBuilder text, Bundle bundle, BundleReplica replica, string outer, string inner)
    {
        if (replica.IpAddress.Length > 0)
        {
            text.Append(" -p ").Append(replica.IpAddress).Append(':').Append(outer).Append(':').Append(inner);
        }
        else if (bundle.Container.GetValueOrDefault("network") != "host")
        {
            text.Append(" -p ").Append(outer).Append(':').Append(inner);
        }
    }

    private static IEnumerable<Mount> MountsOf(Bundle bundle)
    {
        foreach (var storage in bundle.Storage)
        {
            var source = storage.GetValueOrDefault("source-dir");
            var root = storage.GetValueOrDefault("source-dir-root");
            if ((source ?? root) is { } folder && storage.GetValueOrDefault("target-dir") is { } target)
            {
                yield return new Mount(folder, target, storage.GetValueOrDefault("options"), source is null);
            }
        }

        if (bundle.Child is not null)
        {
            yield return new Mount(KeyFile, KeyFile, null, false);
            yield return new Mount(LogFolder, "/var/log", null, true);
        }
    }

    private static IEnumerable<(string Outer, string Inner)> PortsOf(Bundle bundle)
    {
        foreach (var mapping in bundle.Ports)
        {
            if ((mapping.GetValueOrDefault("port") ?? mapping.GetValueOrDefault("range")) is { } port)
            {
                yield return (port, mapping.GetValueOrDefault("internal-port") ?? port);
            }
        }

        if (bundle.Child is not null)
        {
            var port = bundle.Network?.GetValueOrDefault("control-port") ?? BundleReading.DefaultPort;
            yield return (port, port);
        }
    }

    private readonly record struct Mount(string Source, string Target, string? Options, bool IsFolderPerReplica);
}
