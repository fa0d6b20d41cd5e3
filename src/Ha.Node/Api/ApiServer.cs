using System.Runtime.InteropServices;
using System.Text.Json.Serialization.Metadata;
using Ha.Node.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ha.Node.Api;

/// <summary>The node's interface: HTTP and JSON on a Unix socket, for the command line and for programs of this host.
/// Who may use it is decided by the kernel's word about the peer, before a byte is read.</summary>
internal sealed partial class ApiServer : IAsyncDisposable
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    private const UnixFileMode SocketMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private readonly WebApplication _app;
    private readonly string _socket;

    private ApiServer(WebApplication app, string socket)
    {
        _app = app;
        _socket = socket;
    }

    /// <summary>Listens at <paramref name="socket"/>; a socket that a dead node left there is taken over.</summary>
    /// <param name="socket">Path of the socket.</param>
    /// <param name="routes">What can be asked.</param>
    /// <param name="doorkeeper">Who may ask.</param>
    /// <param name="cancel">Ends the start.</param>
    public static async Task<ApiServer> Start(
        string socket, ApiRoutes routes, Doorkeeper doorkeeper, CancellationToken cancel)
    {
        PrepareFolder(socket);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            Limit(options);
            options.ListenUnixSocket(socket, listen => listen.Use(next => connection =>
                doorkeeper.Admit(connection, next)));
        });
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = context => Refuse(
                context, StatusCodes.Status500InternalServerError, ExitCode.Failed,
                "the node failed to answer; its log says more: journalctl -u ha"),
        });
        app.Use(Explain);
        app.UseRouting();
        routes.Map(app);
        await app.StartAsync(cancel).ConfigureAwait(false);
        File.SetUnixFileMode(socket, SocketMode);
        GiveToGroup(socket);
        return new ApiServer(app, socket);
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await _app.StopAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Requests that still wait are cut off.
        }

        await _app.DisposeAsync().ConfigureAwait(false);
        File.Delete(_socket);
    }

    /// <summary>Writes a reply as JSON.</summary>
    internal static Task Write<T>(HttpContext context, T reply, JsonTypeInfo<T> type,
        int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsJsonAsync(reply, type, cancellationToken: context.RequestAborted);
    }

    /// <summary>Writes a refusal as JSON.</summary>
    internal static Task Refuse(HttpContext context, int status, int code, string text) =>
        Write(context, new ErrorReply { Code = code, Text = text }, ReplyJson.Default.ErrorReply, status);

    /// <summary>Who made this request.</summary>
    internal static string PrincipalOf(HttpContext context) =>
        context.Features.Get<IConnectionItemsFeature>()?.Items["principal"] as string ?? "unknown";

    private static void Limit(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = ApiLimits.MaxBodyBytes;
        options.Limits.MaxRequestLineSize = ApiLimits.MaxRequestLineBytes;
        options.Limits.MaxRequestHeadersTotalSize = ApiLimits.MaxHeaderBytes;
        options.Limits.MaxRequestHeaderCount = ApiLimits.MaxHeaders;
        options.Limits.MaxConcurrentConnections = ApiLimits.MaxConnections;
        options.Limits.RequestHeadersTimeout = ApiLimits.HeadersTimeout;
        options.Limits.KeepAliveTimeout = ApiLimits.IdleTimeout;
        var slowest = new MinDataRate(ApiLimits.MinBodyBytesPerSecond, ApiLimits.SlownessGrace);
        options.Limits.MinRequestBodyDataRate = slowest;
        options.Limits.MinResponseDataRate = slowest;
    }

    // Every refusal says in words what was wrong, those of the server itself, too.
    private static async Task Explain(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await Refuse(context, e.StatusCode, ExitCode.BadData, e.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => $"the body is longer than {ApiLimits.MaxBodyBytes} bytes",
                StatusCodes.Status408RequestTimeout => "the body came too slowly",
                _ => e.Message,
            }).ConfigureAwait(false);
            return;
        }

        var (method, path) = (context.Request.Method, Arguments.Printable(context.Request.Path.Value ?? ""));
        if (context.Response.HasStarted || context.Response.ContentType is not null)
        {
            return;
        }

        switch (context.Response.StatusCode)
        {
            case StatusCodes.Status404NotFound:
                await Refuse(
                    context, StatusCodes.Status404NotFound, ExitCode.NoSuchObject,
                    $"there is no {path}; there are: {string.Join(", ", ApiRoutes.Paths)}").ConfigureAwait(false);
                break;
            case StatusCodes.Status405MethodNotAllowed:
                await Refuse(
                    context, StatusCodes.Status405MethodNotAllowed, ExitCode.Usage,
                    $"{path} does not take {Arguments.Printable(method)}; it takes {context.Response.Headers.Allow}")
                    .ConfigureAwait(false);
                break;
        }
    }

    private static void PrepareFolder(string socket)
    {
        var folder = Path.GetDirectoryName(socket) ?? "/";
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, FolderMode);
            GiveToGroup(folder);
        }

        File.Delete(socket);
    }

    private static void GiveToGroup(string path)
    {
        if (new FileAccounts().GroupId("haclient") is { } group)
        {
            // The caller may lack the right to give a file away; then only its own user may connect.
            _ = Chown(path, uint.MaxValue, (uint)group);
        }
    }

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Chown(string path, uint owner, uint group);
}
