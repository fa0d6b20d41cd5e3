using System.Text;
using Ha.Actors.Cluster;
using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Reader;
using Ha.Node.Commands;
using Ha.Node.Views;
using Ha.Policy;
using Microsoft.AspNetCore.Http;

namespace Ha.Node.Api;

/// <summary>The two ways to change anything: an encoded change, and a cluster file. Both are tried on a copy of the
/// state first, with the functions that every node uses: what those cannot take never gets into the log.</summary>
internal sealed class ApiChanges(INodeGateway node, Func<long> now)
{
    private readonly SemaphoreSlim _places = new(ApiLimits.MaxChangesAtOnce);

    /// <summary>POST /v1/change: an encoded change.</summary>
    public Task Change(HttpContext context) => InPlace(context, Change);

    /// <summary>POST /v1/configuration: a cluster file, without includes and environment. Query: expectRevision,
    /// dryRun.</summary>
    public Task Configuration(HttpContext context) => InPlace(context, Configuration);

    private async Task Change(HttpContext context, byte[] body)
    {
        if (!CibCodec.TryDecode(body, out CibChange? change, out var error))
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

        await Propose(context, change!).ConfigureAwait(false);
    }

    private async Task Configuration(HttpContext context, byte[] body)
    {
        var query = new ApiQuery(context.Request.Query);
        var expected = query.Number("expectRevision");
        var isDryRun = query.Flag("dryRun");
        if (query.Error.Length > 0)
        {
            await ApiServer.Refuse(context, StatusCodes.Status400BadRequest, ExitCode.Usage, query.Error)
                .ConfigureAwait(false);
            return;
        }

        var file = ClusterFileReader.Read([("cluster.conf", body)]);
        if (file.Configuration is not { } configuration)
        {
            await ApiServer.Write(
                context, CheckView.Of("cluster.conf", file), ReplyJson.Default.CheckReply,
                StatusCodes.Status422UnprocessableEntity).ConfigureAwait(false);
            return;
        }

        var change = new CibChange.SetConfiguration(configuration, Encoding.UTF8.GetString(body), expected, "");
        if (isDryRun)
        {
            var cib = node.View.Cib;
            var preview = PreviewView.Of(cib, change, now());
            await (preview.Refusal.Length > 0
                ? ApiServer.Refuse(context, StatusCodes.Status409Conflict, ExitCode.RevisionMoved, preview.Refusal)
                : ApiServer.Write(
                    context,
                    preview.Reply with { Changes = [.. ConfigurationDiff.Of(cib.Configuration, configuration)] },
                    ReplyJson.Default.PlanReply)).ConfigureAwait(false);
            return;
        }

        await Propose(context, change).ConfigureAwait(false);
    }

    private async Task InPlace(HttpContext context, Func<HttpContext, byte[], Task> work)
    {
        if (!await _places.WaitAsync(TimeSpan.Zero, context.RequestAborted).ConfigureAwait(false))
        {
            await ApiServer.Refuse(
                context, StatusCodes.Status503ServiceUnavailable, ExitCode.Unreachable,
                $"{ApiLimits.MaxChangesAtOnce} changes are under way already; try again").ConfigureAwait(false);
            return;
        }

        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
            await work(context, body.ToArray()).ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task Propose(HttpContext context, CibChange change)
    {
        // A change that planning cannot digest would stop the coordinator of every node in turn: it ends here.
        var view = node.View;
        var applied = CibChanges.Apply(view.Cib, change);
        PolicyEngine.Plan(applied.Cib, now());
        var outcome = view.IsActive && applied.IsRefused
            ? new ChangeOutcome.Fail(applied.Refusal)
            : !view.IsActive && change is CibChange.ConfirmOff off && view.LinkMembers.Contains(off.Node)
            ? new ChangeOutcome.Fail($"corosync sees {off.Node}: it is not off")
            : view.Epoch is EpochState.Inactive { IsQuorate: false } alone && change is not CibChange.ConfirmOff
            ? new ChangeOutcome.Fail($"{view.Self} cannot change anything now: {alone.Reason}")
            : await node.Propose(
                change, ApiServer.PrincipalOf(context), ApiLimits.ChangeDeadline, context.RequestAborted)
                .ConfigureAwait(false);
        await ApiServer.Write(context, ReplyOf(outcome, node.View.Cib.Revision), ReplyJson.Default.ChangeReply)
            .ConfigureAwait(false);
    }

    private static ChangeReply ReplyOf(ChangeOutcome outcome, long revision) => outcome switch
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
    };

    private static bool IsForPeople(CibChange change) => change is CibChange.SetConfiguration or CibChange.SetAttribute
        or CibChange.SetMeta or CibChange.SetProperty or CibChange.RequestMove or CibChange.Cleanup
        or CibChange.RequestFencing or CibChange.ConfirmOff;
}
