using Ha.Actors.Link;

namespace Ha.Simulation.Engine;

/// <summary>One program's connection to the simulated engine of its host.</summary>
public sealed class SimulatedLink : IClusterLink
{
    private readonly SimulatedNetwork _network;
    private Action<LinkEvent>? _onEvent;

    internal SimulatedLink(SimulatedNetwork network, LinkMember self, string name)
    {
        _network = network;
        Self = self;
        Name = name;
    }

    /// <summary>This process in the group.</summary>
    public LinkMember Self { get; }

    /// <summary>The node's name.</summary>
    public string Name { get; }

    internal bool IsOpen => _onEvent is not null;

    /// <inheritdoc/>
    public void Start(Action<LinkEvent> onEvent)
    {
        _onEvent = onEvent;
        _network.Opened(this);
    }

    /// <inheritdoc/>
    public void Stop()
    {
        _onEvent = null;
        _network.Closed(this);
    }

    /// <inheritdoc/>
    public SendOutcome Multicast(ReadOnlyMemory<byte> message) => _network.Send(this, message);

    internal void Tell(LinkEvent happened) => _onEvent?.Invoke(happened);
}
