using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>A guest node's connection, which a meta attribute of its container asks for.</summary>
/// <param name="Name">Name of the guest node and of its connection.</param>
/// <param name="Connection">The connection as a resource of its own.</param>
internal sealed record GuestConnection(string Name, Primitive Connection);

/// <summary>Connections to remote and guest nodes. Source: Pacemaker Explained, "Guest nodes".</summary>
internal static class GuestConnections
{
    public static AgentName Agent { get; } = new("ocf", "pacemaker", "remote");

    public static bool IsConnection(Resource resource) => resource is Primitive { Agent: { } agent } && agent == Agent;

    /// <summary>The guest nodes that primitives of the top level and members of groups ask for, in the order written.
    /// </summary>
    public static List<GuestConnection> GuestsOf(Configuration configuration)
    {
        var guests = new List<GuestConnection>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var resource in configuration.Resources)
        {
            taken.Add(resource.Id);
        }

        foreach (var resource in configuration.Resources)
        {
            switch (resource)
            {
                case Primitive primitive:
                    Add(guests, taken, primitive);
                    break;
                case Group group:
                    foreach (var member in group.Members)
                    {
                        Add(guests, taken, member);
                    }

                    break;
            }
        }

        return guests;
    }

    /// <summary>The connection of a guest or bundle node.</summary>
    public static Primitive Make(string name, string container, GuestSettings settings)
    {
        List<NameValue> meta =
        [
            new("container", container),
            new("internal", "true"),
        ];
        AddIfSet(meta, "allow-migrate", settings.AllowMigrate);
        AddIfSet(meta, "is-managed", settings.IsManaged);

        List<OperationDefinition> operations =
        [
            new()
            {
                Id = name + "-monitor-interval-30s",
                Name = Tasks.Monitor,
                Interval = TimeSpan.FromSeconds(30),
                Attributes = ValueMap<string>.Of([new("timeout", "30s")]),
            },
        ];
        if (settings.ConnectTimeout is { } timeout)
        {
            operations.Add(new()
            {
                Id = name + "-start-interval-0",
                Name = Tasks.Start,
                Attributes = ValueMap<string>.Of([new("timeout", timeout)]),
            });
        }

        List<NameValue> parameters = [];
        AddIfSet(parameters, "addr", settings.Address);
        AddIfSet(parameters, "port", settings.Port);
        return new Primitive
        {
            Id = name,
            Agent = Agent,
            Meta = [AttributeSet.Of(name + "-meta_attributes", meta)],
            Parameters = parameters.Count == 0 ? [] : [AttributeSet.Of(name + "-instance_attributes", parameters)],
            Operations = operations.ToValueList(),
        };
    }

    // Rules do not count here: nodes must be known before anything is evaluated.
    private static void Add(List<GuestConnection> guests, HashSet<string> taken, Primitive container)
    {
        string? name = null;
        var settings = new GuestSettings();
        foreach (var set in container.Meta)
        {
            foreach (var pair in set.Values)
            {
                name = pair.Name == "remote-node" ? pair.Value : name;
                settings = settings.With(pair);
            }
        }

        if (!string.IsNullOrEmpty(name) && taken.Add(name))
        {
            guests.Add(new GuestConnection(name, Make(name, container.Id, settings)));
        }
    }

    private static void AddIfSet(List<NameValue> values, string name, string? value)
    {
        if (value is not null)
        {
            values.Add(new NameValue(name, value));
        }
    }
}

/// <summary>What a container says of the connection to the guest inside; null for what it does not say.</summary>
internal readonly record struct GuestSettings(
    string? Address, string? Port, string? ConnectTimeout, string? AllowMigrate, string? IsManaged)
{
    public GuestSettings With(NameValue pair) => pair.Name switch
    {
        "remote-addr" => this with { Address = pair.Value },
        "remote-port" => this with { Port = pair.Value },
        "remote-connect-timeout" => this with { ConnectTimeout = pair.Value },
        "remote-allow-migrate" => this with { AllowMigrate = pair.Value },
        "is-managed" => this with { IsManaged = pair.Value },
        _ => this,
    };
}
