using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Ha.Actors.Link.Native;
using Ha.InformationBase;

namespace Ha.Actors.Link;

/// <summary>The link over corosync: a process group for messages, votequorum for quorum. One thread connects and
/// dispatches; it never waits inside of a callback. Sending is done under a lock, since a handle is not safe for two
/// senders.</summary>
/// <param name="group">Name of the process group, at most 128 bytes.</param>
/// <param name="allowPlaintext">Go on although the ring is not encrypted.</param>
public sealed unsafe class CorosyncLink(string group, bool allowPlaintext) : IClusterLink, IDisposable
{
    private const int PollTimeoutMs = 200;
    private const short PollIn = 1;
    private const int MaxNodes = 384;
    private const int MinRetryMs = 20;
    private const int MaxRetryMs = 500;

    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _stopping = new();
    private Action<LinkEvent> _onEvent = static _ => { };
    private Thread? _thread;
    private GCHandle _self;
    private ulong _cpg;
    private ulong _quorum;

    /// <inheritdoc/>
    public void Start(Action<LinkEvent> onEvent)
    {
        _onEvent = onEvent;
        _self = GCHandle.Alloc(this);
        _thread = new Thread(Loop) { IsBackground = true, Name = "corosync" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Stop()
    {
        _stopping.Set();
        if (_thread is not null && _thread != Thread.CurrentThread)
        {
            _thread.Join();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _stopping.Dispose();
    }

    /// <inheritdoc/>
    public SendOutcome Multicast(ReadOnlyMemory<byte> message)
    {
        lock (_gate)
        {
            if (_cpg == 0)
            {
                return SendOutcome.Lost;
            }

            fixed (byte* start = message.Span)
            {
                var piece = new Corosync.IoVector { Start = start, Length = (nuint)message.Length };
                return Corosync.CpgMulticast(_cpg, Corosync.AgreedOrder, &piece, 1) switch
                {
                    Corosync.Ok => SendOutcome.Sent,
                    Corosync.TryAgain => SendOutcome.TryAgain,
                    _ => SendOutcome.Lost,
                };
            }
        }
    }

    private void Loop()
    {
        var retryMs = MinRetryMs;
        var said = "";
        while (!_stopping.IsSet)
        {
            string why;
            try
            {
                why = Connect();
                if (why.Length == 0)
                {
                    retryMs = MinRetryMs;
                    said = "";
                    why = Dispatch();
                }
            }
            catch (DllNotFoundException e)
            {
                why = $"corosync's libraries are not installed: {e.Message}";
                retryMs = MaxRetryMs;
            }

            Disconnect();
            if (why != said && !_stopping.IsSet)
            {
                said = why;
                _onEvent(new LinkEvent.Lost(why));
            }

            _stopping.Wait(retryMs);
            retryMs = Math.Min(retryMs * 2, MaxRetryMs);
        }

        _self.Free();
    }

    private string Connect()
    {
        var nodes = ReadNodes(out var isTwoNode, out var isEncrypted, out var error);
        if (error.Length > 0)
        {
            return error;
        }

        if (!isEncrypted && !allowPlaintext)
        {
            return "the ring is not encrypted: set crypto_cipher and crypto_hash in corosync.conf, "
                + "or allow-plaintext-ring = true in node.conf";
        }

        ulong cpg;
        var model = new Corosync.CpgModel
        {
            Model = 1,
            Deliver = &OnDeliver,
            Members = &OnMembers,
            Totem = &OnTotem,
            Flags = Corosync.DeliverInitialTotem,
        };
        var result = Corosync.CpgInitialize(&cpg, 1, &model, GCHandle.ToIntPtr(_self));
        if (result != Corosync.Ok)
        {
            return Explain("cpg_model_initialize", result);
        }

        lock (_gate)
        {
            _cpg = cpg;
        }

        uint local;
        result = Corosync.CpgLocal(cpg, &local);
        if (result != Corosync.Ok)
        {
            return Explain("cpg_local_get", result);
        }

        ulong quorum;
        uint type;
        var quorumModel = new Corosync.QuorumModel { Model = 1, Changed = &OnQuorum };
        result = Corosync.QuorumInitialize(&quorum, 1, &quorumModel, &type, GCHandle.ToIntPtr(_self));
        if (result != Corosync.Ok)
        {
            return Explain("quorum_model_initialize", result);
        }

        _quorum = quorum;
        var nodeId = local;
        var self = new LinkMember(nodeId, (uint)Environment.ProcessId);
        var name = nodes.FirstOrDefault(node => node.NodeId == nodeId)?.Name ?? "";
        _onEvent(new LinkEvent.Connected(self, name, nodes, isTwoNode));
        var groupName = Name();
        result = Corosync.CpgJoin(cpg, &groupName);
        if (result != Corosync.Ok)
        {
            return Explain("cpg_join", result);
        }

        result = Corosync.QuorumTrack(quorum, Corosync.TrackCurrentAndChanges);
        return result == Corosync.Ok ? "" : Explain("quorum_trackstart", result);
    }

    private string Dispatch()
    {
        int cpgDescriptor, quorumDescriptor;
        _ = Corosync.CpgDescriptor(_cpg, &cpgDescriptor);
        _ = Corosync.QuorumDescriptor(_quorum, &quorumDescriptor);
        var entries = stackalloc Corosync.PollEntry[2];
        while (!_stopping.IsSet)
        {
            entries[0] = new Corosync.PollEntry { Descriptor = cpgDescriptor, Events = PollIn };
            entries[1] = new Corosync.PollEntry { Descriptor = quorumDescriptor, Events = PollIn };
            _ = Corosync.Poll(entries, 2, PollTimeoutMs);
            if (entries[0].Happened != 0 && Corosync.CpgDispatch(_cpg,
                Corosync.DispatchAll) is var cpg and not Corosync.Ok
                and not Corosync.TryAgain)
            {
                return Explain("corosync is gone: cpg_dispatch", cpg);
            }

            if (entries[1].Happened != 0
                && Corosync.QuorumDispatch(_quorum, Corosync.DispatchAll) is var quorum and not Corosync.Ok
                and not Corosync.TryAgain)
            {
                return Explain("corosync is gone: quorum_dispatch", quorum);
            }
        }

        return "stopped";
    }

    private void Disconnect()
    {
        ulong cpg, quorum;
        lock (_gate)
        {
            (cpg, quorum) = (_cpg, _quorum);
            (_cpg, _quorum) = (0, 0);
        }

        if (cpg != 0)
        {
            if (_stopping.IsSet)
            {
                var name = Name();
                _ = Corosync.CpgLeave(cpg, &name);
            }

            _ = Corosync.CpgFinalize(cpg);
        }

        if (quorum != 0)
        {
            _ = Corosync.QuorumFinalize(quorum);
        }
    }

    private static ValueList<LinkNode> ReadNodes(out bool isTwoNode, out bool isEncrypted, out string error)
    {
        ulong cmap;
        isTwoNode = false;
        isEncrypted = false;
        var result = Corosync.CmapInitialize(&cmap);
        if (result != Corosync.Ok)
        {
            error = Explain("cmap_initialize", result);
            return [];
        }

        var nodes = new List<LinkNode>();
        for (var index = 0; index < MaxNodes; index++)
        {
            uint id;
            if (Corosync.CmapNumber(cmap, $"nodelist.node.{index}.nodeid", &id) != Corosync.Ok)
            {
                continue;
            }

            uint votes;
            var hasVotes = Corosync.CmapNumber(cmap, $"nodelist.node.{index}.quorum_votes", &votes) == Corosync.Ok;
            var name = Text(cmap, $"nodelist.node.{index}.name") ?? "";
            nodes.Add(new LinkNode(id, name, hasVotes ? (int)Math.Min(votes, 255) : 1));
        }

        byte flag;
        isTwoNode = Corosync.CmapByte(cmap, "quorum.two_node", &flag) == Corosync.Ok && flag == 1;
        isEncrypted = Text(cmap, "totem.crypto_cipher") is { } cipher and not "none"
            && Text(cmap, "totem.crypto_hash") is { } hash and not "none" && cipher.Length > 0 && hash.Length > 0;
        _ = Corosync.CmapFinalize(cmap);
        error = nodes.Count == 0 ? "corosync.conf has no nodelist" : "";
        return nodes.OrderBy(node => node.NodeId).ToValueList();
    }

    private static string? Text(ulong cmap, string key)
    {
        byte* text = null;
        if (Corosync.CmapString(cmap, key, &text) != Corosync.Ok || text is null)
        {
            return null;
        }

        var value = Marshal.PtrToStringUTF8((nint)text);
        Corosync.Free(text);
        return value;
    }

    private Corosync.GroupName Name()
    {
        var name = default(Corosync.GroupName);
        name.Length = (uint)Encoding.UTF8.GetBytes(group, new Span<byte>(name.Value, 128));
        return name;
    }

    private static string Explain(string call, int code) => code switch
    {
        2 => $"{call}: corosync is not running, or its connection broke",
        6 => $"{call}: corosync is busy",
        11 => $"{call}: no permission; run as root, or list this user in /etc/corosync/uidgid.d",
        _ => $"{call}: error {code}",
    };

    private static CorosyncLink LinkOf(nint context) => (CorosyncLink)GCHandle.FromIntPtr(context).Target!;

    private static CorosyncLink OfGroup(ulong handle)
    {
        nint context;
        _ = Corosync.CpgContext(handle, &context);
        return LinkOf(context);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDeliver(
        ulong handle, Corosync.GroupName* name, uint nodeId, uint processId, byte* message, nuint length)
    {
        var bytes = length <= int.MaxValue ? new ReadOnlySpan<byte>(message, (int)length).ToArray() : [];
        OfGroup(handle)._onEvent(new LinkEvent.Delivered(new LinkMember(nodeId, processId), bytes));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnMembers(
        ulong handle, Corosync.GroupName* name, Corosync.Address* members, nuint memberCount, Corosync.Address* left,
        nuint leftCount, Corosync.Address* joined, nuint joinedCount) =>
        OfGroup(handle)._onEvent(new LinkEvent.MembersChanged(
            ListOf(members, memberCount), ListOf(joined, joinedCount), ListOf(left, leftCount)));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnTotem(ulong handle, Corosync.Ring ring, uint count, uint* nodes) =>
        OfGroup(handle)._onEvent(new LinkEvent.RingChanged(new RingId(ring.NodeId, ring.Sequence), NumbersOf(nodes,
            count)));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnQuorum(ulong handle, uint isQuorate, Corosync.Ring ring, uint count, uint* nodes)
    {
        nint context;
        _ = Corosync.QuorumContext(handle, &context);
        LinkOf(context)._onEvent(new LinkEvent.QuorumChanged(
            new RingId(ring.NodeId, ring.Sequence), isQuorate != 0, NumbersOf(nodes, count)));
    }

    private static ValueList<LinkMember> ListOf(Corosync.Address* addresses, nuint count)
    {
        var members = new LinkMember[(int)Math.Min(count, MaxNodes)];
        for (var index = 0; index < members.Length; index++)
        {
            members[index] = new LinkMember(addresses[index].NodeId, addresses[index].ProcessId);
        }

        return [.. members];
    }

    private static ValueList<uint> NumbersOf(uint* numbers, uint count) =>
        [.. new ReadOnlySpan<uint>(numbers, (int)Math.Min(count, MaxNodes))];
}
