using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ha.Resources.Vrrp;
using Ha.Resources.Vrrp.Link;
using Ha.Resources.Vrrp.Notify;

namespace Ha.Node.Vrrp;

/// <summary>The process's socket: a request is a line of JSON, and so is its answer. The node speaks to it, and `ha
/// vrrp show`. Only root reaches it.</summary>
internal sealed class VrrpControl : IDisposable
{
    private const int LongestLine = 4096;
    private const int MostWatchers = 16;
    private const int MostWaiting = 64;
    private const int Backlog = 16;

    private readonly string _path;
    private readonly VrrpProcess _process;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ConcurrentDictionary<Socket, BlockingCollection<string>> _watchers = new();
    private volatile bool _isEnding;

    /// <summary>Takes the socket.</summary>
    /// <exception cref="LinkException">Another process has it, or the folder cannot be written.</exception>
    public VrrpControl(string path, VrrpProcess process)
    {
        (_path, _process) = (path, process);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            if (File.Exists(path))
            {
                RefuseSecond(path);
                File.Delete(path);
            }

            _socket.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (Exception e) when (
            e is IOException or SocketException or UnauthorizedAccessException or ArgumentException)
        {
            throw new LinkException($"the socket {path} cannot be made: {e.Message}");
        }
    }

    /// <summary>Listens from now on.</summary>
    public void Start()
    {
        _socket.Listen(Backlog);
        new Thread(Accept) { IsBackground = true, Name = "control" }.Start();
    }

    /// <summary>Tells whoever watches.</summary>
    public void Tell(in LinkEvent what, string router)
    {
        if (_watchers.IsEmpty)
        {
            return;
        }

        var isRole = what.Kind == LinkEventKind.Became;
        var reply = new VrrpEventReply(
            isRole ? "role" : "note", router, isRole ? RoleChange.Word(what.From) : "",
            isRole ? RoleChange.Word(what.To) : "", isRole ? RoleChange.Words(what.Cause) : "", what.Number, what.At / 1e9,
            isRole ? "" : VrrpProcess.WordsOf(what.Note));
        var line = JsonSerializer.Serialize(reply, VrrpJson.Default.VrrpEventReply);
        foreach (var queue in _watchers.Values)
        {
            _ = queue.TryAdd(line);
        }
    }

    public void Dispose()
    {
        _isEnding = true;
        _socket.Dispose();
        File.Delete(_path);
        foreach (var queue in _watchers.Values)
        {
            queue.CompleteAdding();
        }
    }

    private static void RefuseSecond(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            // Nobody is there any more.
            return;
        }

        throw new LinkException($"virtual routers run here already (socket {path}); name another one with --control");
    }

    private void Accept()
    {
        while (!_isEnding)
        {
            try
            {
                var client = _socket.Accept();
                new Thread(() => Serve(client)) { IsBackground = true, Name = "client" }.Start();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Serve(Socket client)
    {
        try
        {
            using var stream = new NetworkStream(client, ownsSocket: true);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            using var writer = new StreamWriter(stream) { AutoFlush = true, NewLine = "\n" };
            while (reader.ReadLine() is { } line)
            {
                if (line.Length > LongestLine)
                {
                    writer.WriteLine(Text(new VrrpAnswer(false, "the request is too long")));
                    return;
                }

                var request = Read(line);
                if (request?.Do == "watch")
                {
                    Watch(client, writer);
                    return;
                }

                writer.WriteLine(request is null
                    ? Text(new VrrpAnswer(false, "a request is a JSON object such as {\"do\":\"show\"}"))
                    : Answer(request));
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // Whoever asked is gone.
        }
    }

    private void Watch(Socket client, StreamWriter writer)
    {
        if (_watchers.Count >= MostWatchers)
        {
            writer.WriteLine(Text(new VrrpAnswer(false, "too many watch already")));
            return;
        }

        using var queue = new BlockingCollection<string>(MostWaiting);
        _watchers[client] = queue;
        try
        {
            writer.WriteLine(JsonSerializer.Serialize(_process.View(), VrrpJson.Default.VrrpReply));
            foreach (var line in queue.GetConsumingEnumerable())
            {
                writer.WriteLine(line);
            }
        }
        finally
        {
            _watchers.TryRemove(client, out _);
        }
    }

    private string Answer(VrrpRequest request)
    {
        if (request.Do == "show")
        {
            return JsonSerializer.Serialize(_process.View(), VrrpJson.Default.VrrpReply);
        }

        var routers = _process.Plan.Routers.Index()
            .Where(item => request.Router.Length == 0 || item.Item.Settings.Id == request.Router
                || item.Item.Source.Id == request.Router)
            .Select(item => item.Index).ToList();
        if (routers.Count == 0)
        {
            return Text(new VrrpAnswer(false, $"there is no virtual router '{request.Router}'"));
        }

        if (EventOf(request) is not { } what)
        {
            return Text(new VrrpAnswer(false, $"'{request.Do}' is nothing that can be asked"));
        }

        return Text(routers.All(router => _process.Tell(router, what))
            ? new VrrpAnswer(true, "") : new VrrpAnswer(false, "the real-time thread's queue is full"));
    }

    private static VirtualRouterEvent? EventOf(VrrpRequest request) => request.Do switch
    {
        "yield" => VirtualRouterEvent.Of(VirtualRouterEventKind.Yield),
        "take" => VirtualRouterEvent.Of(VirtualRouterEventKind.TakeOver),
        "grant" => VirtualRouterEvent.Granted(
            request.Epoch, VrrpLink.Now + (request.LengthMs * 1_000_000), request.Awaits),
        "call-back" => VirtualRouterEvent.Of(VirtualRouterEventKind.GrantCalledBack, request.On),
        "released" => VirtualRouterEvent.Released(request.Epoch),
        "bound" => VirtualRouterEvent.Of(VirtualRouterEventKind.BoundChanged, request.On),
        "quorum" => VirtualRouterEvent.Of(VirtualRouterEventKind.QuorumChanged, request.On),
        "rank" => VirtualRouterEvent.Of(VirtualRouterEventKind.RankChanged) with { Number = request.Number },
        _ => null,
    };

    private static VrrpRequest? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, VrrpJson.Default.VrrpRequest);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(VrrpAnswer answer) => JsonSerializer.Serialize(answer, VrrpJson.Default.VrrpAnswer);
}
