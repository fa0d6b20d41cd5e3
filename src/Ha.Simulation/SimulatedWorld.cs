using Ha.InformationBase;
using Ha.Kernel;
using Ha.Resources;

namespace Ha.Simulation;

/// <summary>What is truly so: which host has power, and what truly runs there. Invariants are checked against this,
/// never
/// against what a manager believes.</summary>
public sealed class SimulatedWorld
{
    /// <summary>Hosts with power.</summary>
    public SortedSet<string> Powered { get; } = new(StringComparer.Ordinal);

    /// <summary>Resources that truly run, by host.</summary>
    public SortedDictionary<string, SortedSet<string>> Running { get; } = new(StringComparer.Ordinal);

    /// <summary>First violation of an invariant; empty while there is none.</summary>
    public string Violation { get; private set; } = "";

    /// <summary>Hosts that run a resource now.</summary>
    public IReadOnlyList<string> WhereIs(string resource) =>
        [.. Running.Where(host => Powered.Contains(host.Key) && host.Value.Contains(resource)).Select(host =>
            host.Key)];

    /// <summary>A host loses power: nothing runs there any more.</summary>
    public void PowerOff(string host)
    {
        Powered.Remove(host);
        Running.Remove(host);
    }

    /// <summary>A host has power.</summary>
    public void PowerOn(string host) => Powered.Add(host);

    /// <summary>Keeps the first violation.</summary>
    public void Violate(string what) => Violation = Violation.Length == 0 ? what : Violation;

    internal void Start(string host, string resource)
    {
        if (!Powered.Contains(host))
        {
            return;
        }

        if (!Running.TryGetValue(host, out var running))
        {
            Running.Add(host, running = new SortedSet<string>(StringComparer.Ordinal));
        }

        running.Add(resource);
        if (WhereIs(resource) is { Count: > 1 } hosts)
        {
            Violate($"S1: {resource} runs on {string.Join(" and ", hosts)}");
        }
    }

    internal void Stop(string host, string resource) => Running.GetValueOrDefault(host)?.Remove(resource);
}

/// <summary>What agents of one host do wrong, by chance.</summary>
/// <param name="FailPercent">An action fails.</param>
/// <param name="HangPercent">An action does not end before its time-out.</param>
/// <param name="StopFailPercent">A stop fails, and the resource goes on.</param>
public sealed record AgentFaults(int FailPercent, int HangPercent, int StopFailPercent)
{
    /// <summary>Nothing.</summary>
    public static AgentFaults None { get; } = new(0, 0, 0);
}

/// <summary>Agents of one simulated host: resources exist as state of the world.</summary>
public sealed class SimulatedAgents(
    SimulatedScheduler scheduler, SimulatedWorld world, Random random, string host, Func<AgentFaults> faults)
    : IResourceAgents
{
    private readonly HashSet<string> _devices = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<AgentResult> Run(AgentRequest request, CancellationToken cancel)
    {
        var now = faults();
        var took = TimeSpan.FromMilliseconds(1 + random.Next(200));
        if (request.Agent.IsFencing)
        {
            // A fencing device is only watched from a host, and from several at once without harm.
            await scheduler.Delay(took);
            _ = request.Action == "stop" ? _devices.Remove(request.ResourceId)
                : request.Action == "start" && _devices.Add(request.ResourceId);
            return new AgentResult(
                OperationStatus.Done, request.Action != "monitor" || _devices.Contains(request.ResourceId) ? 0 : 7, "", took);
        }

        if (random.Next(100) < now.HangPercent && request.Action != "monitor")
        {
            await scheduler.Delay(request.Timeout);
            return new AgentResult(OperationStatus.Timeout, 1, "took too long", request.Timeout);
        }

        await scheduler.Delay(took);
        if (cancel.IsCancellationRequested || !world.Powered.Contains(host))
        {
            return new AgentResult(OperationStatus.Cancelled, 1, "the host is gone", took);
        }

        switch (request.Action)
        {
            case "start" when random.Next(100) < now.FailPercent:
                return new AgentResult(OperationStatus.Done, 1, "does not start", took);
            case "start":
                world.Start(host, request.ResourceId);
                return new AgentResult(OperationStatus.Done, 0, "", took);
            case "stop" when random.Next(100) < now.StopFailPercent:
                return new AgentResult(OperationStatus.Done, 1, "does not stop", took);
            case "stop":
                world.Stop(host, request.ResourceId);
                return new AgentResult(OperationStatus.Done, 0, "", took);
            default:
                var runs = world.Running.GetValueOrDefault(host)?.Contains(request.ResourceId) ?? false;
                if (runs && request.Interval > TimeSpan.Zero && random.Next(1000) < now.FailPercent)
                {
                    return new AgentResult(OperationStatus.Done, 1, "is ill", took);
                }

                return new AgentResult(OperationStatus.Done, runs ? 0 : 7, "", took);
        }
    }
}

/// <summary>Fence agents of one simulated host: they reach the power of every host.</summary>
public sealed class SimulatedFencing(
    SimulatedScheduler scheduler, Random random, Func<(int FailPercent, TimeSpan Delay)> faults, Action<string> reboot)
    : IFenceAgents
{
    /// <inheritdoc/>
    public async Task<FenceResult> Run(FenceRequest request, CancellationToken cancel)
    {
        var (fail, delay) = faults();
        await scheduler.Delay(TimeSpan.FromMilliseconds(50 + random.Next(100)) + delay);
        if (cancel.IsCancellationRequested)
        {
            return new FenceResult(false, "cancelled", "", delay);
        }

        if (random.Next(100) < fail)
        {
            return new FenceResult(false, "the relay is stuck", "", delay);
        }

        if (request.Action is "off" or "reboot")
        {
            reboot(request.Target);
        }

        return new FenceResult(true, "", "", delay);
    }
}
