namespace Ha.Resources.Systemd;

/// <summary>One operation on one unit, carried out: asks, waits, and does what <see cref="UnitMachine"/> says.</summary>
internal sealed class UnitRun(SystemdBus bus, string runFolder, string action, string unit, CancellationToken limit)
{
    private string _note = "";
    private string _trouble = "systemd did not answer";
    private UnitState? _last;
    private bool _isPastOrder;
    private int _jobs;

    /// <summary>What the operation waits for, in words.</summary>
    public string Situation => _last is null ? _trouble : UnitMachine.Show(_last);

    /// <summary>What is known when the time is over; null for nothing good.</summary>
    public UnitStep.Answer? WhenLate() => _last is null ? null : UnitMachine.WhenLate(action, _last);

    /// <summary>Goes on until there is an answer, or the connection breaks, or the time is over (null).</summary>
    public async Task<UnitStep.Answer?> OnOneConnection(TimeSpan lookInterval, int maxJobs)
    {
        var (connection, error) = await bus.Connect(limit).ConfigureAwait(false);
        if (connection is null)
        {
            _trouble = error;
            return null;
        }

        if (action == "start" && _note.Length == 0)
        {
            _note = UnitDropIn.Write(runFolder, unit);
        }

        switch (await bus.Load(connection, unit, limit).ConfigureAwait(false))
        {
            case UnitReply<string>.Answered loaded:
                using (var watch = SystemdBus.Watch(connection, unit, loaded.Value))
                {
                    var answer = await Loop(connection, loaded.Value, watch, lookInterval, maxJobs)
                        .ConfigureAwait(false);
                    return answer is null ? null : Settle(answer);
                }

            case UnitReply<string>.Refused refused:
                return OfRefusal(refused.Name, refused.Text);
            case UnitReply<string>.Lost lost:
                _trouble = lost.Reason;
                return null;
            default:
                return null;
        }
    }

    private async Task<UnitStep.Answer?> Loop(
        DbusConnection connection, string path, DbusWatch watch, TimeSpan lookInterval, int maxJobs)
    {
        UnitProgress progress = new UnitProgress.Fresh();
        while (!limit.IsCancellationRequested && connection.LostBecause.Length == 0)
        {
            progress = AfterSignals(watch, progress);
            switch (await bus.Read(connection, unit, path, limit).ConfigureAwait(false))
            {
                case UnitReply<UnitState>.Answered answered:
                    _last = answered.Value;
                    break;
                case UnitReply<UnitState>.Refused refused:
                    return OfRefusal(refused.Name, refused.Text);
                case UnitReply<UnitState>.Lost lost:
                    _trouble = lost.Reason;
                    return null;
            }

            // A job that is gone, and whose end nobody told: the state says what it did.
            if (progress is UnitProgress.Asked && !_last!.HasJob)
            {
                progress = AfterSignals(watch, progress) is UnitProgress.Ended ended ? ended : new UnitProgress.Ended("done");
            }

            switch (UnitMachine.Next(action, _last!, progress))
            {
                case UnitStep.Answer answer:
                    return answer;
                case UnitStep.Submit when ++_jobs > maxJobs:
                    return new UnitStep.Answer(1, $"{Situation}, after {maxJobs} jobs");
                case UnitStep.Submit submit:
                    var (asked, answerNow) = await Submit(connection, submit.Method, path).ConfigureAwait(false);
                    if (asked is null)
                    {
                        return answerNow;
                    }

                    progress = asked;
                    break;
                default:
                    await watch.Wait(lookInterval, limit).ConfigureAwait(false);
                    progress = await AfterWait(connection, progress).ConfigureAwait(false);
                    break;
            }
        }

        return null;
    }

    // Our own unit may begin to stop after the job was asked for: then the job waits for us, and is asked for anew.
    private async Task<UnitProgress> AfterWait(DbusConnection connection, UnitProgress progress) =>
        progress is UnitProgress.Asked && action == "stop" && !_isPastOrder
            && await OwnUnitStops(connection).ConfigureAwait(false)
            ? new UnitProgress.Fresh()
            : progress;

