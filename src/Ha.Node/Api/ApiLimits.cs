using Ha.InformationBase;

namespace Ha.Node.Api;

/// <summary>How much one peer, and all peers together, may ask of the interface. What is over a limit is refused at
/// once with a text, so that a flood costs the node little, and the cluster nothing.</summary>
internal static class ApiLimits
{
    /// <summary>Longest body: an encoded change.</summary>
    public const long MaxBodyBytes = CibCodec.MaxChangeBytes;

    /// <summary>Longest request line: a name of a resource and a filter of events need far less.</summary>
    public const int MaxRequestLineBytes = 8 * 1024;

    /// <summary>All headers of one request.</summary>
    public const int MaxHeaderBytes = 16 * 1024;

    /// <summary>Number of headers of one request.</summary>
    public const int MaxHeaders = 64;

    /// <summary>Open connections of all users.</summary>
    public const int MaxConnections = 256;

    /// <summary>Open connections of one user other than root: the rest stays free for others.</summary>
    public const int MaxConnectionsOfUser = 128;

    /// <summary>Changes that are read or under way at a time: each may hold a body of the longest kind.</summary>
    public const int MaxChangesAtOnce = 16;

    /// <summary>Slowest body that is waited for, in bytes a second, after <see cref="SlownessGrace"/>.</summary>
    public const double MinBodyBytesPerSecond = 1024;

    /// <summary>How long a body, or the reader of a reply, may be slower than allowed.</summary>
    public static readonly TimeSpan SlownessGrace = TimeSpan.FromSeconds(5);

    /// <summary>How long the headers of a request may take.</summary>
    public static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may be open without a request.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long a request that waits for something may wait; the client asks again.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(25);

    /// <summary>How long a change may take to be committed.</summary>
    public static readonly TimeSpan ChangeDeadline = TimeSpan.FromSeconds(20);
}
