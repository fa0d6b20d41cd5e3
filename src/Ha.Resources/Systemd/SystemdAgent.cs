using System.Diagnostics;
using Ha.InformationBase;

namespace Ha.Resources.Systemd;

/// <summary>Units of systemd as resources. Each operation asks for a job and follows it by signals; a connection that
/// breaks (systemd executes itself anew, a bus restarts) is made again within the operation's time, and the unit's
/// state is read anew, so that nothing rests on a signal that was missed.</summary>
/// <param name="runFolder">/run, or a stand-in for it.</param>
public sealed class SystemdAgent(string runFolder = SystemdBus.DefaultRunFolder) : IResourceAgents, IDisposable
{
    /// <summary>Jobs that one operation may ask for: more than one only after a lost connection.</summary>
    private const int MaxJobs = 8;

    /// <summary>How often a unit is looked at although no signal came.</summary>
    private static readonly TimeSpan s_lookInterval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_retryDelay = TimeSpan.FromMilliseconds(100);

    private readonly SystemdBus _bus = new(runFolder);

    /// <inheritdoc/>
    public async Task<AgentResult> Run(AgentRequest request, CancellationToken cancel)
    {
#pragma warning disable RS0030 // How long systemd took.
        var start = Stopwatch.GetTimestamp();
#pragma warning restore RS0030
        if (UnitNames.Of(request.Agent.Type) is not { } unit)
        {
            return new AgentResult(
                OperationStatus.Error, 6, $"'{SafeText.Of(request.Agent.Type)}' cannot be the name of a unit", TimeSpan.Zero);
        }

        if (!_bus.IsThere)
        {
            return new AgentResult(
                OperationStatus.NotInstalled, 5, $"systemd does not run here: {runFolder}/systemd is not there", TimeSpan.Zero);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(request.Timeout);
        var run = new UnitRun(_bus, runFolder, request.Action, unit, limit.Token);
        var answer = await Follow(run, limit.Token).ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        var took = Stopwatch.GetElapsedTime(start);
        return answer switch
        {
            null when run.WhenLate() is { } late =>
                new AgentResult(OperationStatus.Done, late.ExitCode, late.Reason, took),
            null => new AgentResult(
                OperationStatus.Timeout, 1,
                SafeText.Of($"{request.Action} took longer than {request.Timeout.TotalSeconds:0.###} s: {run.Situation}"),
                took),
            { ExitCode: 5 } => new AgentResult(OperationStatus.NotInstalled, 5, answer.Reason, took),
            _ => new AgentResult(OperationStatus.Done, answer.ExitCode, answer.Reason, took),
        };
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _bus.Dispose();

    // One connection after the other, until there is an answer or the time is over.
    private static async Task<UnitStep.Answer?> Follow(UnitRun run, CancellationToken limit)
    {
        while (!limit.IsCancellationRequested)
        {
            if (await run.OnOneConnection(s_lookInterval, MaxJobs).ConfigureAwait(false) is { } answer)
            {
                return answer;
            }

            try
            {
#pragma warning disable RS0030 // A bus comes back in real time.
                await Task.Delay(s_retryDelay, limit).ConfigureAwait(false);
#pragma warning restore RS0030
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }

        return null;
    }
}
