using System.Globalization;
using Ha.InformationBase;

namespace Ha.Resources.Database;

/// <summary>A list of synchronous standbys as the primary obeys it: any <paramref name="Needed"/> of them.</summary>
public sealed record SyncList(ValueList<string> Voters, int Needed)
{
    /// <summary>Nobody is waited for.</summary>
    public static readonly SyncList None = new([], 0);

    /// <summary>As synchronous_standby_names has it: ANY 1 ("n2","n3").</summary>
    public string Text => Needed == 0 || Voters.IsEmpty
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"ANY {Needed} ({string.Join(',', Voters.Select(name => $"\"{name}\""))})");
}

/// <summary>What is wanted of a list.</summary>
/// <param name="Needed">Standbys that shall have a transaction before it is acknowledged.</param>
/// <param name="GoesOnAlone">With fewer standbys than that the primary promises less instead of waiting, and says
/// so.</param>
public sealed record SyncRule(int Needed, bool GoesOnAlone);

/// <summary>A standby as the primary sees it.</summary>
/// <param name="Node">Its node.</param>
/// <param name="IsStreaming">It streams, and its node is a member.</param>
/// <param name="Flushed">How far it has written the log to disk.</param>
public sealed record StandbySeen(string Node, bool IsStreaming, ulong Flushed);

/// <summary>What a primary knows when it looks after its list.</summary>
/// <param name="Self">The primary.</param>
/// <param name="Rule">What is wanted.</param>
/// <param name="Record">What is committed.</param>
/// <param name="Obeyed">What the server obeys.</param>
/// <param name="ObeyedFrom">Everything from here on in its log was acknowledged under <paramref name="Obeyed"/>; null
/// while the server may not have taken it up yet.</param>
/// <param name="At">How far its log reaches.</param>
/// <param name="Standbys">Who is connected.</param>
public sealed record SyncView(
    string Self, SyncRule Rule, SyncRecord Record, SyncList Obeyed, ulong? ObeyedFrom, ulong At,
    ValueList<StandbySeen> Standbys);

/// <summary>The next step of a list: a closed family.</summary>
public abstract record SyncStep
{
    private SyncStep()
    {
    }

    /// <summary>Nothing is to be done. <paramref name="Note"/> says what is not as it should be; empty for
    /// nothing.</summary>
    public sealed record Rest(string Note) : SyncStep;

    /// <summary>Commit this record first.</summary>
    public sealed record Commit(SyncRecord Record) : SyncStep;

    /// <summary>Let the server obey this list.</summary>
    public sealed record Obey(SyncList List) : SyncStep;
}

/// <summary>Makes the list follow the standbys without ever promising less than the record says: pure. Whatever moment
/// the primary is lost at, each acknowledged transaction is on at least <c>Needed</c> of the record's voters.</summary>
public static class SyncListMachine
{
    /// <summary>The next step.</summary>
    public static SyncStep Next(SyncView view)
    {
        var wanted = Wanted(view);
        var record = view.Record;

        // Before the server waits for others, or for fewer, the record must allow it.
        var wider = SyncRecord.Sorted(record.Voters.Concat(wanted.Voters));
        var fewer = Math.Min(record.Needed, wanted.Needed);
        if (wider != record.Voters || fewer != record.Needed)
        {
            return Write(view, wider, fewer);
        }

        if (view.Obeyed != wanted)
        {
            return new SyncStep.Obey(wanted);
        }

        // Afterwards the record may promise more, once those who count have all that was acknowledged before.
        if (record.Voters != wanted.Voters || record.Needed != wanted.Needed)
        {
            return view.ObeyedFrom is { } from && HaveAll(view, wanted, from)
                ? Write(view, wanted.Voters, wanted.Needed)
                : new SyncStep.Rest("waits for standbys to catch up");
        }

        var connected = view.Standbys.Count(standby => standby.IsStreaming && wanted.Voters.Contains(standby.Node));
        return new SyncStep.Rest(
            wanted.Needed < view.Rule.Needed
                ? $"ACKNOWLEDGES WITH {Copies(wanted.Needed)} INSTEAD OF {view.Rule.Needed}: too few standbys are connected"
                : connected < wanted.Needed
                    ? $"commits wait: {wanted.Needed} of {string.Join(", ", wanted.Voters)} must have them, {connected} connected"
                    : "");
    }

    /// <summary>The list that a server begins with when it is promoted: everybody else, so that no transaction is
    /// acknowledged with fewer copies than before, whoever comes back first.</summary>
    public static SyncList AtPromotion(string self, SyncRecord record, SyncRule rule, ValueList<string> nodes)
    {
        var others = SyncRecord.Sorted(nodes.Concat(record.Voters).Append(record.Primary).Where(node => node != self));
        var needed = rule.GoesOnAlone ? record.Needed : Math.Max(record.Needed, rule.Needed);
        return needed == 0 || others.IsEmpty ? SyncList.None : new SyncList(others, Math.Min(needed, others.Count));
    }

    /// <summary>The record of a promotion. Its voters and its promise stay: what was acknowledged before is where it
    /// was.</summary>
    public static SyncRecord PromotionRecord(string self, SyncRecord record, SyncList list, WalPosition at) =>
        record with
    {
        Serial = record.Serial + 1,
        Primary = self,
        Voters = SyncRecord.Sorted(record.Voters.Concat(list.Voters)),
        Needed = Math.Min(record.Needed, list.Needed),
        Reached = at,
    };

    private static SyncStep.Commit Write(SyncView view, ValueList<string> voters, int needed) => new(view.Record with
    {
        Serial = view.Record.Serial + 1,
        Voters = voters,
        Needed = needed,
        Reached = view.Record.Reached with { Lsn = Math.Max(view.Record.Reached.Lsn, view.At) },
    });

    // Whoever streams and has what was there when the present list was taken up; the old list where those are too few.
    private static SyncList Wanted(SyncView view)
    {
        var present = SyncRecord.Sorted(view.Standbys
            .Where(standby => standby.IsStreaming && standby.Node != view.Self && IsCaughtUp(view, standby))
            .Select(standby => standby.Node));
        if (view.Rule.Needed == 0)
        {
            return new SyncList(present, 0);
        }

        if (present.Count >= view.Rule.Needed)
        {
            return new SyncList(present, view.Rule.Needed);
        }

        if (view.Rule.GoesOnAlone)
        {
            return new SyncList(present, present.Count);
        }

        var names = SyncRecord.Sorted(view.Obeyed.Voters.Concat(present).Where(node => node != view.Self));
        return new SyncList(names, Math.Min(view.Rule.Needed, Math.Max(names.Count, view.Obeyed.Needed)));
    }

    private static bool IsCaughtUp(SyncView view, StandbySeen standby) =>
        standby.Flushed >= (view.ObeyedFrom ?? view.At) || view.Obeyed.Voters.Contains(standby.Node);

    private static bool HaveAll(SyncView view, SyncList wanted, ulong from) => wanted.Voters.All(node =>
        view.Standbys.Any(standby => standby.Node == node && standby.IsStreaming && standby.Flushed >= from));

    private static string Copies(int number) => number == 0 ? "NO COPY" : $"{number}";
}
