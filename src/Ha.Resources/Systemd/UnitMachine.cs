using Ha.InformationBase;

namespace Ha.Resources.Systemd;

/// <summary>How far an operation on a unit is: a closed family.</summary>
internal abstract record UnitProgress
{
    private UnitProgress()
    {
    }

    /// <summary>Nothing was asked for, or what was asked for may have been lost.</summary>
    public sealed record Fresh : UnitProgress;

    /// <summary>A job is under way.</summary>
    public sealed record Asked(string Job) : UnitProgress;

    /// <summary>The job ended.</summary>
    /// <param name="Result">done, canceled, timeout, failed, dependency, skipped, ...: systemd's words.</param>
    public sealed record Ended(string Result) : UnitProgress;
}

/// <summary>What to do next for an operation on a unit: a closed family.</summary>
internal abstract record UnitStep
{
    private UnitStep()
    {
    }

    /// <summary>It is done: exit code of the OCF kind, and the reason.</summary>
    public sealed record Answer(int ExitCode, string Reason) : UnitStep;

    /// <summary>Ask systemd for a job.</summary>
    /// <param name="Method">StartUnit, StopUnit, RestartUnit or ReloadUnit.</param>
    public sealed record Submit(string Method) : UnitStep;

    /// <summary>It is still in progress: look again when something happens.</summary>
    public sealed record Wait : UnitStep;
}

/// <summary>What a unit's state means for an operation of the cluster: pure. A unit that is on its way (activating,
/// deactivating, reloading) is neither running nor stopped, and is waited for. Sources: org.freedesktop.systemd1(5);
/// OCF exit codes.</summary>
internal static class UnitMachine
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int Unimplemented = 3;
    private const int NotInstalled = 5;
    private const int NotRunning = 7;

    private static readonly UnitStep s_wait = new UnitStep.Wait();

    /// <summary>What comes next.</summary>
    /// <param name="action">monitor, status, start, stop, restart, reload, validate-all.</param>
    /// <param name="unit">As it is now.</param>
    /// <param name="progress">What was asked of systemd so far.</param>
    public static UnitStep Next(string action, UnitState unit, UnitProgress progress) => action switch
    {
        "monitor" or "status" => Look(unit),
        "start" or "restart" or "reload" => Start(action, unit, progress),
        "stop" => Stop(unit, progress),
        "validate-all" => Missing(unit) ?? new UnitStep.Answer(
            Success,
            unit.FileState is "enabled" or "enabled-runtime"
                ? $"systemd starts {unit.Name} at boot, whatever the cluster wants: systemctl disable {unit.Name}"
                : ""),
        _ => new UnitStep.Answer(Unimplemented, $"a unit of systemd has no action {SafeText.Of(action)}"),
    };

    /// <summary>What is known when the time is over: null where that is nothing good.</summary>
    public static UnitStep.Answer? WhenLate(string action, UnitState unit) =>
        action != "stop" && unit.Active is "reloading" or "refreshing" ? new UnitStep.Answer(Success, "") : null;

    /// <summary>A unit in words: state, and what holds it.</summary>
    public static string Show(UnitState unit) =>
        $"{unit.Name} is {unit.Active}"
        + (unit.Sub.Length > 0 && unit.Sub != unit.Active ? $" ({unit.Sub})" : "")
        + (unit.Result.Length > 0 && unit.Result != "success" ? $", result {unit.Result}" : "")
        + (unit.MainProcess != 0 ? $", main process {unit.MainProcess}" : "");

    private static UnitStep Look(UnitState unit) => unit.Active switch
    {
        "active" => new UnitStep.Answer(Success, ""),
        "activating" or "deactivating" or "reloading" or "refreshing" => s_wait,
        "inactive" => Missing(unit) ?? new UnitStep.Answer(NotRunning, ""),
        "failed" => new UnitStep.Answer(NotRunning, Show(unit)),
        _ => new UnitStep.Answer(Failure, Show(unit)),
    };

    private static UnitStep Start(string action, UnitState unit, UnitProgress progress)
    {
        if (progress is UnitProgress.Asked)
        {
            return s_wait;
        }

        if (progress is UnitProgress.Fresh)
        {
            var isUp = action == "start" && unit is { Active: "active", HasJob: false };
            if (unit.Active is "inactive" or "failed" && Missing(unit) is { } missing)
            {
                return missing;
            }

            return isUp ? new UnitStep.Answer(Success, "") : new UnitStep.Submit(action switch
            {
                "restart" => "RestartUnit",
                "reload" => "ReloadUnit",
                _ => "StartUnit",
            });
        }

        var result = ((UnitProgress.Ended)progress).Result;
        return unit.Active switch
        {
            "active" => new UnitStep.Answer(Success, ""),
            "reloading" or "refreshing" => s_wait,
            "activating" or "deactivating" when result == "done" => s_wait,
            "inactive" when result == "done" => new UnitStep.Answer(Failure, unit.ConditionHeld
                ? $"{Show(unit)}: it ended at once; a unit that does its work and ends needs RemainAfterExit=yes"
                : $"{Show(unit)}: one of its conditions does not hold (systemctl status {unit.Name})"),
            _ => new UnitStep.Answer(
                Failure, $"{Show(unit)}{(result == "done" ? "" : $"; the job ended with: {SafeText.Of(result)}")}"),
        };
    }

    private static UnitStep Stop(UnitState unit, UnitProgress progress) => (unit.Active, progress) switch
    {
        ("failed", UnitProgress.Fresh or UnitProgress.Ended) when unit.MainProcess != 0 =>
            new UnitStep.Answer(Failure, $"{Show(unit)}, which does not end"),
        ("inactive" or "failed", UnitProgress.Ended) => new UnitStep.Answer(Success, ""),
        ("inactive" or "failed", UnitProgress.Fresh) when !unit.HasJob => new UnitStep.Answer(Success, ""),
        (_, UnitProgress.Fresh) => new UnitStep.Submit("StopUnit"),
        (_, UnitProgress.Asked) or ("deactivating", _) => s_wait,
        ("activating", UnitProgress.Ended { Result: "done" }) => new UnitStep.Submit("StopUnit"),
        (_, UnitProgress.Ended ended) =>
            new UnitStep.Answer(Failure, $"{Show(unit)}; the job ended with: {SafeText.Of(ended.Result)}"),
        _ => s_wait,
    };

    private static UnitStep.Answer? Missing(UnitState unit) => unit.Load switch
    {
        "not-found" => new UnitStep.Answer(
            NotInstalled, $"systemd has no unit {unit.Name} here: is its package installed?"),
        "masked" => new UnitStep.Answer(NotInstalled, $"{unit.Name} is masked here: systemctl unmask {unit.Name}"),
        "bad-setting" or "error" => new UnitStep.Answer(
            NotInstalled, $"systemd cannot load {unit.Name}: systemctl status {unit.Name} says why"),
        _ => null,
    };
}
