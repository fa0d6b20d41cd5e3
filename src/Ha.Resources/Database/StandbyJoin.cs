using Ha.InformationBase;

namespace Ha.Resources.Database;

/// <summary>Brings a server to where it follows the primary, and keeps it there.</summary>
internal sealed class StandbyJoin(ServerScene scene)
{
    private static readonly TimeSpan s_asideAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_jobTimeout = TimeSpan.FromHours(12);
    private static readonly TimeSpan s_retryInterval = TimeSpan.FromSeconds(5);

    private long _streamedAt;
    private long _failedAt;
    private bool _rewindFailed;
    private bool _isAside;
    private bool _slotsDropped;
    private int _rewinds;
    private string? _pointed = "";
    private (string?, long)? _promise;

    /// <summary>A fresh beginning.</summary>
    public void Begin()
    {
        (_streamedAt, _failedAt, _rewindFailed, _isAside, _slotsDropped, _rewinds) =
            (scene.Time.GetTimestamp(), 0, false, false, false, 0);
    }

    /// <summary>What stands in its way; empty for nothing.</summary>
    public string Trouble { get; private set; } = "";

    /// <summary>What would be done now.</summary>
    public JoinStep Plan()
    {
        var record = scene.Facts.Record;
        var control = scene.Folder.Control().Control;
        var primary = record is null ? null : scene.Facts.PrimaryAt(record.Primary);
        var state = scene.Folder.State();
        ulong? fork = primary is { } up && up.Fork > 0 ? up.Fork : null;
        return JoinMachine.Next(new JoinView(
            scene.Facts.Cluster.Self, record, state, control?.SystemId ?? 0,
            new WalPosition(control?.Timeline ?? 0, control?.Checkpoint ?? 0),
            IsPrimaryUp: primary is not null, fork, _rewindFailed, _isAside));
    }

    /// <summary>One round: starts, rewinds or clones a server that does not run.</summary>
    /// <returns>Empty, or why it could not be done.</returns>
    public async Task<string> Step(CancellationToken cancel)
    {
        if (_failedAt != 0 && scene.Time.GetElapsedTime(_failedAt) < s_retryInterval)
        {
            return Trouble;
        }

        var address = scene.Facts.Record is { } record ? scene.Facts.Cluster.AddressOf(record.Primary) : "";
        var step = Plan();
        Trouble = step switch
        {
            JoinStep.Start => await Start(cancel).ConfigureAwait(false),
            JoinStep.Rewind => await Rewind(address, cancel).ConfigureAwait(false),
            JoinStep.Clone => await Clone(address, cancel).ConfigureAwait(false),
            JoinStep.Wait => "waits for a primary",
            _ => $"its data has another system identifier than the cluster's; empty {scene.Settings.Data} to have it cloned",
        };
        _failedAt = Trouble.Length > 0 && step != JoinStep.Wait ? scene.Time.GetTimestamp() : 0;
        return Trouble;
    }

    /// <summary>One round of a standby that runs: it follows whoever is primary.</summary>
    /// <returns>True when it cannot follow with its data, and was stopped.</returns>
    public async Task<bool> Follow(ServerLook look, CancellationToken cancel)
    {
        var (facts, self) = (scene.Facts, scene.Facts.Cluster.Self);
        if (!_slotsDropped && await scene.Session(cancel).ConfigureAwait(false) is { } session)
        {
            // Slots of the time when it was primary would keep its log for ever.
            await session.Do(
                "select pg_drop_replication_slot(slot_name) from pg_replication_slots where not active and slot_name like "
                + $"'{ServerConfiguration.SlotPrefix}%'",
                TimeSpan.FromSeconds(5), cancel).ConfigureAwait(false);
            _slotsDropped = true;
        }

        if (scene.IsPromised)
        {
            _streamedAt = scene.Time.GetTimestamp();
            return false;
        }

        Point();
        if (look.IsStreaming)
        {
            (_isAside, _rewindFailed, _rewinds, Trouble) = (false, false, 0, "");
        }

        if (look.IsStreaming || facts.Record is not { } record || record.Primary == self)
        {
            _streamedAt = scene.Time.GetTimestamp();
            return false;
        }

        if (facts.PrimaryAt(record.Primary) is not { IsReady: true })
        {
            _streamedAt = scene.Time.GetTimestamp();
            return false;
        }

        if (scene.Time.GetElapsedTime(_streamedAt) < s_asideAfter)
        {
            return false;
        }

        scene.Log("cannot follow the primary with its data: it will be rewound, or cloned");
        Trouble = "does not stream from the primary";
        _isAside = true;
        _rewindFailed = _rewinds > 0;
        if (scene.Settings.Rejoin == "none")
        {
            return false;
        }

        await scene.End(TimeSpan.FromSeconds(30)).ConfigureAwait(false);
        return true;
    }

