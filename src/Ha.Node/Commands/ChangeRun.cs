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
        if (parsed.GetValue(flags.Wait) is { Length: > 0 } text && Arguments.Duration(text) is null)
        {
            return call.Fail(ExitCode.Usage, $"--wait '{Arguments.Printable(text)}' is no length of time; write 60s or 5m");
        }

        using var client = call.Connect();
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
        var preview = PreviewView.Of(cib, change, now);
        if (preview.Refusal.Length > 0)
        {
            return call.Fail(ExitCode.Failed, preview.Refusal);
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
                $"this would stop or move {string.Join(", ", disturbed)}, which you did not name; "
                + $"look with --dry-run, then add --allow {string.Join(' ', disturbed)}, or --yes");
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
                : !state.Quorate ? ExitCode.NoQuorum
                : reply.Text.Contains("revision", StringComparison.Ordinal) ? ExitCode.RevisionMoved
                : ExitCode.Failed,
                reply.Text);
        }

        call.Print(reply, ReplyJson.Default.ChangeReply, item => $"ok: {item.Text}\n");
        var wants = parsed.GetResult(flags.Wait) is not null || call.Interactive;
        return wants && !parsed.GetValue(flags.NoWait)
            ? await Follow(call, reply.Index, Arguments.Duration(parsed.GetValue(flags.Wait)) ?? s_defaultWait, cancel)
                .ConfigureAwait(false)
            : ExitCode.Ok;
    }

    private static async Task<int> Follow(Invocation call, long index, TimeSpan wait, CancellationToken cancel)
    {
        using var client = new NodeClient(call.Socket, TimeSpan.FromSeconds(40));
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
                    call.Note("the cluster has settled");
                    return ExitCode.Ok;
                }

                if (answer.Error!.Code != ExitCode.TimedOut)
                {
                    return call.Fail(answer.Error);
                }
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        return call.Fail(
            ExitCode.TimedOut, $"still in progress after {wait.TotalSeconds:0} s; it goes on: ha status, ha events -f");
    }
}
