using System.Net.Sockets;

namespace Ha.Node.Api;

/// <summary>Who is at the other end of a Unix socket, as the kernel says.</summary>
internal sealed record PeerCredentials(int ProcessId, int UserId, int GroupId)
{
    private const int SocketLevel = 1;
    private const int PeerCredentialOption = 17;

    /// <summary>Members of this group may use the interface, as with Pacemaker.</summary>
    public const string ClientGroup = "haclient";

    /// <summary>Asks the kernel (SO_PEERCRED); null where it does not know.</summary>
    public static PeerCredentials? Of(Socket socket)
    {
        Span<byte> answer = stackalloc byte[12];
        try
        {
            return socket.GetRawSocketOption(SocketLevel, PeerCredentialOption, answer) == 12
                ? new PeerCredentials(
                    BitConverter.ToInt32(answer), BitConverter.ToInt32(answer[4..]), BitConverter.ToInt32(answer[8..]))
                : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>True for root, for our own user, and for members of the group haclient (looked up afresh).</summary>
    public bool MayUse(int ownUserId, IAccounts accounts) =>
        UserId == 0 || UserId == ownUserId || accounts.IsInGroup(UserId, GroupId, ClientGroup);

    /// <summary>A name for the audit: the user's, or uid 1000 where there is none.</summary>
    public string Principal(IAccounts accounts) => accounts.NameOf(UserId) ?? $"uid {UserId}";
}

/// <summary>Users and groups of this host.</summary>
internal interface IAccounts
{
    /// <summary>True when the user is a member of the group, by its primary group or by the group's list.</summary>
    bool IsInGroup(int userId, int groupId, string group);

    /// <summary>The user's name; null where there is none.</summary>
    string? NameOf(int userId);
}

/// <summary>Users and groups as /etc/passwd and /etc/group have them.</summary>
internal sealed class FileAccounts(string passwd = "/etc/passwd", string groups = "/etc/group") : IAccounts
{
    /// <inheritdoc/>
    public bool IsInGroup(int userId, int groupId, string group)
    {
        var name = NameOf(userId);
        return Lines(groups).Any(fields => fields.Length >= 4 && fields[0] == group
            && (fields[2] == groupId.ToString(System.Globalization.CultureInfo.InvariantCulture)
                || (name is not null && fields[3].Split(',').Contains(name, StringComparer.Ordinal))));
    }

    /// <inheritdoc/>
    public string? NameOf(int userId)
    {
        var id = userId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Lines(passwd).Where(fields => fields.Length >= 3 && fields[2] == id).Select(fields => fields[0])
            .FirstOrDefault();
    }

    /// <summary>Id of a group; null where there is none.</summary>
    public int? GroupId(string group) =>
        Lines(groups).Where(fields => fields.Length >= 3 && fields[0] == group)
            .Select(fields => int.TryParse(fields[2], out var id) ? id : (int?)null)
            .FirstOrDefault();

    private static IEnumerable<string[]> Lines(string path) =>
        File.Exists(path) ? File.ReadLines(path).Select(line => line.Split(':')) : [];
}
