namespace Ha.Policy.Scheduling;

/// <summary>The address of a bundle's connection may be "#uname": the name of the host on which the container is.
/// </summary>
internal static class BundleNames
{
    private const string Placeholder = "#uname";
    private const string Address = "addr";

    /// <summary>The address depends on where the container goes.</summary>
    public static bool DependsOnPlace(PolicyRun run, PolicyResource resource) =>
        resource.RemoteNode is not null
        && Parameters.Of(run, resource, null).GetValueOrDefault(Address) == Placeholder;

    public static void Replace(PolicyRun run, PolicyResource resource, IDictionary<string, string> parameters)
    {
        if (resource.RemoteNode is not null && parameters.TryGetValue(Address, out var address)
            && address == Placeholder && HostOf(resource) is { } host)
        {
            parameters[Address] = host;
        }
    }

    /// <summary>The host: that of the container, now or after this plan.</summary>
    public static string? HostOf(PolicyResource connection)
    {
        var container = connection.Launcher;
        var node = container?.AssignedTo ?? container?.CurrentNode;
        return node?.Name;
    }
}
