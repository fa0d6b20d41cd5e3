using System.Globalization;
using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Node.Commands;
using Ha.Node.Views;
using Ha.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ha.Node.Api;

/// <summary>The interface's routes. Replies are views of the committed state; the one way to change anything is a
/// change in
/// the log.</summary>
internal sealed class ApiRoutes(INodeGateway node)
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan s_changeDeadline = TimeSpan.FromSeconds(20);

    /// <summary>Adds them.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/status", Status);
        app.MapGet("/v1/why/{name}", Why);
        app.MapGet("/v1/events", Events);
        app.MapGet("/v1/cib", CibBytes);
        app.MapGet("/v1/settled", Settled);
        app.MapPost("/v1/change", Change);
    }

    private static long Now()
    {
#pragma warning disable RS0030 // The interface's time is the time of day.
        return DateTimeOffset.UtcNow.ToUnixTimeSeconds();
#pragma warning restore RS0030
    }

    private async Task Status(HttpContext context)
    {
        if (context.Request.Query["changed"] == "true")
        {
            await WaitForChange(context.RequestAborted).ConfigureAwait(false);
        }

        var view = node.View;
        await ApiServer.Write(
            context, StatusView.Of(view, PolicyEngine.Plan(view.Cib, Now()), Now()), ReplyJson.Default.StatusReply)
            .ConfigureAwait(false);
    }

    private Task Why(HttpContext context)
    {
        var name = context.Request.RouteValues["name"] as string ?? "";
        var view = node.View;
        var why = WhyView.Of(
            view, PolicyEngine.Plan(view.Cib, Now()), name, context.Request.Query["on"].FirstOrDefault(),
            node.EventsAfter(0));
        return why is null
            ? ApiServer.Refuse(
                context, StatusCodes.Status404NotFound, ExitCode.NoSuchObject,
                CibNames.UnknownResource(view.Cib, name) ?? $"nothing is known of {name}")
            : ApiServer.Write(context, why, ReplyJson.Default.WhyReply);
    }

    private async Task Events(HttpContext context)
    {
        var query = context.Request.Query;
        _ = long.TryParse(query["after"], NumberStyles.None, CultureInfo.InvariantCulture, out var after);
        var found = node.EventsAfter(after);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(s_longestWait);
        while (found.Count == 0 && query["wait"] == "true" && !limit.IsCancellationRequested)
        {
            await WaitForChange(limit.Token).ConfigureAwait(false);
            found = node.EventsAfter(after);
        }

        var last = found.Count == 0 ? after : found[^1].Number;
        var since = long.TryParse(query["sinceMs"], NumberStyles.None, CultureInfo.InvariantCulture, out var span)
            ? DateTimeOffset.FromUnixTimeSeconds(Now()).AddMilliseconds(-span).UtcDateTime
                .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            : "";
        bool Passes(string parameter, string value) =>
            query[parameter].FirstOrDefault() is not { } wanted || value == wanted;
        await ApiServer.Write(
            context,
            new EventsReply
            {
                Last = last,
                Events =
                [
                    .. found.Where(item => Passes("node", item.Node) && Passes("resource", item.Resource)
                        && Passes("kind", item.Kind) && Passes("transition", item.Transition)
                        && string.CompareOrdinal(item.At, since) >= 0),
                ],
            },
            ReplyJson.Default.EventsReply).ConfigureAwait(false);
    }

    private Task CibBytes(HttpContext context) => ApiServer.Write(context, ReplyOf(node.View),
        ReplyJson.Default.CibReply);

    // Waits until the state has reached an index, and nothing is left to do.
    private async Task Settled(HttpContext context)
    {
        _ = long.TryParse(context.Request.Query["index"], NumberStyles.None, CultureInfo.InvariantCulture, out var index);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(s_longestWait);
        while (!limit.IsCancellationRequested && !IsSettled(node.View, index))
        {
            await WaitForChange(limit.Token).ConfigureAwait(false);
        }

        if (IsSettled(node.View, index))
        {
            await ApiServer.Write(context, ReplyOf(node.View), ReplyJson.Default.CibReply).ConfigureAwait(false);
        }
        else
        {
            await ApiServer.Refuse(context, StatusCodes.Status408RequestTimeout, ExitCode.TimedOut, "still in progress")
                .ConfigureAwait(false);
        }
    }

    private async Task Change(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
        if (!CibCodec.TryDecode(body.GetBuffer().AsSpan(0, (int)body.Length), out CibChange? change, out var error))
        {
            await ApiServer.Refuse(context, StatusCodes.Status400BadRequest, ExitCode.BadData, $"this is no change: {error}")
                .ConfigureAwait(false);
            return;
        }

        if (!IsForPeople(change!))
        {
            await ApiServer.Refuse(
                context, StatusCodes.Status403Forbidden, ExitCode.NotPermitted,
                $"{change!.GetType().Name} is for nodes alone").ConfigureAwait(false);
            return;
        }

        var outcome = await node.Propose(
            change!, ApiServer.PrincipalOf(context), s_changeDeadline, context.RequestAborted).ConfigureAwait(false);
        var revision = node.View.Cib.Revision;
        await ApiServer.Write(
            context,
            outcome switch
            {
                ChangeOutcome.Ok ok => new ChangeReply
                {
                    Outcome = "ok",
                    Text = $"committed in epoch {ok.Epoch} at {ok.Index}",
                    Epoch = ok.Epoch,
                    Index = ok.Index,
                    Revision = revision,
                },
                ChangeOutcome.Fail fail => new ChangeReply { Outcome = "fail", Text = fail.Reason, Revision = revision },
                ChangeOutcome.Unknown unknown => new ChangeReply
                {
                    Outcome = "unknown",
                    Text = "it may or may not take effect; look again with ha status",
                    RequestId = unknown.RequestId,
                    Revision = revision,
                },
                _ => throw new InvalidOperationException("a new kind of outcome"),
            },
            ReplyJson.Default.ChangeReply).ConfigureAwait(false);
    }

    private static bool IsForPeople(CibChange change) => change is CibChange.SetConfiguration or CibChange.SetAttribute
        or CibChange.SetMeta or CibChange.SetProperty or CibChange.RequestMove or CibChange.Cleanup
        or CibChange.RequestFencing or CibChange.ConfirmOff;

    private static bool IsSettled(ReplicaView view, long index) =>
        view.CommitIndex >= index && view.Cib.Status.Moves.IsEmpty
        && !view.Cib.Status.Nodes.SelectMany(state => state.History).SelectMany(history => history.Entries)
            .Any(entry => entry.Status == OperationStatus.Pending)
        && PolicyEngine.Plan(view.Cib, Now()).IsSettled;

    private static CibReply ReplyOf(ReplicaView view) => new()
    {
        Node = view.Self,
        Active = view.IsActive,
        Quorate = view.Epoch is EpochState.Active or EpochState.Inactive { IsQuorate: true },
        Epoch = view.Epoch is EpochState.Active active ? active.Number : 0,
        Coordinator = view.Epoch is EpochState.Active one ? one.Coordinator : "",
        Reason = view.Epoch is EpochState.Inactive inactive ? inactive.Reason : "",
        Cib = CibCodec.Encode(view.Cib),
    };

    private async Task WaitForChange(CancellationToken cancel)
    {
        try
        {
            await node.NextChange(cancel).WaitAsync(s_longestWait, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            // Nothing changed for as long as the client may wait.
        }
    }
}
