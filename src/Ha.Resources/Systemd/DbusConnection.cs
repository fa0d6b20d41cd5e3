using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using Ha.InformationBase;

namespace Ha.Resources.Systemd;

/// <summary>One connection over a Unix socket: to a bus, or to a program that speaks its language without one. When it
/// breaks, everything that waits on it is told so, and nobody uses it again. Source: D-Bus specification,
/// "Authentication protocol" (EXTERNAL) and "Message bus messages".</summary>
internal sealed partial class DbusConnection : IDisposable
{
    /// <summary>Signals that a watch keeps; it looks at the state of things anyway, so old ones may go.</summary>
    private const int WatchRoom = 64;

    private const int MaxGreetingBytes = 512;

    /// <summary>How long one call may take. systemd answers within a millisecond, and reads its files within seconds;
    /// who does not answer by then has lost the call, and a new connection asks again.</summary>
    private static readonly TimeSpan s_callTimeout = TimeSpan.FromSeconds(15);

    private const string BusName = "org.freedesktop.DBus";

    private readonly Socket _socket;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<DbusReply>> _calls = new();
    private readonly ConcurrentDictionary<DbusWatch, byte> _watches = new();
    private string _lost = "";
    private int _serial;

    private DbusConnection(Socket socket) => _socket = socket;

    /// <summary>Why it broke; empty while it works.</summary>
    public string LostBecause => Volatile.Read(ref _lost);

    /// <summary>Connects and shows who we are.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="isBus">There is a bus at the other end, which wants a greeting.</param>
    /// <returns>The connection, or why there is none.</returns>
    public static async Task<(DbusConnection? Connection, string Error)> Open(
        string path, bool isBus, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel).ConfigureAwait(false);
            var refusal = await Greet(socket, cancel).ConfigureAwait(false);
            if (refusal.Length > 0)
            {
                socket.Dispose();
                return (null, $"{path}: {refusal}");
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            return (null, $"{path}: {(e is SocketException ? e.Message : "no answer in time")}");
        }

        var connection = new DbusConnection(socket);
        _ = connection.ReadAll();
        if (!isBus)
        {
            return (connection, "");
        }

        var hello = await connection.Call(
            BusName, "/org/freedesktop/DBus", BusName, "Hello", [], cancel).ConfigureAwait(false);
        if (hello is DbusReply.Answered)
        {
            return (connection, "");
        }

