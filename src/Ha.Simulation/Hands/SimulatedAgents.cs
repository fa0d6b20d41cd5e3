using Ha.InformationBase;
using Ha.Kernel;
using Ha.Resources;
using Ha.Simulation.Truth;

namespace Ha.Simulation.Hands;

/// <summary>Agents of one program on one simulated host: resources exist as state of the world. An agent is a process
/// of
/// its own: it goes on while the program stands still.</summary>
internal sealed class SimulatedAgents(
    SimulatedScheduler scheduler, SimulatedHostTruth host, Random random, Func<AgentFaults> faults,
    IAgentWitness witness)
    : IResourceAgents
{
    private readonly HashSet<string> _devices = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<AgentResult> Run(AgentRequest request, CancellationToken cancel)
    {
        var now = faults();
        var boot = host.Boots;
        var took = TimeSpan.FromMilliseconds(1) + (now.Longest * random.NextDouble());
        witness.AgentBegins(host.Name, request);
        if (request.Agent.IsFencing)
        {
            // A fencing device is only watched from a host, and from several at once without harm.
            await scheduler.Delay(took);
            _ = request.Action == "stop" ? _devices.Remove(request.ResourceId)
                : request.Action == "start" && _devices.Add(request.ResourceId);
            return End(request, new AgentResult(
                OperationStatus.Done, request.Action != "monitor" || _devices.Contains(request.ResourceId) ? 0 : 7, "", took));
        }

        var named = $"{request.Action} {request.ResourceId.Split(':')[0]}";
        if (now.Hanging.Contains(named))
        {
            await scheduler.Delay(request.Timeout);
            return End(request, IsThere(boot, cancel)
                ? new AgentResult(OperationStatus.Timeout, 1, "hangs", request.Timeout)
                : Gone(took));
        }

        if (random.Next(100) < now.HangPercent)
        {
            var mayWork = random.Next(2) == 0 && request.Action is "start" or "promote";
            await scheduler.Delay(request.Timeout * random.NextDouble());
            if (mayWork && IsThere(boot, cancel))
            {
                Change(request);
            }

            await scheduler.Delay(request.Timeout * 0.5);
            return End(request, IsThere(boot, cancel)
                ? new AgentResult(OperationStatus.Timeout, 1, "took too long", request.Timeout)
                : Gone(took));
        }

        await scheduler.Delay(took);
        return End(request, IsThere(boot, cancel) ? Answer(request, now, took) : Gone(took));
    }

    private static AgentResult Gone(TimeSpan took) => new(OperationStatus.Cancelled, 1, "the host is gone", took);

    private bool IsThere(int boot, CancellationToken cancel) =>
        !cancel.IsCancellationRequested && host.IsPowered && host.Boots == boot;

    private AgentResult End(AgentRequest request, AgentResult result)
    {
        witness.AgentEnds(host.Name, request, result);
        return result;
    }

    private AgentResult Answer(AgentRequest request, AgentFaults now, TimeSpan took)
    {
        var runs = host.Running.Contains(request.ResourceId);
        switch (request.Action)
        {
            case "start" or "promote" when random.Next(100) < now.StartFailPercent:
                if (random.Next(2) == 0)
                {
                    Change(request);
                }

                return new AgentResult(OperationStatus.Done, 1, "does not start", took);
            case "start" when random.Next(100) < now.HollowPercent:
                return new AgentResult(OperationStatus.Done, 0, "", took);
            case "stop" when random.Next(100) < now.StopFailPercent && runs:
                return new AgentResult(OperationStatus.Done, 1, "does not stop", took);
            case "stop" when random.Next(100) < now.LiePercent && runs:
                host.Lied.Add(request.ResourceId);
                return new AgentResult(OperationStatus.Done, 0, "", took);
            case "monitor" when runs && now.Ill.Length > 0 && request.ResourceId.Split(':')[0] == now.Ill:
                return new AgentResult(OperationStatus.Done, 1, "is ill", took);
            case "monitor":
                return runs && request.Interval > TimeSpan.Zero && random.Next(1000) < now.IllPerMille
                    ? new AgentResult(OperationStatus.Done, 1, "is ill", took)
                    : new AgentResult(OperationStatus.Done, Look(request.ResourceId), "", took);
            default:
                Change(request);
                return new AgentResult(OperationStatus.Done, 0, "", took);
        }
    }

    private int Look(string resource) =>
        host.Promoted.Contains(resource) ? 8 : host.Running.Contains(resource) ? 0 : 7;

    private void Change(AgentRequest request)
    {
        switch (request.Action)
        {
            case "start":
                host.Start(request.ResourceId);
                witness.ResourceStarted(host.Name, request.ResourceId);
                break;
            case "stop":
                host.Stop(request.ResourceId);
                break;
            case "promote":
                host.Promote(request.ResourceId, isPromoted: true);
                witness.ResourceStarted(host.Name, request.ResourceId);
                break;
            case "demote":
                host.Promote(request.ResourceId, isPromoted: false);
                break;
        }
    }
}

/// <summary>Whoever watches agents.</summary>
internal interface IAgentWitness
{
    void AgentBegins(string host, AgentRequest request);

    void AgentEnds(string host, AgentRequest request, AgentResult result);

    void ResourceStarted(string host, string resource);
}