    /// <summary>Lets the server look for the present primary.</summary>
    public void Point()
    {
        if (_promise != scene.Promise)
        {
            (_promise, _pointed) = (scene.Promise, "");
        }

        var (facts, self) = (scene.Facts, scene.Facts.Cluster.Self);
        var primary = facts.Record?.Primary;
        scene.Folder.Set(
            scene.Account,
            ("primary_conninfo", primary is null || primary == self ? ""
                : ServerConfiguration.ConnectionInfo(scene.Settings, self, facts.Cluster.AddressOf(primary))),
            ("primary_slot_name", ServerConfiguration.SlotOf(self)),
            // Here and not on the command line: pg_rewind starts the server itself, and wants to find it so.
            ("wal_log_hints", "on"));
        if (_pointed != primary)
        {
            _pointed = primary;
            scene.Reload();
        }
    }

    private async Task<string> Start(CancellationToken cancel)
    {
        scene.Process.RemoveStaleLocks(scene.Settings.SocketFolder, scene.Settings.Port);
        scene.Folder.MarkStandby(scene.Account);
        _pointed = scene.Facts.Record?.Primary;
        Point();
        var error = await scene.Programs.Start(cancel).ConfigureAwait(false);
        scene.Forget();
        _streamedAt = scene.Time.GetTimestamp();
        return error;
    }

    private async Task<string> Rewind(string address, CancellationToken cancel)
    {
        if (scene.Settings.Rejoin == "none")
        {
            return "it was primary, and its data may have rows that nobody else has; rewind or clone it by hand (rejoin = none)";
        }

        if (scene.Facts.PrimaryAt(scene.Facts.Record!.Primary) is not { IsReady: true })
        {
            return "waits for the primary's first checkpoint";
        }

        scene.Process.RemoveStaleLocks(scene.Settings.SocketFolder, scene.Settings.Port);
        scene.Log($"rewinds its data to where {scene.Facts.Record.Primary} is");
        _rewinds++;
        var error = await scene.Programs.Rewind(address, s_jobTimeout, cancel).ConfigureAwait(false);
        _rewindFailed = error.Length > 0;
        if (_rewindFailed)
        {
            scene.Log(error);
            return error;
        }

        _isAside = false;
        scene.Folder.MarkStandby(scene.Account);
        return await Start(cancel).ConfigureAwait(false);
    }

    private async Task<string> Clone(string address, CancellationToken cancel)
    {
        if (scene.Settings.Rejoin != "clone" && scene.Folder.HasData)
        {
            return $"its data cannot be rewound; empty {scene.Settings.Data} to have it cloned (rejoin = {scene.Settings.Rejoin})";
        }

        scene.Log($"takes a fresh copy of {scene.Facts.Record!.Primary}");
        var error = await scene.Programs.Clone(address, s_jobTimeout, cancel).ConfigureAwait(false);
        if (error.Length > 0)
        {
            scene.Log(error);
            return error;
        }

        (_isAside, _rewindFailed) = (false, false);
        return await Start(cancel).ConfigureAwait(false);
    }
}