        connection.Dispose();
        return (null, $"{path}: {hello}");
    }

    /// <summary>Calls a method and waits for its answer.</summary>
    public async Task<DbusReply> Call(
        string destination, string path, string type, string member, ValueList<DbusValue> body,
        CancellationToken cancel)
    {
        var serial = (uint)Interlocked.Increment(ref _serial);
        var answer = new TaskCompletionSource<DbusReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls[serial] = answer;
        try
        {
            if (LostBecause.Length > 0)
            {
                return new DbusReply.Lost(LostBecause);
            }

            await Write(
                DbusCodec.Encode(new DbusMessage
                {
                    Kind = DbusKind.Call,
                    Serial = serial,
                    Destination = destination,
                    Path = path,
                    Interface = type,
                    Member = member,
                    Body = body,
                }),
                cancel).ConfigureAwait(false);
            return await answer.Task.WaitAsync(s_callTimeout, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Break($"{member} was not answered");
            return new DbusReply.Lost($"{member} was not answered");
        }
        catch (OperationCanceledException)
        {
            return new DbusReply.Lost($"{member} was not answered in time");
        }
        finally
        {
            _calls.TryRemove(serial, out _);
        }
    }

    /// <summary>Signals from now on. Dispose it at the end.</summary>
    /// <param name="wanted">Which ones; called on the reading thread.</param>
    public DbusWatch Watch(Func<DbusMessage, bool> wanted)
    {
        var watch = new DbusWatch(wanted, WatchRoom, ended => _watches.TryRemove(ended, out _));
        _watches[watch] = 0;
        if (LostBecause.Length > 0)
        {
            watch.End();
        }

        return watch;
    }

    public void Dispose() => Break("it was closed");

    // Half a message on the wire would make nonsense of the next: a write ends, or the connection does.
    private async Task Write(byte[] message, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            for (var sent = 0; sent < message.Length;)
            {
                sent += await _socket.SendAsync(message.AsMemory(sent), cancel).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            Break(e is SocketException ? e.Message : "a message could not be sent in time");
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAll()
    {
        var prefix = new byte[DbusCodec.PrefixBytes];
        var reason = "the other side closed it";
        try
        {
            while (await Fill(_socket, prefix, CancellationToken.None).ConfigureAwait(false))
            {
                if (!DbusCodec.TryLength(prefix, out var length, out reason))
                {
                    break;
                }

                var bytes = new byte[length];
                prefix.CopyTo(bytes, 0);
                reason = "the other side closed it in the middle of a message";
                if (!await Fill(_socket, bytes.AsMemory(prefix.Length), CancellationToken.None).ConfigureAwait(false)
                    || !DbusCodec.TryDecode(bytes, out var message, out reason))
                {
                    break;
                }

                Take(message!);
                reason = "the other side closed it";
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            reason = e is SocketException ? e.Message : "it was closed";
        }

        Break(reason);
    }

    private void Take(DbusMessage message)
    {
        switch (message.Kind)
        {
            case DbusKind.Answer when _calls.TryRemove(message.ReplySerial, out var call):
                call.TrySetResult(new DbusReply.Answered(message.Body));
                break;
            case DbusKind.Error when _calls.TryRemove(message.ReplySerial, out var call):
                call.TrySetResult(new DbusReply.Refused(
                    SafeText.Of(message.ErrorName), SafeText.Of(message.TextAt(0) ?? message.ErrorName)));
                break;
            case DbusKind.Signal:
                foreach (var watch in _watches.Keys)
                {
                    watch.Offer(message);
                }

                break;
        }
    }

    private void Break(string reason)
    {
        if (Interlocked.CompareExchange(ref _lost, reason, "").Length > 0)
        {
            return;
        }

        _socket.Dispose();
        foreach (var (serial, call) in _calls.ToArray())
        {
            _calls.TryRemove(serial, out _);
            call.TrySetResult(new DbusReply.Lost(reason));
        }

        foreach (var watch in _watches.Keys)
        {
            watch.End();
        }
    }

    // The kernel tells the other side our user; what we write must agree with it.
    private static async Task<string> Greet(Socket socket, CancellationToken cancel)
    {
        var user = Geteuid().ToString(CultureInfo.InvariantCulture);
        var hex = Convert.ToHexStringLower(Encoding.ASCII.GetBytes(user));
        await socket.SendAsync(Encoding.ASCII.GetBytes($"\0AUTH EXTERNAL {hex}\r\n"), cancel).ConfigureAwait(false);
        var line = new StringBuilder();
        var one = new byte[1];
        while (line.Length < MaxGreetingBytes && await Fill(socket, one, cancel).ConfigureAwait(false))
        {
            if (one[0] == (byte)'\n')
            {
                var text = line.ToString().TrimEnd('\r');
                if (!text.StartsWith("OK ", StringComparison.Ordinal))
                {
                    return $"it does not take us: {SafeText.Of(text)}";
                }

                await socket.SendAsync("BEGIN\r\n"u8.ToArray(), cancel).ConfigureAwait(false);
                return "";
            }

            line.Append((char)one[0]);
        }

        return "it did not answer the greeting";
    }

    private static async Task<bool> Fill(Socket socket, Memory<byte> room, CancellationToken cancel)
    {
        for (var filled = 0; filled < room.Length;)
        {
            var count = await socket.ReceiveAsync(room[filled..], cancel).ConfigureAwait(false);
            if (count == 0)
            {
                return false;
            }

            filled += count;
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint Geteuid();
}

/// <summary>Signals that somebody waits for. The oldest go when nobody reads them.</summary>
internal sealed class DbusWatch(Func<DbusMessage, bool> wanted, int room, Action<DbusWatch> onEnd) : IDisposable
{
    private readonly Channel<DbusMessage> _signals = Channel.CreateBounded<DbusMessage>(
        new BoundedChannelOptions(room) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Takes the next signal that is there; false for none.</summary>
    public bool TryTake(out DbusMessage? signal) => _signals.Reader.TryRead(out signal);

    /// <summary>Completes when there is a signal, when the connection broke, and after <paramref name="limit"/>.
    /// </summary>
    public async Task Wait(TimeSpan limit, CancellationToken cancel)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        time.CancelAfter(limit);
        try
        {
            await _signals.Reader.WaitToReadAsync(time.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Who waits looks at the state of things again.
        }
    }

    /// <summary>No signal will come any more.</summary>
    public void End() => _signals.Writer.TryComplete();

    public void Dispose()
    {
        onEnd(this);
        End();
    }

    internal void Offer(DbusMessage signal)
    {
        if (wanted(signal))
        {
            _signals.Writer.TryWrite(signal);
        }
    }
}
