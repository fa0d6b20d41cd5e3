using Ha.InformationBase;

namespace Ha.Resources.Database;

/// <summary>What the policy engine wants of a server.</summary>
internal enum ServerRole
{
    /// <summary>It shall not run.</summary>
    Stopped,

    /// <summary>It shall follow.</summary>
    Standby,

    /// <summary>It shall accept writes.</summary>
    Primary,
}

/// <summary>One resource on this host: does what the policy engine wants, and between its orders keeps the server in
/// that state, answers other nodes, and watches the process and an open connection.</summary>
internal sealed class PostgresInstance : IDisposable
{
    private const int Ok = 0;
    private const int Failed = 1;
    private const int NotRunning = 7;
    private const int IsPrimary = 8;
    private const int PrimaryFailed = 9;
    private const int Degraded = 190;

    private static readonly TimeSpan s_lookInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_readyInterval = TimeSpan.FromMilliseconds(10);
    // A server that was just begun has no lock file yet.
    private static readonly TimeSpan s_appearTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_tellTimeout = TimeSpan.FromSeconds(2);

    private readonly ServerScene _scene;
    private readonly StandbyJoin _join;
    private readonly PrimaryCare _care;
    private readonly ServerPromotion _promotion;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private CancellationTokenSource _job = new();
    private volatile ServerRole _wanted = ServerRole.Stopped;
    private volatile string _failure = "";
    private long _lookedAt;

    public PostgresInstance(ServerScene scene)
    {
        _scene = scene;
        (_join, _care, _promotion) = (new StandbyJoin(scene), new PrimaryCare(scene), new ServerPromotion(scene));
        _ = Task.Run(() => Watch(_end.Token));
    }

    public ServerScene Scene => _scene;

    /// <summary>Starts the server as a standby, or begins to make it one: an old primary may have to wait for the new
    /// one, and the new one must not wait for it.</summary>
    public async Task<(int Code, string Reason)> Start(TimeSpan limit, CancellationToken cancel)
    {
        if (_scene.Programs.Missing() is { Length: > 0 } missing)
        {
            return (5, missing);
        }

        if (_scene.Folder.HasData && _scene.Folder.Control() is (null, var unreadable))
        {
            return (5, unreadable);
        }

        using var turn = await Turn(cancel).ConfigureAwait(false);
        if (_scene.Process.Find() && await _scene.Look(cancel).ConfigureAwait(false) is { IsPrimary: true }
            && !await _scene.End(limit / 2).ConfigureAwait(false))
        {
            return (Failed, "a primary runs here, and cannot be ended");
        }

        _failure = "";
        _join.Begin();
        _wanted = ServerRole.Standby;
        var step = _join.Plan();
        if (step == JoinStep.Refuse)
        {
            await _join.Step(cancel).ConfigureAwait(false);
            return (5, _join.Trouble);
        }

        if (step == JoinStep.Start && !_scene.Process.IsAlive()
            && await _join.Step(cancel).ConfigureAwait(false) is { Length: > 0 } error)
        {
            return (Failed, error);
        }

        // What is rewound, cloned or waits goes on beside us; a server that starts is waited for.
        var began = _scene.Time.GetTimestamp();
        while (step == JoinStep.Start && await _scene.Look(cancel).ConfigureAwait(false) is null)
        {
            if (!_scene.Process.Find() && _scene.Time.GetElapsedTime(began) > s_appearTimeout)
            {
                return (Failed, $"the server ended as it started: {_scene.Folder.LastWords()}");
            }

            // A long recovery goes on, and is seen by the monitor.
            if (_scene.Time.GetElapsedTime(began) > limit / 2)
            {
                return (Ok, "");
            }

            await Task.Delay(s_readyInterval, _scene.Time, cancel).ConfigureAwait(false);
        }

        await Round(cancel).ConfigureAwait(false);
        return (Ok, "");
    }

    /// <summary>Ends it.</summary>
    public async Task<(int Code, string Reason)> Stop(TimeSpan limit)
    {
        var (_, error) = await Lower(ServerRole.Stopped, limit).ConfigureAwait(false);
        return error.Length == 0 ? (Ok, "") : (Failed, error);
    }

