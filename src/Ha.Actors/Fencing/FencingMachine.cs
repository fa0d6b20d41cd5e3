using Ha.InformationBase;
using Ha.Resources.Fencing;

namespace Ha.Actors.Fencing;

/// <summary>One step of making a node harmless.</summary>
/// <param name="Device">The device.</param>
/// <param name="Action">What it is to do.</param>
/// <param name="Attempt">Number of the attempt that it belongs to.</param>
/// <param name="MayFail">Its failure does not make the attempt fail: switching on again after off.</param>
public sealed record FencingStep(Primitive Device, string Action, int Attempt, bool MayFail);

/// <summary>What has been done for one request, and what comes next: pure.</summary>
/// <param name="Target">The node.</param>
/// <param name="Steps">All steps of all attempts.</param>
/// <param name="At">The next one.</param>
/// <param name="Tries">How often that one was tried.</param>
/// <param name="Errors">What went wrong so far.</param>
public sealed record FencingProgress(
    string Target, ValueList<FencingStep> Steps, int At, int Tries, ValueList<string> Errors);

/// <summary>What comes of a step.</summary>
public abstract record FencingNext
{
    private FencingNext()
    {
    }

    /// <summary>Do this.</summary>
    public sealed record Do(FencingStep Step, FencingProgress Progress) : FencingNext;

    /// <summary>The node is surely harmless.</summary>
    public sealed record Succeeded(string Devices) : FencingNext;

    /// <summary>No attempt is left.</summary>
    public sealed record Failed(string Error) : FencingNext;
}

/// <summary>Levels, devices and retries, as a function.</summary>
public static class FencingMachine
{
    /// <summary>The steps for a target. A reboot with several devices of one level is: all off, then all on.</summary>
    public static FencingProgress Plan(Configuration configuration, string target, string action)
    {
        var steps = new List<FencingStep>();
        foreach (var (attempt, devices) in FencingDevices.Attempts(configuration, target).Index())
        {
            if (devices.Count > 1 && action == "reboot")
            {
                steps.AddRange(devices.Select(device => new FencingStep(device, "off", attempt, MayFail: false)));
                steps.AddRange(devices.Select(device => new FencingStep(device, "on", attempt, MayFail: true)));
            }
            else
            {
                steps.AddRange(devices.Select(device => new FencingStep(device, action, attempt, MayFail: false)));
            }
        }

        return new FencingProgress(target, steps.ToValueList(), 0, 0, []);
    }

    /// <summary>The first step.</summary>
    public static FencingNext Begin(FencingProgress progress) => progress.Steps.IsEmpty
        ? new FencingNext.Failed($"no fencing device can reach {progress.Target}")
        : new FencingNext.Do(progress.Steps[0], progress);

    /// <summary>After a step.</summary>
    public static FencingNext After(FencingProgress progress, bool succeeded, string text)
    {
        var step = progress.Steps[progress.At];
        if (!succeeded && !step.MayFail)
        {
            return AfterFailure(progress, step, text);
        }

        var next = progress.At + 1;
        return next < progress.Steps.Count && progress.Steps[next].Attempt == step.Attempt
            ? Go(progress with { At = next, Tries = 0 })
            : new FencingNext.Succeeded(string.Join(
                '+', progress.Steps.Where(done => done.Attempt == step.Attempt).Select(done => done.Device.Id)
                    .Distinct(StringComparer.Ordinal)));
    }

    private static FencingNext AfterFailure(FencingProgress progress, FencingStep step, string text)
    {
        var tries = progress.Tries + 1;
        var errors = progress.Errors.Add($"{step.Device.Id}: {text}");
        if (tries < FencingDevices.RetriesOf(step.Action, FencingDevices.ParametersOf(step.Device)))
        {
            return Go(progress with { Tries = tries, Errors = errors });
        }

        for (var next = progress.At + 1; next < progress.Steps.Count; next++)
        {
            if (progress.Steps[next].Attempt > step.Attempt)
            {
                return Go(progress with { At = next, Tries = 0, Errors = errors });
            }
        }

        return new FencingNext.Failed(string.Join("; ", errors.Distinct(StringComparer.Ordinal)));
    }

    private static FencingNext.Do Go(FencingProgress progress) => new(progress.Steps[progress.At], progress);
}
