using System.CommandLine;
using System.Globalization;
using Ha.InformationBase;
using Ha.Node.Api;
using Ha.Node.Views;

namespace Ha.Node.Commands;

/// <summary>How every change goes: look, check names, show what would happen, refuse what was not named, send, wait.
/// </summary>
internal static class ChangeRun
{
    private static readonly TimeSpan s_defaultWait = TimeSpan.FromSeconds(60);

    /// <summary>Carries a change out, or shows what it would do.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="flags">The options of all changes.</param>
    /// <param name="cancel">Ctrl-C.</param>
    /// <param name="named">Resources that the command names: others may not stop or move without --allow or --yes;
    /// null where
    /// the command is about a whole node.</param>
    /// <param name="check">An error about names; null when they are right.</param>
    /// <param name="make">The change, from the reason and the time.</param>
    public static async Task<int> Submit(
        ParseResult parsed, ChangeFlags flags, CancellationToken cancel, IReadOnlyList<string>? named,
        Func<Cib, string?> check, Func<string, long, CibChange> make)
    {
        var call = CommandTree.InvocationOf(parsed);
        using var client = call.ConnectForChange();
        var answer = await client.Get("v1/cib", ReplyJson.Default.CibReply, cancel).ConfigureAwait(false);
        if (answer.Value is not { } state)
        {
            return call.Fail(answer.Error!);
        }

        if (!CibCodec.TryDecode(state.Cib, out Cib? cib, out var error))
        {
            return call.Fail(ExitCode.Failed, $"the node's state cannot be read: {error}");
        }

#pragma warning disable RS0030 // The command line's time is the time of day.
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
#pragma warning restore RS0030
        if (check(cib!) is { } mistake)
        {
            return call.Fail(ExitCode.NoSuchObject, mistake);
        }

        var change = make(parsed.GetValue(flags.Reason) ?? "", now);
        return await Send(call, client, parsed, flags, state, cib!, change, named, now, cancel).ConfigureAwait(false);
    }

    /// <summary>The part after the change is made: shared with apply.</summary>
    public static async Task<int> Send(
        Invocation call, NodeClient client, ParseResult parsed, ChangeFlags flags, CibReply state, Cib cib,
            CibChange change,
        IReadOnlyList<string>? named, long now, CancellationToken cancel)
    {
        if (NoMajority(state, change) is { } alone)
        {
            return call.Fail(ExitCode.NoQuorum, alone);
        }

        // Without an epoch what is known of others is old: a person who vouches for one knows better.
        var preview = PreviewView.Of(cib, change, now);
        if (preview.Refusal.Length > 0 && (state.Active || change is not CibChange.ConfirmOff))
        {
            return call.Fail(
                change is CibChange.SetConfiguration { ExpectedRevision: { } expected } && expected != cib.Revision
                    ? ExitCode.RevisionMoved
                    : change is CibChange.ConfirmOff or CibChange.SetConfiguration ? ExitCode.Refused
                    : ExitCode.Failed,
                preview.Refusal);
        }

        if (parsed.GetValue(flags.DryRun))
        {
            call.Print(preview.Reply, ReplyJson.Default.PlanReply, PreviewText.Of);
            return ExitCode.Ok;
        }

        var allowed = named?.Concat(parsed.GetValue(flags.Allow) ?? []).ToHashSet(StringComparer.Ordinal);
        if (allowed is not null && !parsed.GetValue(flags.Yes)
            && preview.Disturbed(allowed) is { Count: > 0 } disturbed)
        {
            return call.Fail(
                ExitCode.Refused,
                $"refused, since only what a command names may stop or move: {string.Join(", ", disturbed.Select(id => Named(cib, id)))}; "
                + $"look with --dry-run, then add --allow {string.Join(' ', disturbed)}, or --yes");
        }

        if (!parsed.GetValue(flags.Yes) && ReachView.CannotBe(cib, change, now) is { } reason)
        {
            return call.Fail(ExitCode.CannotBeReached, $"{reason}; to ask for it all the same: --yes");
        }

        var sent = await client.Post("v1/change", CibCodec.Encode(change), ReplyJson.Default.ChangeReply, cancel)
            .ConfigureAwait(false);
        if (sent.Value is not { } reply)
        {
            return call.Fail(sent.Error!);
        }

        if (reply.Outcome != "ok")
        {
            return call.Fail(
                reply.Outcome == "unknown" ? ExitCode.TimedOut
                : change is CibChange.ConfirmOff ? ExitCode.Refused
                : !state.Active ? state.Quorate ? ExitCode.NoCoordinator : ExitCode.NoQuorum
                : reply.Text.Contains("revision", StringComparison.Ordinal) ? ExitCode.RevisionMoved
                : ExitCode.Failed,
                reply.Text);
        }

        var wants = (parsed.GetResult(flags.Wait) is not null || call.Interactive) && !parsed.GetValue(flags.NoWait);
        return await Report(
            call, reply, wants ? Arguments.Duration(parsed.GetValue(flags.Wait)) ?? s_defaultWait : null, cancel)
            .ConfigureAwait(false);
    }

    // One object for programs, when all is known; for people each part when it is known.
    private static async Task<int> Report(
        Invocation call, ChangeReply reply, TimeSpan? wait, CancellationToken cancel)
    {
        if (!call.Json && !call.Quiet)
        {
            call.Out.WriteLine($"ok: {reply.Text}");
        }

        var error = wait is { } limit ? await Follow(call, reply.Index, limit, cancel).ConfigureAwait(false) : null;
        if (call.Json)
        {
            call.Print(
                reply with { Settled = wait is null ? null : error is null }, ReplyJson.Default.ChangeReply, _ => "");
            return error?.Code ?? ExitCode.Ok;
        }

        if (wait is not null && error is null)
        {
            call.Note("the cluster has settled");
        }

        return error is null ? ExitCode.Ok : call.Fail(error);
    }

    private static string? NoMajority(CibReply state, CibChange change) =>
        state.Active || state.Quorate || change is CibChange.ConfirmOff
            ? null
            : $"{state.Node} cannot change anything: {state.Reason}; look here and on the other nodes: ha status";

    private static string Named(Cib cib, string id)
    {
        var origin = CibNames.AllResources(cib.Configuration).FirstOrDefault(resource => resource.Id == id)?.Origin;
        return origin is { File.Length: > 0 } ? $"{id} ({origin})" : id;
    }

    // Null when it has settled.
    private static async Task<ErrorReply?> Follow(
        Invocation call, long index, TimeSpan wait, CancellationToken cancel)
    {
        using var client = call.ConnectForWait();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(wait);
        var path = $"v1/settled?index={index.ToString(CultureInfo.InvariantCulture)}";
        while (!limit.IsCancellationRequested)
        {
            try
            {
                var answer = await client.Get(path, ReplyJson.Default.CibReply, limit.Token).ConfigureAwait(false);
                if (answer.Value is not null)
                {
                    return null;
                }

                if (answer.Error!.Code != ExitCode.TimedOut)
                {
                    return answer.Error;
                }
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        return new ErrorReply
        {
            Code = ExitCode.TimedOut,
            Text = $"still in progress after {wait.TotalSeconds:0.###} s; it goes on: ha status, ha events -f",
        };
    }
}