    /// <summary>Makes a standby of a primary. It is one for others as soon as it is stopped.</summary>
    public async Task<(int Code, string Reason)> Demote(TimeSpan limit)
    {
        var isPrimary = _wanted == ServerRole.Primary || _scene.Last is { IsPrimary: true } || !_scene.Process.Find();
        if (!isPrimary)
        {
            return (Ok, "");
        }

        _join.Begin();
        var (_, error) = await Lower(ServerRole.Standby, limit).ConfigureAwait(false);
        return error.Length == 0 ? (Ok, "") : (Failed, error);
    }

    /// <summary>Makes it primary.</summary>
    public async Task<(int Code, string Reason)> Promote(TimeSpan limit, CancellationToken cancel)
    {
        using var turn = await Turn(cancel).ConfigureAwait(false);
        if (_scene.Last is { IsPrimary: true } && _wanted == ServerRole.Primary && _scene.Process.IsAlive())
        {
            return (Ok, "");
        }

        if (!_scene.Process.Find())
        {
            return (Failed, _join.Trouble.Length > 0 ? _join.Trouble : "the server does not run yet");
        }

        var (list, error) = await _promotion.Run(limit / 2, cancel).ConfigureAwait(false);
        if (list is null)
        {
            _scene.Log($"is not promoted: {error}");
            return (Failed, error);
        }

        _wanted = ServerRole.Primary;
        _failure = "";
        _care.Begin(list);
        await _scene.Look(cancel).ConfigureAwait(false);
        return (Ok, "");
    }

    /// <summary>How it is: what the watch knows, and whether the process is there. Costs microseconds.</summary>
    public async Task<(int Code, string Reason)> Monitor(CancellationToken cancel)
    {
        if (_scene.Process.IsAlive() || _scene.Process.Find())
        {
            if (_wanted == ServerRole.Stopped)
            {
                await Adopt(cancel).ConfigureAwait(false);
            }

            return _failure.Length > 0
                ? (_wanted == ServerRole.Primary ? PrimaryFailed : Failed, _failure)
                : _scene.Silence > _scene.Settings.SilenceTimeout && _scene.Last is not null
                ? (_wanted == ServerRole.Primary ? PrimaryFailed : Failed,
                    $"the server has not answered for {_scene.Silence.TotalSeconds:0.0} s")
                : _scene.Last is { IsPrimary: true } && _wanted == ServerRole.Primary ? (IsPrimary, "")
                : _join.Trouble.Length > 0 ? (Degraded, _join.Trouble) : (Ok, "");
        }

        if (_wanted == ServerRole.Standby && _failure.Length == 0)
        {
            return _join.Trouble.Length > 0 || _scene.Last is null
                ? (Degraded, _join.Trouble.Length > 0 ? _join.Trouble : "is on its way to follow")
                : (NotRunning, "the server ended");
        }

        if (_wanted == ServerRole.Primary)
        {
            // Others shall be preferred before the cluster plans.
            _scene.Log("the server's process is gone");
            await Lower(ServerRole.Stopped, TimeSpan.FromSeconds(5)).ConfigureAwait(false);
        }

        _wanted = ServerRole.Stopped;
        return (NotRunning, _failure);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _job.Cancel();
        _scene.Dispose();
    }

    private async Task Adopt(CancellationToken cancel)
    {
        using var turn = await Turn(cancel).ConfigureAwait(false);
        if (_wanted != ServerRole.Stopped || await _scene.Look(cancel).ConfigureAwait(false) is not { } look)
        {
            return;
        }

        _scene.Log(look.IsPrimary ? "finds a primary that runs" : "finds a standby that runs");
        _join.Begin();
        _care.Begin(null);
        _wanted = look.IsPrimary ? ServerRole.Primary : ServerRole.Standby;
    }

