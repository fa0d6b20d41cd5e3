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
internal sealed class ApiRoutes
{
    private readonly INodeGateway _node;
    private readonly PlanMemory _plans = new();
    private readonly ApiChanges _changes;

    public ApiRoutes(INodeGateway node)
    {
        _node = node;
        _changes = new ApiChanges(node, Now);
    }

    /// <summary>What there is, for those who ask for something else.</summary>
    public static IReadOnlyList<string> Paths { get; } =
    [
        "/v1/status", "/v1/why/NAME", "/v1/events", "/v1/cib", "/v1/settled", "/v1/change", "/v1/configuration",
    ];

    /// <summary>Adds them.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/status", Status);
        app.MapGet("/v1/why/{name}", Why);
        app.MapGet("/v1/events", Events);
        app.MapGet("/v1/cib", CibBytes);
        app.MapGet("/v1/settled", Settled);
        app.MapPost("/v1/change", _changes.Change);
        app.MapPost("/v1/configuration", _changes.Configuration);
    }

    private static long Now()
    {
#pragma warning disable RS0030 // The interface's time is the time of day.
        return DateTimeOffset.UtcNow.ToUnixTimeSeconds();
#pragma warning restore RS0030
    }

    private static Task RefuseQuery(HttpContext context, string error) =>
        ApiServer.Refuse(context, StatusCodes.Status400BadRequest, ExitCode.Usage, error);

    private async Task Status(HttpContext context)
    {
        var query = new ApiQuery(context.Request.Query);
        var after = query.Text("after");
        if (query.Error.Length > 0)
        {
            await RefuseQuery(context, query.Error).ConfigureAwait(false);
            return;
        }

        await WaitUntil(() => after is null || StatusView.TokenOf(_node.View) != after, context.RequestAborted)
            .ConfigureAwait(false);
        var view = _node.View;
        await ApiServer.Write(
            context, StatusView.Of(view, _plans.Of(view, Now()), Now()), ReplyJson.Default.StatusReply)
            .ConfigureAwait(false);
    }

    private Task Why(HttpContext context)
    {
        var name = context.Request.RouteValues["name"] as string ?? "";
        var query = new ApiQuery(context.Request.Query);
        var (on, isPromoted) = (query.Text("on"), query.Flag("promoted"));
        if (query.Error.Length > 0)
        {
            return RefuseQuery(context, query.Error);
        }

        var view = _node.View;
        var mistake = on is null ? null : CibNames.UnknownNode(view.Cib, on);
        var why = mistake is null
            ? isPromoted && WhyView.NotPromotable(view, name) is null
                ? WhyView.OfPromotion(view, _plans.Of(view, Now()), name)
                : WhyView.Of(view, _plans.Of(view, Now()), name, on, _node.EventsAfter(0))
            : null;
        return why is null
            ? ApiServer.Refuse(
                context, StatusCodes.Status404NotFound, ExitCode.NoSuchObject,
                mistake ?? CibNames.UnknownResourceOrNode(view.Cib, name))
            : isPromoted && WhyView.NotPromotable(view, name) is { } reason
            ? ApiServer.Refuse(context, StatusCodes.Status409Conflict, ExitCode.CannotBeReached, reason)
            : ApiServer.Write(context, why, ReplyJson.Default.WhyReply);
    }

    private async Task Events(HttpContext context)
    {
        var query = new ApiQuery(context.Request.Query);
        var (after, span, isWaiting) = (query.Number("after") ?? 0, query.Number("sinceMs"), query.Flag("wait"));
        var filters = (string[])["node", "resource", "kind", "transition"];
        var wanted = filters.ToDictionary(name => name, query.Text, StringComparer.Ordinal);
        if (query.Error.Length > 0)
        {
            await RefuseQuery(context, query.Error).ConfigureAwait(false);
            return;
        }

        await WaitUntil(() => !isWaiting || _node.EventsAfter(after).Count > 0, context.RequestAborted)
            .ConfigureAwait(false);
        var found = _node.EventsAfter(after);
        var last = found.Count == 0 ? after : found[^1].Number;
        var since = span is { } length
            ? DateTimeOffset.FromUnixTimeSeconds(Now()).AddMilliseconds(-length).UtcDateTime
                .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            : "";
        bool Passes(string parameter, string value) => wanted[parameter] is not { } text || value == text;
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

    private Task CibBytes(HttpContext context) => ApiServer.Write(context, ReplyOf(_node.View),
        ReplyJson.Default.CibReply);

    // Waits until the state has reached an index, and nothing is left to do.
    private async Task Settled(HttpContext context)
    {
        var query = new ApiQuery(context.Request.Query);
        var index = query.Number("index") ?? 0;
        if (query.Error.Length > 0)
        {
            await RefuseQuery(context, query.Error).ConfigureAwait(false);
            return;
        }

        await WaitUntil(() => IsSettled(_node.View, index), context.RequestAborted).ConfigureAwait(false);
        if (IsSettled(_node.View, index))
        {
            await ApiServer.Write(context, ReplyOf(_node.View), ReplyJson.Default.CibReply).ConfigureAwait(false);
        }
        else
        {
            await ApiServer.Refuse(context, StatusCodes.Status408RequestTimeout, ExitCode.TimedOut, "still in progress")
                .ConfigureAwait(false);
        }
    }

    private bool IsSettled(ReplicaView view, long index) =>
        view.CommitIndex >= index && view.Cib.Status.Moves.IsEmpty
        && !view.Cib.Status.Nodes.SelectMany(state => state.History).SelectMany(history => history.Entries)
            .Any(entry => entry.Status == OperationStatus.Pending)
        && _plans.Of(view, Now()).IsSettled;

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

    // The next change is asked for before the condition is looked at: none is missed between the two.
    private async Task WaitUntil(Func<bool> condition, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(ApiLimits.LongestWait);
        try
        {
            var moved = _node.NextChange(limit.Token);
            while (!condition())
            {
                await moved.ConfigureAwait(false);
                moved = _node.NextChange(limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // It did not come for as long as a client may wait: the answer is what is there now.
        }
    }
}
