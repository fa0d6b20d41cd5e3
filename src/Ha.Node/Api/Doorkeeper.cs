using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Ha.Node.Commands;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Ha.Node.Api;

/// <summary>Decides who may use the interface, by the kernel's word about the peer and before a byte of it is read.
/// Whoever may not gets a refusal in words.</summary>
/// <param name="accounts">Users and groups.</param>
/// <param name="ownUserId">The node's own user, who may.</param>
internal sealed partial class Doorkeeper(IAccounts accounts, int ownUserId)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, int> _open = [];

    /// <summary>As root, the node's own user and the members of haclient may.</summary>
    public static Doorkeeper OfHost() => new(new FileAccounts(), (int)Geteuid());

    /// <summary>Lets a connection in, or refuses it and closes it.</summary>
    public async Task Admit(ConnectionContext connection, ConnectionDelegate next)
    {
        var socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket;
        var peer = socket is null ? null : PeerCredentials.Of(socket);
        if (peer is null || !peer.MayUse(ownUserId, accounts))
        {
            await Refuse(connection, 403, "Forbidden", ExitCode.NotPermitted,
                $"{peer?.Principal(accounts) ?? "nobody known"} may not use this node: "
                + $"be root or a member of the group {PeerCredentials.ClientGroup}").ConfigureAwait(false);
            return;
        }

        if (!Enter(peer.UserId))
        {
            await Refuse(connection, 503, "Service Unavailable", ExitCode.Unreachable,
                $"{peer.Principal(accounts)} has {ApiLimits.MaxConnectionsOfUser} connections open already; "
                + "close some, and try again").ConfigureAwait(false);
            return;
        }

        try
        {
            connection.Items["principal"] = peer.Principal(accounts);
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Leave(peer.UserId);
        }
    }

    private bool Enter(int userId)
    {
        lock (_gate)
        {
            var open = _open.GetValueOrDefault(userId);
            if (open >= ApiLimits.MaxConnectionsOfUser && userId != 0)
            {
                return false;
            }

            _open[userId] = open + 1;
            return true;
        }
    }

    private void Leave(int userId)
    {
        lock (_gate)
        {
            if (--_open[userId] == 0)
            {
                _open.Remove(userId);
            }
        }
    }

    private static async Task Refuse(ConnectionContext connection, int status, string word, int code, string text)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new ErrorReply { Code = code, Text = text }, ReplyJson.Default.ErrorReply);
        var head = $"HTTP/1.1 {status} {word}\r\nContent-Type: application/json\r\nConnection: close\r\n"
            + $"Content-Length: {body.Length}\r\n\r\n";
        await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(head)).ConfigureAwait(false);
        await connection.Transport.Output.WriteAsync(body).ConfigureAwait(false);
        await connection.Transport.Output.CompleteAsync().ConfigureAwait(false);
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint Geteuid();
}
