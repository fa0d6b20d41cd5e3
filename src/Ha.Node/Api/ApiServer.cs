using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization.Metadata;
using Ha.InformationBase;
using Ha.Node.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ha.Node.Api;

/// <summary>The node's interface: HTTP and JSON on a Unix socket, for the command line and for programs of this host.
/// Who
/// may use it is decided by the kernel's word about the peer, before a byte is read.</summary>
internal sealed partial class ApiServer : IAsyncDisposable
{
    private const long MaxBodyBytes = 8 * 1024 * 1024;
    private const int MaxConnections = 256;
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
    public static async Task<ApiServer> Start(string socket, ApiRoutes routes, IAccounts accounts,
        CancellationToken cancel)
    {
        PrepareFolder(socket);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = MaxBodyBytes;
            options.Limits.MaxConcurrentConnections = MaxConnections;
            options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
            options.ListenUnixSocket(socket, listen => listen.Use(next => connection => Admit(connection, next,
                accounts)));
        });
        builder.Services.AddRoutingCore();
        var app = builder.Build();
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

    private static async Task Admit(ConnectionContext connection, ConnectionDelegate next, IAccounts accounts)
    {
        var socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket;
        var peer = socket is null ? null : PeerCredentials.Of(socket);
        if (peer is null || !peer.MayUse((int)Geteuid(), accounts))
        {
            connection.Abort();
            return;
        }

        connection.Items["principal"] = peer.Principal(accounts);
        await next(connection).ConfigureAwait(false);
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

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint Geteuid();

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Chown(string path, uint owner, uint group);
}
