using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ha.Node.Api;

namespace Ha.Node.Commands;

/// <summary>What came back from the node on this host.</summary>
/// <param name="Value">The reply; null when there is an error.</param>
/// <param name="Error">What went wrong; null when there is a reply.</param>
internal sealed record Answer<T>(T? Value, ErrorReply? Error)
    where T : class;

/// <summary>Talks to the node on this host over its Unix socket. Only root and members of the group haclient may.
/// </summary>
internal sealed class NodeClient : IDisposable
{
    private const string MayBeDone = "the change may or may not take effect; look again with ha status";

    private readonly HttpClient _http;
    private readonly string _socket;
    private readonly TimeSpan _timeout;

    public NodeClient(string socket, TimeSpan timeout)
    {
        _socket = socket;
        _timeout = timeout;
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false })
        {
            BaseAddress = new Uri("http://ha/"),
            Timeout = timeout,
        };
    }

    /// <summary>Asks for something.</summary>
    public Task<Answer<T>> Get<T>(string path, JsonTypeInfo<T> type, CancellationToken cancel)
        where T : class =>
        Send(new HttpRequestMessage(HttpMethod.Get, path), type, cancel);

    /// <summary>Sends bytes: an encoded change.</summary>
    public Task<Answer<T>> Post<T>(string path, ReadOnlyMemory<byte> body, JsonTypeInfo<T> type,
        CancellationToken cancel)
        where T : class
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return Send(new HttpRequestMessage(HttpMethod.Post, path) { Content = content }, type, cancel);
    }

    public void Dispose() => _http.Dispose();

    private async Task<Answer<T>> Send<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancel)
        where T : class
    {
        try
        {
            using var response = await _http.SendAsync(request, cancel).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.OK
                ? new Answer<T>(JsonSerializer.Deserialize(body, type), null)
                : new Answer<T>(null, ErrorOf(request, response.StatusCode, body));
        }
        catch (HttpRequestException e)
        {
            return new Answer<T>(null, Unreachable(request, e));
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Answer<T>(null, new ErrorReply
            {
                Code = ExitCode.TimedOut,
                Text = $"the node did not answer within {_timeout.TotalSeconds:0.#} s; a longer wait: --timeout 60s",
            });
        }
        catch (JsonException e)
        {
            return new Answer<T>(null, new ErrorReply { Code = ExitCode.Failed, Text = $"the node's answer makes no sense: {e.Message}" });
        }
    }

    // A change that was sent has an unknown end when the node goes away before it answers; what was never sent has not.
    private ErrorReply Unreachable(HttpRequestMessage request, HttpRequestException e) =>
        e.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied }
            ? new ErrorReply
            {
                Code = ExitCode.NotPermitted,
                Text = $"no permission for {_socket}: be root or a member of the group haclient",
            }
            : request.Method == HttpMethod.Post && e.HttpRequestError != HttpRequestError.ConnectionError
            ? new ErrorReply
            {
                Code = ExitCode.TimedOut,
                Text = $"the node went away before it answered: {MayBeDone}",
            }
            : e.HttpRequestError is HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse
            ? new ErrorReply
            {
                Code = ExitCode.ConnectionLost,
                Text = $"the node at {_socket} ended the connection; look again: ha status",
            }
            : new ErrorReply
            {
                Code = ExitCode.Unreachable,
                Text = $"no node answers at {_socket}; is it running? systemctl status ha, or: ha run",
            };

    private static ErrorReply ErrorOf(HttpRequestMessage request, HttpStatusCode status, byte[] body)
    {
        if (request.Method == HttpMethod.Post && status == HttpStatusCode.InternalServerError)
        {
            return new ErrorReply { Code = ExitCode.TimedOut, Text = $"the node failed: {MayBeDone}" };
        }

        try
        {
            return JsonSerializer.Deserialize(body, ReplyJson.Default.ErrorReply) ?? Plain(status);
        }
        catch (JsonException)
        {
            return Plain(status);
        }
    }

    private static ErrorReply Plain(HttpStatusCode status) =>
        new() { Code = ExitCode.Failed, Text = $"the node answered {(int)status}" };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socket), cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
