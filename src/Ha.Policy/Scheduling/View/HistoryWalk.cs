using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>A resource's operations on a node, from the oldest to the youngest: which role they leave it in, and what
/// their failures ask for. Source: notes/pacemaker.md d.3.</summary>
internal sealed class HistoryWalk(HistoryReading reading, PolicyResource resource, PolicyNode node)
{
    private HistoryEntry? _lastFailure;

    public PolicyRun Run => reading.Run;

    public PolicyResource Resource => resource;

    public PolicyNode Node => node;

    /// <summary>The worst that the failures so far ask for.</summary>
    public FailureResponse OnFailure { get; private set; } = FailureResponse.Ignore;

    /// <summary>Goes on to the next operation.</summary>
    public void Read(HistoryEntry entry)
    {
        if (entry.Status is OperationStatus.Unknown or OperationStatus.Cancelled
            || entry.Operation is Tasks.Notify or "meta-data")
        {
            return;
        }

        var isMasked = StatusFacts.IsMaskedProbe(entry) && !HistoryOutcome.IsInBundle(resource);
        var isExpired = FailureExpiry.Check(this, entry);
        var judged = Judge(entry, isMasked, isExpired);
        if (isExpired && judged.WasUnexpected)
        {
            // A recurring operation is set up afresh, so that its failure shows again if it is still there.
            if (entry.Interval > TimeSpan.Zero && node is { IsOnline: true, IsUnclean: false })
            {
                Run.ExpiredRecurring.Add(entry);
            }

            // Old or not, what failed to start or stop may be active: in a running cluster no clock says otherwise.
            var isLook = entry.Operation == Tasks.Monitor || !Run.IsLive;
            if (isLook && (entry.Interval == TimeSpan.Zero || node is { IsOnline: true, IsUnclean: false }))
            {
                return;
            }
        }

        if (isMasked && judged.WasUnexpected)
        {
            Succeed(entry, 7, isMasked: true);
            Record(entry);
            Ban(entry);
            return;
        }

        switch (judged.Status)
        {
            case OperationStatus.Pending:
                PendingOperations.Read(resource, node, entry, Run);
                break;
            case OperationStatus.Done:
                Succeed(entry, judged.ExitCode, isMasked);
                break;
            case OperationStatus.NotInstalled:
                Fail(entry, judged, ResponseTo(entry) == FailureResponse.Ignore
                    ? FailureResponse.Ban
                    : ResponseTo(entry));
                Ban(entry);
                break;
            default:
                ReadFailure(entry, judged);
                break;
        }
    }

    private void ReadFailure(HistoryEntry entry, Judgement judged)
    {
        if (judged.Status == OperationStatus.NotConnected && resource is { RemoteNode: not null, IsManaged: true })
        {
            FencingRequests.Fail(resource);
        }

        var response = ResponseTo(entry);
        if (response == FailureResponse.Ignore
            || (response == FailureResponse.RestartContainer && entry.Operation == Tasks.Stop))
        {
            Succeed(entry, judged.Expected, isMasked: false);
            resource.HasFailureIgnored = true;
            Record(entry);
            if (response == FailureResponse.RestartContainer
                && FailureSettings.Severity(OnFailure) <= FailureSettings.Severity(FailureResponse.Restart))
            {
                OnFailure = response;
            }

            return;
        }

        Fail(entry, judged, response);
        if (judged.Status == OperationStatus.HardError)
        {
            Ban(entry);
        }
        else if (judged.Status == OperationStatus.FatalError)
        {
            Ban(entry, isEverywhere: true);
        }
    }

