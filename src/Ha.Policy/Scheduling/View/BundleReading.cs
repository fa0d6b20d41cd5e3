using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Bundles and what they consist of: for each replica a container, perhaps an address and the connection to
/// the node inside; and the clone of the primitive inside. Source: Pacemaker Explained, "Bundles".</summary>
internal static class BundleReading
{
    /// <summary>Where programs inside of containers listen, unless control-port says otherwise.</summary>
    public const string DefaultPort = "3121";

    private const int NodeScore = 500;

    /// <summary>Names of the nodes that a bundle makes, one for each replica; none for other resources.</summary>
    public static IEnumerable<string> NodeNamesOf(Resource resource) =>
        resource is Bundle { Child: not null } bundle && HasNetwork(bundle)
            ? Enumerable.Range(0, ReplicaCountOf(bundle)).Select(number => NameOf(bundle, number))
            : [];

    /// <returns>False for a bundle that makes no sense.</returns>
    public static bool Read(PolicyRun run, ResourceReading reading, PolicyResource resource, Bundle bundle)
    {
        if (bundle.Child is not null && !HasNetwork(bundle))
        {
            run.Warnings.Add($"{bundle.Id}: a resource inside of a bundle needs ip-range-start or control-port");
            return false;
        }

        var hasAddresses = bundle.Network?.ContainsKey("ip-range-start") ?? false;
        var perHost = Math.Max(1, ValueText.Number(bundle.Container.GetValueOrDefault("replicas-per-host"), 1));
        var settings = new BundleSettings
        {
            Technology = bundle.Technology,
            ReplicaCount = ReplicaCountOf(bundle),
            PromotedMax = PromotedMaxOf(bundle),

            // One port of a host serves one replica.
            ReplicasPerHost = hasAddresses || bundle.Child is null ? perHost : 1,
        };
        resource.Bundle = settings;
        resource.IsGloballyUnique = perHost > 1;
        if (bundle.Child is { } inner && !ReadInner(reading, resource, bundle, inner))
        {
            return false;
        }

        var addresses = AddressesOf(bundle, settings.ReplicaCount);
        var hosts = BundleContainers.HostEntries(bundle, addresses);
        for (var number = 0; number < settings.ReplicaCount; number++)
        {
            var replica = new BundleReplica
            {
                Number = number,
                IpAddress = addresses[number],
                Child = settings.Child is { } clone && number < clone.Children.Count ? clone.Children[number] : null,
            };
            settings.Replicas.Add(replica);
            if (!ReadParts(run, reading, resource, bundle, replica, hosts))
            {
                return false;
            }
        }

        if (settings.Child is { } child)
        {
            resource.Children.Add(child);
        }

        return true;
    }

    /// <summary>Addresses of the replicas, counted up from the first; empty where the bundle has none.</summary>
    public static string[] AddressesOf(Bundle bundle, int count)
    {
        var addresses = new string[count];
        Array.Fill(addresses, "");
        if (bundle.Network?.GetValueOrDefault("ip-range-start") is { } first)
        {
            for (var number = 0; number < count; number++)
            {
                addresses[number] = number == 0 ? first : NextAddress(addresses[number - 1]);
            }
        }

        return addresses;
    }

