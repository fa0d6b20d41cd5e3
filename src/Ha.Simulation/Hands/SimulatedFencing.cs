using Ha.Kernel;
using Ha.Resources;

namespace Ha.Simulation.Hands;

/// <summary>Fence agents of one program: they reach the power of every host.</summary>
internal sealed class SimulatedFencing(
    SimulatedScheduler scheduler, Random random, Func<FenceRequest, FencingFaults> faults, IPowerSwitch power,
        string host)
    : IFenceAgents
{
    /// <inheritdoc/>
    public async Task<FenceResult> Run(FenceRequest request, CancellationToken cancel)
    {
        var now = faults(request);
        var isCut = request.Action is "off" or "reboot";
        if (isCut)
        {
            power.FencingBegins(host, request);
        }

        var fails = random.Next(100) < now.FailPercent || now.IsDead;
        var cutsAllTheSame = random.Next(3) == 0 && !now.IsDead;
        await scheduler.Delay(TimeSpan.FromMilliseconds(50 + random.Next(100)) + now.Delay);
        var isGone = cancel.IsCancellationRequested;
        if (isCut && (!isGone || now.IsStubborn) && (!fails || cutsAllTheSame))
        {
            power.Cut(host, request);
        }
        else if (request.Action == "on" && !isGone && !fails)
        {
            power.On(request.Target);
        }

        await scheduler.Delay(now.LateReport * random.NextDouble());
        var result = cancel.IsCancellationRequested ? new FenceResult(false, "cancelled", "", now.Delay)
            : fails ? new FenceResult(false, now.IsDead ? "the device does not answer" : "the relay is stuck", "", now.Delay)
            : new FenceResult(true, "", "", now.Delay);
        if (isCut)
        {
            power.FencingEnds(host, request, result);
        }

        return result;
    }
}

/// <summary>The power of all hosts.</summary>
internal interface IPowerSwitch
{
    void FencingBegins(string by, FenceRequest request);

    void Cut(string by, FenceRequest request);

    void On(string target);

    void FencingEnds(string by, FenceRequest request, FenceResult result);
}