    // What a result of this kind means: agents' exit codes against what was expected.
    private Judgement Judge(HistoryEntry entry, bool isMasked, bool isExpired)
    {
        var isProbe = IsProbe(entry);
        var expected = HistoryOrder.ExpectedOf(entry);
        var exitCode = entry.ExitCode switch
        {
            190 when entry.Operation == Tasks.Monitor => 0,
            191 when entry.Operation == Tasks.Monitor => 8,
            var code => code,
        };
        if (exitCode != entry.ExitCode && !isExpired && (!node.IsShuttingDown || node.IsOnline))
        {
            Record(entry);
        }

        var wasUnexpected = entry.ExitCode != expected;
        if (isMasked)
        {
            return new Judgement(OperationStatus.Done, 7, expected, wasUnexpected);
        }

        if (entry.Status is not (OperationStatus.Done or OperationStatus.Error))
        {
            return new Judgement(entry.Status, exitCode, expected, wasUnexpected);
        }

        var isFailure = expected < 0 ? exitCode != 0 : exitCode != expected;
        var status = isFailure ? OperationStatus.Error : OperationStatus.Done;
        status = exitCode switch
        {
            0 => isProbe && expected == 7 ? OperationStatus.Done : status,
            7 when isProbe || exitCode == expected || !resource.IsManaged => NotRunning(),
            8 or 191 => RunningPromoted(isProbe, isExpired, exitCode == expected, status),
            9 => FailedPromoted(isExpired),
            6 => OperationStatus.FatalError,
            3 when entry.Interval > TimeSpan.Zero => OperationStatus.NotSupported,
            2 or 3 or 4 or 5 => HardError(entry, isExpired),
            7 => status,

            // Recorded simulations "expect" failures: they are failures all the same.
            _ => OperationStatus.Error,
        };
        return new Judgement(status, exitCode, expected, wasUnexpected);
    }

    private OperationStatus NotRunning()
    {
        resource.Role = Role.Stopped;
        OnFailure = FailureResponse.Ignore;
        resource.NextRole = Role.Unknown;
        return OperationStatus.Done;
    }

    private OperationStatus RunningPromoted(bool isProbe, bool isExpired, bool isExpected, OperationStatus status)
    {
        if (!isExpired || isExpected)
        {
            resource.Role = Role.Promoted;
        }

        return isProbe ? OperationStatus.Done : status;
    }

    private OperationStatus FailedPromoted(bool isExpired)
    {
        if (!isExpired)
        {
            resource.Role = Role.Promoted;
        }

        return OperationStatus.Error;
    }

    // A stop that failed for good leaves nothing to try, unless the node can be fenced.
    private OperationStatus HardError(HistoryEntry entry, bool isExpired)
    {
        if (!isExpired && entry.Operation == Tasks.Stop && !Run.CanFence(node))
        {
            resource.IsManaged = false;
            resource.IsBlocked = true;
        }

        return OperationStatus.HardError;
    }

    /// <summary>An operation did what it should: which role that leaves, and which failures it ends.</summary>
    private void Succeed(HistoryEntry entry, int exitCode, bool isMasked)
    {
        var clears = false;
        if (isMasked)
        {
            resource.Role = Role.Stopped;
        }
        else if (exitCode == 7)
        {
            clears = true;
        }
        else
        {
            clears = ReadRole(entry);
        }

        if (!clears)
        {
            return;
        }

        switch (OnFailure)
        {
            case FailureResponse.Stop or FailureResponse.Ban or FailureResponse.Standby or FailureResponse.Fence:
                break;
            case FailureResponse.ResetRemote when resource.RemoteReconnectMs > 0:
                break;
            default:
                OnFailure = FailureResponse.Ignore;
                resource.NextRole = Role.Unknown;
                break;
        }
    }

    private bool ReadRole(HistoryEntry entry)
    {
        switch (entry.Operation)
        {
            case Tasks.Monitor:
                SetActive();
                return _lastFailure is { } failure && KeyOf(failure) == KeyOf(entry);
            case Tasks.Start or Tasks.MigrateFrom:
                resource.Role = Role.Started;
                return true;
            case Tasks.Stop:
                resource.Role = Role.Stopped;
                return true;
            case Tasks.Promote:
                resource.Role = Role.Promoted;
                return true;
            case Tasks.Demote:
                resource.Role = Role.Unpromoted;
                return OnFailure == FailureResponse.Demote;
            case Tasks.MigrateTo:
                MigrationHistory.ReadSuccess(this, entry);
                return false;
            default:
                SetActive();
                return false;
        }
    }