    private static string NextAddress(string address)
    {
        var parts = address.Split('.');
        if (parts.Length != 4
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var third)
            || !int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var fourth))
        {
            return address;
        }

        var (nextThird, nextFourth) = fourth > 253 ? (third + 1, 1) : (third, fourth + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{parts[0]}.{parts[1]}.{nextThird}.{nextFourth}");
    }

    private static bool HasNetwork(Bundle bundle) =>
        bundle.Network is { } network && (network.ContainsKey("ip-range-start") || network.ContainsKey("control-port"));

    private static int PromotedMaxOf(Bundle bundle) => Math.Max(0, ValueText.Number(
        bundle.Container.GetValueOrDefault("promoted-max") ?? bundle.Container.GetValueOrDefault("masters"), 0));

    private static int ReplicaCountOf(Bundle bundle)
    {
        // More than any host can carry is a slip of the pen.
        const int Most = 1000;
        var promoted = PromotedMaxOf(bundle);
        var count = ValueText.Number(bundle.Container.GetValueOrDefault("replicas"), promoted > 0 ? promoted : 1);
        return Math.Clamp(count, 1, Most);
    }

    private static string NameOf(Bundle bundle, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{bundle.Id}-{number}");

    // The name tells promotable ones apart as it always did: history knows it.
    private static bool ReadInner(ResourceReading reading, PolicyResource resource, Bundle bundle, Primitive inner)
    {
        var settings = resource.Bundle!;
        List<NameValue> meta =
        [
            new("ordered", "true"),
            new("clone-max", settings.ReplicaCount.ToString(CultureInfo.InvariantCulture)),
            new("clone-node-max", settings.ReplicasPerHost.ToString(CultureInfo.InvariantCulture)),
            new("globally-unique", settings.ReplicasPerHost > 1 ? "true" : "false"),
        ];
        if (settings.PromotedMax > 0)
        {
            meta.Add(new NameValue("promotable", "true"));
            meta.Add(new NameValue(
                "promoted-max", settings.PromotedMax.ToString(CultureInfo.InvariantCulture)));
        }

        var clone = new Clone
        {
            Id = bundle.Id + (settings.PromotedMax > 0 ? "-master" : "-clone"),
            Child = inner,
            Meta = [AttributeSet.Of(bundle.Id + "-clone-meta", meta)],
            Origin = inner.Origin,
        };
        settings.Child = reading.Read(clone, resource, null);
        return settings.Child is not null;
    }

    private static bool ReadParts(
        PolicyRun run, ResourceReading reading, PolicyResource resource, Bundle bundle, BundleReplica replica,
        string hosts)
    {
        replica.Container = Add(reading, resource, BundleContainers.Container(bundle, replica, hosts));
        if (replica.IpAddress.Length > 0)
        {
            replica.Ip = Add(reading, resource, BundleContainers.Address(bundle, replica));
        }

        if (replica.Container is not { } container || replica.Child is not { } child)
        {
            return replica.Container is not null;
        }

        var name = NameOf(bundle, replica.Number);
        var node = run.FindNode(name)!;
        replica.Node = node;
        reading.TakeForBundle(node);
        reading.NodeCount++;
        var address = replica.IpAddress.Length > 0 ? replica.IpAddress : "#uname";
        var port = bundle.Network?.GetValueOrDefault("control-port") ?? DefaultPort;
        var id = run.Find(name) is null ? name : $"pcmk-internal-{bundle.Id}-remote-{replica.Number}";
        var connection = GuestConnections.Make(
            id, container.Id, new GuestSettings(address, port, null, null, null));
        if (Add(reading, resource, connection) is not { } remote)
        {
            return false;
        }

        replica.Remote = remote;
        remote.Launcher = container;
        remote.RemoteNode = node;
        node.RemoteResource = remote;
        run.HasRemoteNodes = true;
        node.Attributes["#kind"] = "container";
        foreach (var other in run.Nodes)
        {
            if (other.IsRemoteKind && remote.Allowed.Has(other.Index))
            {
                remote.Allowed.Set(other.Index, Scores.MinusInfinity);
            }
        }

        child.Allowed = new NodeTable(run.Nodes.Count);
        child.Allowed.Set(node.Index, NodeScore);
        child.Allowed.SetDiscovery(node.Index, DiscoveryMode.Exclusive);
        child.Parent!.Allowed.Set(node.Index, Scores.MinusInfinity);
        if (replica.IpAddress.Length > 0)
        {
            child.Meta["external-ip"] = replica.IpAddress;
        }

        return true;
    }

    private static PolicyResource? Add(ResourceReading reading, PolicyResource bundle, Primitive part)
    {
        var read = reading.Read(part, bundle, null);
        if (read is not null)
        {
            bundle.Children.Add(read);
        }

        return read;
    }
}