    private async Task<(bool Done, string Error)> Lower(ServerRole role, TimeSpan limit)
    {
        await _job.CancelAsync().ConfigureAwait(false);
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _job = new CancellationTokenSource();
            _wanted = role;
            using var patience = new CancellationTokenSource(s_tellTimeout, _scene.Time);
            var told = Task.WhenAll(
                Quiet(() => _scene.Facts.Score(null, patience.Token)),
                Quiet(() => _scene.Facts.SayNoPrimary(patience.Token)));
            var isGone = await _scene.End(limit * 0.8).ConfigureAwait(false);
            await told.ConfigureAwait(false);
            return isGone ? (true, "") : (false, "a process of the server cannot be ended");
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task Watch(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                var next = _scene.Facts.Cluster.NextChange(end);
                using (await Turn(end).ConfigureAwait(false))
                {
                    using var both = CancellationTokenSource.CreateLinkedTokenSource(end, _job.Token);
                    await Round(both.Token).ConfigureAwait(false);
                }

                await Task.WhenAny(next, Task.Delay(s_lookInterval, _scene.Time, end)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException || ServerScene.IsExpected(e)
                || e is UnauthorizedAccessException)
            {
                if (e is not OperationCanceledException)
                {
                    _scene.Log(SafeText.Of(e.Message));
                }

                await Quiet(() => Task.Delay(s_lookInterval, _scene.Time, end)).ConfigureAwait(false);
            }
        }
    }

    private async Task Round(CancellationToken cancel)
    {
        if (!_scene.Facts.Cluster.IsActive)
        {
            return;
        }

        await AnswerQuestions(cancel).ConfigureAwait(false);
        if (_wanted == ServerRole.Stopped || _scene.Time.GetElapsedTime(_lookedAt) < s_lookInterval / 2)
        {
            return;
        }

        _lookedAt = _scene.Time.GetTimestamp();
        if (!_scene.Process.Find())
        {
            if (_wanted == ServerRole.Standby && _failure.Length == 0
                && (_scene.Last is null || _join.Trouble.Length > 0))
            {
                await _join.Step(cancel).ConfigureAwait(false);
            }

            return;
        }

        if (await _scene.Look(cancel).ConfigureAwait(false) is { } look)
        {
            await Keep(look, cancel).ConfigureAwait(false);
        }
    }

    private async Task Keep(ServerLook look, CancellationToken cancel)
    {
        var (facts, self) = (_scene.Facts, _scene.Facts.Cluster.Self);
        if (_wanted == ServerRole.Primary)
        {
            if (facts.Record is { } record && record.Primary != self)
            {
                // Somebody else was promoted while we did not look: nothing more may be written here.
                _scene.Log($"{record.Primary} was promoted meanwhile: this server is killed");
                await _scene.Process.KillAll(_scene.Time, TimeSpan.FromSeconds(5)).ConfigureAwait(false);
                return;
            }

            _failure = look.IsPrimary ? "" : "the server is no primary any more";
            var note = await _care.Step(look, cancel).ConfigureAwait(false);
            await facts.Note(note, cancel).ConfigureAwait(false);
        }
        else if (look.IsPrimary)
        {
            _failure = "the server accepts writes, and nobody promoted it";
        }
        else if (await _join.Follow(look, cancel).ConfigureAwait(false))
        {
            return;
        }

        var own = new WalPosition(_scene.Folder.LatestTimeline(), look.Lsn);
        var known = ValueMap<string>.Of(facts.Reports(null).Select(report =>
            new KeyValuePair<string, string>(report.Node, report.Position.ToString())));
        var state = _wanted == ServerRole.Primary ? ServerState.Primary : ServerState.Standby;
        await facts.Score(
            _failure.Length > 0 ? null
                : PromotionScoreMachine.Of(new ScoreView(self, state, facts.Record, own, known)),
            cancel).ConfigureAwait(false);
        if (facts.Record is null && _answered.Add("first"))
        {
            await facts.Answer("first", new DataReport(self, look.SystemId, own, !look.IsPrimary), cancel).ConfigureAwait(false);
        }
    }

    private async Task AnswerQuestions(CancellationToken cancel)
    {
        foreach (var question in _scene.Facts.Questions.Where(question => !_answered.Contains(question)).ToList())
        {
            _scene.Process.Find();
            if (await _scene.LetGo(cancel).ConfigureAwait(false)
                && await _scene.Report(cancel).ConfigureAwait(false) is { } own
                && (await _scene.Facts.Answer(question, own, cancel).ConfigureAwait(false)).Length == 0)
            {
                _answered.Add(question);
            }
        }
    }

    private async Task<IDisposable> Turn(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        return new End(_gate);
    }

    private static async Task Quiet(Func<Task> act)
    {
        try
        {
            await act().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Its time was over; what it was to tell is told again.
        }
    }

    private sealed class End(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