    private void Fail(HistoryEntry entry, Judgement judged, FailureResponse response)
    {
        _lastFailure = entry;
        Record(entry);
        if (FailureSettings.Severity(OnFailure) < FailureSettings.Severity(response))
        {
            OnFailure = response;
        }

        switch (entry.Operation)
        {
            case Tasks.Stop:
                Bans.Add(
                    Run, resource, node, Cause.StopFailedBlocked,
                    Run.Reasons is null ? "" : FailureTexts.What(entry), entry.Origin);
                break;
            case Tasks.MigrateTo:
                MigrationHistory.ReadFailureTo(this, entry);
                break;
            case Tasks.MigrateFrom:
                MigrationHistory.ReadFailureFrom(this, entry);
                break;
            case Tasks.Promote:
                resource.Role = Role.Promoted;
                break;
            case Tasks.Demote when response == FailureResponse.Block:
                resource.Role = Role.Promoted;
                resource.NextRole = Role.Stopped;
                resource.NextRoleReason = "demote with on-fail=block";
                break;
            case Tasks.Demote:
                // Promoted it may still be; but to say so would demote it for ever. It is stopped anyway.
                resource.Role = judged.ExitCode == 7 ? Role.Stopped : Role.Unpromoted;
                break;
        }

        if (IsProbe(entry) && judged.ExitCode == 5)
        {
            resource.Role = Role.Stopped;
        }
        else
        {
            SetActive();
        }

        if (response == FailureResponse.Stop
            || (response == FailureResponse.ResetRemote && resource.RemoteReconnectMs > 0))
        {
            var text = response == FailureResponse.Stop
                ? $"its {entry.Operation} failed on {node.Name} and on-fail is stop"
                : $"its {entry.Operation} failed on {node.Name}, and it is not connected again yet";
            Bans.Add(Run, BannedPart(), null, Cause.OnFailStop, text, entry.Origin);
        }
    }

    // A failure that would come again.
    private void Ban(HistoryEntry entry, bool isEverywhere = false)
    {
        var (code, text) = FailureTexts.Ban(entry);
        Bans.Add(Run, BannedPart(), isEverywhere ? null : node, code, text, entry.Origin);
    }

    // At least started, so that it is stopped before anything else.
    private void SetActive()
    {
        if (resource.Role < Role.Started)
        {
            resource.Role = resource.Top().IsPromotable ? Role.Unpromoted : Role.Started;
        }
    }

    private FailureResponse ResponseTo(HistoryEntry entry) =>
        FailureSettings.Of(Run, resource, entry.Operation, entry.Interval);

    // Instances of an anonymous clone are alike: what bans one bans all.
    private PolicyResource BannedPart() => resource.IsGloballyUnique ? resource : resource.Top();

    private void Record(HistoryEntry entry)
    {
        foreach (var failure in Run.Failures)
        {
            if (failure.Node == node && KeyOf(failure.Entry) == KeyOf(entry)
                && failure.ResourceId == resource.HistoryId)
            {
                return;
            }
        }

        Run.Failures.Add(new FailedOperation(node, resource, resource.HistoryId, entry));
    }

    // Very old entries have the key for their id.
    private static string KeyOf(HistoryEntry entry) =>
        entry.OperationKey.Length > 0 ? entry.OperationKey : entry.Id;

    private static bool IsProbe(HistoryEntry entry) =>
        entry.Operation == Tasks.Monitor && entry.Interval == TimeSpan.Zero;

    private readonly record struct Judgement(OperationStatus Status, int ExitCode, int Expected, bool WasUnexpected);
}