    private async Task<(UnitProgress? Asked, UnitStep.Answer? Answer)> Submit(
        DbusConnection connection, string method, string path)
    {
        if (method != "StopUnit" && await LoadDropIn(connection, path).ConfigureAwait(false) is { } refusal)
        {
            return (null, refusal);
        }

        _isPastOrder = method == "StopUnit" && await OwnUnitStops(connection).ConfigureAwait(false);
        var mode = _isPastOrder ? "ignore-dependencies" : "replace";
        switch (await bus.Submit(connection, method, unit, mode, limit).ConfigureAwait(false))
        {
            case UnitReply<string>.Answered job:
                return (new UnitProgress.Asked(job.Value), null);
            case UnitReply<string>.Refused refused:
                return (null, OfRefusal(refused.Name, refused.Text));
            case UnitReply<string>.Lost lost:
                _trouble = lost.Reason;
                return (null, null);
            default:
                return (null, null);
        }
    }

    // systemd may have had the unit loaded before the file was there.
    private async Task<UnitStep.Answer?> LoadDropIn(DbusConnection connection, string path)
    {
        var file = UnitDropIn.PathOf(runFolder, unit);
        if (action != "start" || _last!.DropIns.Contains(file, StringComparer.Ordinal) || !File.Exists(file))
        {
            return null;
        }

        switch (await bus.ReloadFor(connection, unit, path, file, limit).ConfigureAwait(false))
        {
            case UnitReply<string>.Refused refused:
                _note = $"systemd does not read the cluster's addition to {unit}: {refused.Text}";
                break;
            case UnitReply<string>.Lost lost:
                _trouble = lost.Reason;
                break;
        }

        return null;
    }

    // While systemd stops our program, a stop in the order of the units would wait for us, and we for it.
    private async Task<bool> OwnUnitStops(DbusConnection connection) =>
        await bus.Find(connection, UnitDropIn.OwnUnit, limit).ConfigureAwait(false) is UnitReply<string>.Answered own
        && await bus.Read(connection, UnitDropIn.OwnUnit, own.Value, limit).ConfigureAwait(false)
            is UnitReply<UnitState>.Answered { Value.Active: "deactivating" };

    private static UnitProgress AfterSignals(DbusWatch watch, UnitProgress progress)
    {
        while (watch.TryTake(out var signal))
        {
            if (progress is UnitProgress.Asked asked && SystemdBus.JobOf(signal!) is { } ended
                && ended.Job == asked.Job)
            {
                progress = new UnitProgress.Ended(ended.Result);
            }
        }

        return progress;
    }

    private UnitStep.Answer Settle(UnitStep.Answer answer)
    {
        if (action == "stop" && answer.ExitCode == 0)
        {
            UnitDropIn.Remove(runFolder, unit);
        }

        return answer is { ExitCode: 0, Reason: "" } ? answer with { Reason = _note } : answer;
    }

    // Errors that pass by themselves (systemd reads its files again) lead to another try.
    private UnitStep.Answer? OfRefusal(string name, string text)
    {
        switch (name[(name.LastIndexOf('.') + 1)..])
        {
            case "NoReply" or "Timeout" or "TimedOut" or "Disconnected" or "UnknownObject" or "ServiceUnknown"
                or "NameHasNoOwner":
                _trouble = text;
                return null;
            case "NoSuchUnit" or "LoadFailed" or "InvalidName":
                return action == "stop" ? new UnitStep.Answer(0, "") : new UnitStep.Answer(5, text);
            case "UnitMasked":
                return new UnitStep.Answer(5, $"{text} (systemctl unmask {unit})");
            case "AccessDenied" or "InteractiveAuthorizationRequired":
                return new UnitStep.Answer(4, text);
            default:
                return new UnitStep.Answer(1, text);
        }
    }
}
