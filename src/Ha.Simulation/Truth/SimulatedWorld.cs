namespace Ha.Simulation.Truth;

/// <summary>What is truly so: which host has power, and what truly runs there. Invariants are checked against this,
/// never against what a manager believes.</summary>
public sealed class SimulatedWorld
{
    private readonly SortedDictionary<string, SimulatedHostTruth> _hosts = new(StringComparer.Ordinal);

    /// <summary>A world of hosts that are all off.</summary>
    public SimulatedWorld(IEnumerable<string> hosts)
    {
        foreach (var host in hosts)
        {
            _hosts.Add(host, new SimulatedHostTruth(host));
        }
    }

    /// <summary>First violation of an invariant; empty while there is none.</summary>
    public string Violation { get; private set; } = "";

    /// <summary>The hosts by name.</summary>
    public IEnumerable<SimulatedHostTruth> Hosts => _hosts.Values;

    /// <summary>A host by name.</summary>
    public SimulatedHostTruth this[string host] => _hosts[host];

    /// <summary>Hosts that run a resource now.</summary>
    public IReadOnlyList<string> WhereIs(string resource) =>
        [.. _hosts.Values.Where(host => host.IsPowered && host.Running.Contains(resource)).Select(host => host.Name)];

    /// <summary>Keeps the first violation.</summary>
    public void Violate(string what) => Violation = Violation.Length == 0 ? what : Violation;
}

/// <summary>One host as it truly is.</summary>
public sealed class SimulatedHostTruth(string name)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>It has power.</summary>
    public bool IsPowered { get; private set; }

    /// <summary>How often it was switched on.</summary>
    public int Boots { get; private set; }

    /// <summary>Resources that truly run here.</summary>
    public SortedSet<string> Running { get; } = new(StringComparer.Ordinal);

    /// <summary>Those of them that run promoted.</summary>
    public SortedSet<string> Promoted { get; } = new(StringComparer.Ordinal);

    /// <summary>Resources whose agent lied that they stopped: what runs of them is nobody's fault.</summary>
    public SortedSet<string> Lied { get; } = new(StringComparer.Ordinal);

    /// <summary>Power comes.</summary>
    public void PowerOn()
    {
        Boots += IsPowered ? 0 : 1;
        IsPowered = true;
        Changed?.Invoke();
    }

    /// <summary>Power goes: nothing runs here any more.</summary>
    public void PowerOff()
    {
        IsPowered = false;
        Running.Clear();
        Promoted.Clear();
        Lied.Clear();
        Changed?.Invoke();
    }

    /// <summary>Called after each change of what runs here.</summary>
    public Action? Changed { get; set; }

    internal void Start(string resource)
    {
        Running.Add(resource);
        Changed?.Invoke();
    }

    internal void Promote(string resource, bool isPromoted)
    {
        _ = isPromoted ? Promoted.Add(resource) : Promoted.Remove(resource);
        Changed?.Invoke();
    }

    internal void Stop(string resource)
    {
        Running.Remove(resource);
        Promoted.Remove(resource);
        Lied.Remove(resource);
        Changed?.Invoke();
    }
}
