using System.Buffers.Binary;
using System.Text.Json;
using Ha.InformationBase;

namespace Ha.Actors.Cluster;

/// <summary>A request that a snapshot remembers, so that the same request is not taken again after it.</summary>
/// <param name="Index">Where it is in the log.</param>
/// <param name="RequestId">What its sender called it.</param>
/// <param name="Refusal">Why it had no effect; empty when it had.</param>
public sealed record RequestMark(long Index, string RequestId, string Refusal);

/// <summary>A snapshot as bytes: the length of the marks, the marks as JSON, the state.</summary>
public static class SnapshotCodec
{
    private const int HeaderBytes = 4;

    /// <summary>Bytes of what a log holds at its snapshot's index.</summary>
    public static byte[] Encode(ReplicaLog log)
    {
        var marks = log.Requests
            .Where(request => request.Value <= log.SnapshotIndex
                && request.Value > log.SnapshotIndex - ReplicaLog.RequestWindow)
            .Select(request => new RequestMark(
                request.Value, request.Key, log.Refusals.GetValueOrDefault(request.Value, "")))
            .OrderBy(mark => mark.Index)
            .ToArray();
        var head = JsonSerializer.SerializeToUtf8Bytes(marks);
        var state = CibCodec.Encode(log.SnapshotCib);
        var bytes = new byte[HeaderBytes + head.Length + state.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, head.Length);
        head.CopyTo(bytes, HeaderBytes);
        state.CopyTo(bytes, HeaderBytes + head.Length);
        return bytes;
    }

    /// <summary>Reads a snapshot into a log that ends there.</summary>
    /// <returns>False, with the reason in <paramref name="error"/>, for anything else. Throws nothing.</returns>
    public static bool TryDecode(LogSnapshot snapshot, out ReplicaLog? log, out string error)
    {
        log = null;
        var bytes = snapshot.State.Span;
        var length = bytes.Length < HeaderBytes ? -1 : BinaryPrimitives.ReadInt32BigEndian(bytes);
        if (length < 0 || length > bytes.Length - HeaderBytes)
        {
            error = "too short";
            return false;
        }

        RequestMark[]? marks;
        try
        {
            marks = JsonSerializer.Deserialize<RequestMark[]>(bytes.Slice(HeaderBytes, length));
        }
        catch (JsonException e)
        {
            error = e.Message;
            return false;
        }

        if (marks is null || marks.Any(static mark => mark?.RequestId is null))
        {
            error = "a mark is empty";
            return false;
        }

        if (!CibCodec.TryDecode(bytes[(HeaderBytes + length)..], out Cib? cib, out error))
        {
            return false;
        }

        var empty = new ReplicaLog();
        log = empty with
        {
            SnapshotIndex = snapshot.Index,
            SnapshotHash = snapshot.Hash,
            SnapshotCib = cib!,
            DurableIndex = snapshot.Index,
            IssuedIndex = snapshot.Index,
            CommitIndex = snapshot.Index,
            Cib = cib!,
            Requests = empty.Requests.SetItems(marks.Select(mark => KeyValuePair.Create(mark.RequestId, mark.Index))),
            Refusals = empty.Refusals.SetItems(marks.Where(mark => !string.IsNullOrEmpty(mark.Refusal))
                .Select(mark => KeyValuePair.Create(mark.Index, mark.Refusal))),
        };
        return true;
    }
}
