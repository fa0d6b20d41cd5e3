using System.Net.Sockets;
using System.Text;
using Ha.Node.Api;
using Ha.Node.Commands;

namespace Ha.Tests.Node;

/// <summary>What the command line makes of a node that goes away. A change that was sent is never called a failure.
/// </summary>
public sealed class NodeClientTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("", 124, "the change may or may not take effect")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9", 124, "the change may or may not take effect")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"out", 124, "the change may or may not take effect")]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", 124, "the change may or may not take effect")]
    [InlineData("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", 1, "the node answered 503")]
    public async Task A_change_that_was_sent_and_not_answered_has_an_unknown_end(string answer, int code, string text)
    {
        using var folder = new Folder();
        var node = Answer(folder.Socket, answer);
        using var client = new NodeClient(folder.Socket, s_limit);
        var reply = await client.Post("v1/change", new byte[] { 1 }, ReplyJson.Default.ChangeReply, default);
        await node.WaitAsync(s_limit);
        Assert.Equal(code, reply.Error?.Code);
        Assert.Contains(text, reply.Error!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_never_sent_has_failed_and_so_has_a_question_without_an_answer()
    {
        using var folder = new Folder();
        using var client = new NodeClient(folder.Socket, s_limit);
        var sent = await client.Post("v1/change", new byte[] { 1 }, ReplyJson.Default.ChangeReply, default);
        Assert.Equal(ExitCode.Unreachable, sent.Error?.Code);

        var node = Answer(folder.Socket, "");
        var asked = await client.Get("v1/status", ReplyJson.Default.StatusReply, default);
        await node.WaitAsync(s_limit);
        Assert.Equal(ExitCode.Unreachable, asked.Error?.Code);
    }

    // Takes one request, says so much, and is gone.
    private static Task Answer(string path, string answer)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        return Task.Run(async () =>
        {
            using (listener)
            {
                using var one = await listener.AcceptAsync();
                var bytes = new byte[4096];
                var request = "";
                while (!request.Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    request += Encoding.ASCII.GetString(bytes, 0, await one.ReceiveAsync(bytes));
                }

                await one.SendAsync(Encoding.ASCII.GetBytes(answer));
                one.Shutdown(SocketShutdown.Both);
            }
        });
    }

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ha-client");

        public string Socket => Path.Combine(_folder.FullName, "api.sock");

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
