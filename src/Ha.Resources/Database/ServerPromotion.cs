using Ha.InformationBase;

namespace Ha.Resources.Database;

/// <summary>Carries out a promotion: asks everybody how far they are, gets what it lacks, commits the record, and only
/// then lets the server accept writes.</summary>
internal sealed class ServerPromotion(ServerScene scene)
{
    // Together well within the time for which those who answer keep away from the old primary.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_fetchTimeout = TimeSpan.FromSeconds(10);

    // A standby that lost its primary a moment ago may sleep before it looks for the request: it is woken.
    private static readonly TimeSpan s_pokeDelay = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(3);

    private long _questions;

    /// <summary>Promotes.</summary>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The list that the server obeys, or why it was not promoted.</returns>
    public async Task<(SyncList? List, string Error)> Run(TimeSpan limit, CancellationToken cancel)
    {
        var facts = scene.Facts;
        var (allowed, error) = await Allowed(cancel).ConfigureAwait(false);
        if (!allowed)
        {
            return (null, error);
        }

        if (await scene.Report(cancel).ConfigureAwait(false) is not { } own)
        {
            return (null, "the server does not answer");
        }

        var self = facts.Cluster.Self;
        var seen = facts.Record;
        var record = seen ?? new SyncRecord(0, own.SystemId, self, [], scene.Settings.Rule.Needed, own.Position);
        var list = SyncListMachine.AtPromotion(self, record, scene.Settings.Rule, facts.Cluster.Nodes);
        error = await facts.Write(
            seen, SyncListMachine.PromotionRecord(self, record, list, own.Position), cancel).ConfigureAwait(false);
        if (error.Length > 0)
        {
            return (null, $"the promotion could not be committed: {error}");
        }

        // From its first moment on the primary waits for standbys.
        scene.Folder.Set(scene.Account, ("synchronous_standby_names", list.Text));
        scene.Reload();
        error = await Promote(list, limit, cancel).ConfigureAwait(false);
        await facts.Ask(null, cancel).ConfigureAwait(false);
        return error.Length == 0 ? (list, "") : (null, error);
    }

    private async Task<(bool Allowed, string Error)> Allowed(CancellationToken cancel)
    {
        var (facts, cluster) = (scene.Facts, scene.Facts.Cluster);
        var began = scene.Time.GetTimestamp();
        var question = InstanceFacts.QuestionOf(
            cluster.Self, scene.Time.GetUtcNow().ToUnixTimeMilliseconds(), _questions++, facts.Record?.Primary);
        var isAsked = false;
        var last = "";
        while (scene.Time.GetElapsedTime(began) < s_patience)
        {
            var next = cluster.NextChange(cancel);
            if (await scene.Report(cancel).ConfigureAwait(false) is not { } own)
            {
                return (false, "the server does not answer");
            }

            var answer = PromotionChecks.May(new PromotionView(
                cluster.Self, facts.Record, own, facts.Reports(question), cluster.Members, scene.Settings.MaxLoss,
                facts.AcceptedLoss));
            switch (answer)
            {
                case PromotionAnswer.Yes yes:
                    scene.Log($"may be promoted: {yes.Reason}");
                    return (true, "");
                case PromotionAnswer.After after:
                    if (await Fetch(after, cancel).ConfigureAwait(false) is { Length: > 0 } error)
                    {
                        return (false, error);
                    }

                    continue;
                case PromotionAnswer.No no:
                    last = $"{no.Reason}; {no.Next}";
                    break;
            }

            if (!isAsked)
            {
                // Whoever answers lets go of the old primary first, and so do we.
                isAsked = true;
                if (!await scene.LetGo(cancel).ConfigureAwait(false))
                {
                    return (false, "the server does not let go of its primary");
                }

                if (await facts.Ask(question, cancel).ConfigureAwait(false) is { Length: > 0 } refused)
                {
                    return (false, refused);
                }

                continue;
            }

            await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(100), scene.Time,
                cancel)).ConfigureAwait(false);
        }

        return (false, last);
    }

    // From another standby: nobody is primary, and what it has may be acknowledged.
    private async Task<string> Fetch(PromotionAnswer.After after, CancellationToken cancel)
    {
        var cluster = scene.Facts.Cluster;
        scene.Log($"fetches what {after.Node} has more, up to {after.Position}");
        scene.Folder.Set(
            scene.Account,
            ("primary_conninfo", ServerConfiguration.ConnectionInfo(
                scene.Settings, cluster.Self, cluster.AddressOf(after.Node))),
            ("primary_slot_name", null));
        scene.Reload();
        var began = scene.Time.GetTimestamp();
        while (scene.Time.GetElapsedTime(began) < s_fetchTimeout)
        {
            if (await scene.Report(cancel).ConfigureAwait(false) is { } own && own.Position >= after.Position)
            {
                return "";
            }

            await Task.Delay(s_pollInterval, scene.Time, cancel).ConfigureAwait(false);
        }

        return $"{after.Node} has more of the log ({after.Position}), and does not give it";
    }

    private async Task<string> Promote(SyncList list, TimeSpan limit, CancellationToken cancel)
    {
        if (await scene.Session(cancel).ConfigureAwait(false) is not { } session)
        {
            return "the server does not answer";
        }

        try
        {
            // The list must stand before the first client can write.
            var text = list.Text.Replace("'", "''", StringComparison.Ordinal);
            var began = scene.Time.GetTimestamp();
            while (!await session.Is($"select current_setting('synchronous_standby_names') = '{text}'", cancel).ConfigureAwait(false))
            {
                if (scene.Time.GetElapsedTime(began) > limit / 4)
                {
                    return "the server does not take up its list of synchronous standbys";
                }

                await Task.Delay(s_pollInterval, scene.Time, cancel).ConfigureAwait(false);
            }

            if (await session.Is("select pg_is_in_recovery()", cancel).ConfigureAwait(false))
            {
                await session.Do("select pg_promote(false)", limit, cancel).ConfigureAwait(false);
            }

            began = scene.Time.GetTimestamp();
            var poke = s_pokeDelay;
            while (await session.Is("select pg_is_in_recovery()", cancel).ConfigureAwait(false))
            {
                var waited = scene.Time.GetElapsedTime(began);
                if (waited > limit)
                {
                    return $"the server is not primary after {limit.TotalSeconds:0} s";
                }

                if (waited > poke)
                {
                    scene.Reload();
                    poke = waited + (2 * s_pokeDelay);
                }

                await Task.Delay(s_pollInterval, scene.Time, cancel).ConfigureAwait(false);
            }

            return "";
        }
        catch (Exception e) when (ServerScene.IsExpected(e))
        {
            return SafeText.Of($"the server went away during its promotion: {e.Message}");
        }
    }
}
