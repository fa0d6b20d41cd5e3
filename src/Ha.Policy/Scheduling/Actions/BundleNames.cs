namespace Ha.Policy.Scheduling;

/// <summary>The address of a bundle's connection may be "#uname": the name of the host on which the container is.
/// </summary>
internal static class BundleNames
{
    private const string Placeholder = "#uname";

    /// <summary>Name of the parameter.</summary>
    public const string Address = "addr";


    /// <summary>The address depends on where the container goes.</summary>
    public static bool DependsOnPlace(PolicyRun run, PolicyResource resource) =>
        resource.RemoteNode is not null
        && Parameters.Of(run, resource, null).GetValueOrDefault(Address) == Placeholder;

    /// <summary>The host's name, where a connection's parameters ask for it; null where they do not, or nobody knows
    /// it.</summary>
    public static string? AddressFor(PolicyResource resource, IReadOnlyDictionary<string, string> parameters) =>
        resource.RemoteNode is not null && parameters.GetValueOrDefault(Address) == Placeholder
            ? HostOf(resource)
            : null;

    /// <summary>The host: that of the container, now or after this plan.</summary>
    public static string? HostOf(PolicyResource connection)
    {
        var container = connection.Launcher;
        var node = container?.AssignedTo ?? container?.CurrentNode;
        return node?.Name;
    }
}
