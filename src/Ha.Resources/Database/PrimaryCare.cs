using System.Globalization;
using Ha.InformationBase;

namespace Ha.Resources.Database;

/// <summary>Looks after a primary: its list of synchronous standbys, its slots, and that old primaries can be rewound
/// to it.</summary>
internal sealed class PrimaryCare(ServerScene scene)
{
    // All processes of the server have read a new list by then, or are not running at all.
    private static readonly TimeSpan s_takeUpDelay = TimeSpan.FromMilliseconds(300);

    private SyncList? _obeyed;
    private ulong? _obeyedFrom;
    private long _changedAt;
    private Task? _checkpoint;
    private ValueList<string> _slotsFor = [];

    /// <summary>The server was promoted, and obeys this list; null where the program found it so.</summary>
    public void Begin(SyncList? list)
    {
        (_obeyed, _obeyedFrom, _changedAt, _checkpoint, _slotsFor) = (list, null, scene.Time.GetTimestamp(), null, []);
    }

    /// <summary>One round.</summary>
    /// <param name="look">What the server just said.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>What a person should know; empty for nothing.</returns>
    public async Task<string> Step(ServerLook look, CancellationToken cancel)
    {
        await Slots(cancel).ConfigureAwait(false);
        await Ready(cancel).ConfigureAwait(false);
        return await List(look, cancel).ConfigureAwait(false);
    }

    /// <summary>Slots for all other nodes, so that a standby that was away finds the log that it needs.</summary>
    public async Task Slots(CancellationToken cancel)
    {
        var cluster = scene.Facts.Cluster;
        var nodes = cluster.Nodes.Where(node => node != cluster.Self).ToValueList();
        if (nodes == _slotsFor || await scene.Session(cancel).ConfigureAwait(false) is not { } session)
        {
            return;
        }

        var names = string.Join(',', nodes.Select(node => $"'{ServerConfiguration.SlotOf(node)}'"));
        var text = $"select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name like "
            + $"'{ServerConfiguration.SlotPrefix}%' and not active and slot_name not in ({(names.Length > 0 ? names : "''")});";
        text += names.Length == 0 ? "" : " select pg_create_physical_replication_slot(name) from unnest(array["
            + $"{names}]) as name where not exists (select from pg_replication_slots where slot_name = name)";
        await session.Do(text, TimeSpan.FromSeconds(5), cancel).ConfigureAwait(false);
        _slotsFor = nodes;
    }

    // Its control file names the new timeline only after a checkpoint, and pg_rewind goes by that.
    private async Task Ready(CancellationToken cancel)
    {
        var fork = scene.Folder.ForkOf(scene.Folder.LatestTimeline());
        _checkpoint ??= Checkpoint();
        await scene.Facts.SayPrimary(fork, _checkpoint.IsCompletedSuccessfully, cancel).ConfigureAwait(false);
        if (_checkpoint.IsFaulted)
        {
            _checkpoint = null;
        }
    }

    private async Task Checkpoint()
    {
        using var session = await ServerSession.Open(scene.Settings, scene.Account, "ha:postgresql checkpoint").ConfigureAwait(false);
        await session.Do("checkpoint", TimeSpan.FromMinutes(10), CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<string> List(ServerLook look, CancellationToken cancel)
    {
        var (facts, cluster) = (scene.Facts, scene.Facts.Cluster);
        if (facts.Record is not { } record || record.Primary != cluster.Self)
        {
            return "";
        }

        _obeyed ??= Parse(look.SyncNames);
        if (_obeyedFrom is null && look.SyncNames == _obeyed.Text
            && scene.Time.GetElapsedTime(_changedAt) > s_takeUpDelay)
        {
            _obeyedFrom = look.Lsn;
        }

        var members = cluster.Members;
        var view = new SyncView(
            cluster.Self, scene.Settings.Rule, record, _obeyed, _obeyedFrom, look.Lsn,
            look.Standbys
                .Select(standby => new StandbySeen(
                    standby.Name, standby.State == "streaming" && members.Contains(standby.Name), standby.Flushed))
                .ToValueList());
        switch (SyncListMachine.Next(view))
        {
            case SyncStep.Commit commit:
                var error = await facts.Write(record, commit.Record, cancel).ConfigureAwait(false);
                return error.Length > 0 ? $"the list of synchronous standbys could not be committed: {error}" : "";
            case SyncStep.Obey obey:
                scene.Log($"waits for {(obey.List.Text.Length > 0 ? obey.List.Text : "no standby")} from now on");
                scene.Folder.Set(scene.Account, ("synchronous_standby_names", obey.List.Text));
                scene.Reload();
                (_obeyed, _obeyedFrom, _changedAt) = (obey.List, null, scene.Time.GetTimestamp());
                return "";
            case SyncStep.Rest rest:
                await Reached(record, look, cancel).ConfigureAwait(false);
                return rest.Note;
            default:
                return "";
        }
    }

    // Without a promise the bound on loss rests on how far the log was known to reach.
    private async Task Reached(SyncRecord record, ServerLook look, CancellationToken cancel)
    {
        if (record.Needed == 0 && scene.Settings.MaxLoss is { } bound
            && look.Lsn > record.Reached.Lsn + (bound / 2))
        {
            await scene.Facts.Write(
                record,
                record with
                {
                    Serial = record.Serial + 1,
                    Reached = new WalPosition(scene.Folder.LatestTimeline(), look.Lsn),
                },
                cancel).ConfigureAwait(false);
        }
    }

    // ANY 1 ("n2","n3"), as we wrote it before this program was started anew.
    private static SyncList Parse(string text)
    {
        var parts = text.Split(' ', 3);
        return parts is ["ANY", var number, var names]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var needed)
            ? new SyncList(SyncRecord.Sorted(names.Trim('(', ')').Split(',').Select(name => name.Trim('"'))), needed)
            : SyncList.None;
    }
}
