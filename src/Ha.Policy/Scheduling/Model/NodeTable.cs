namespace Ha.Policy.Scheduling;

/// <summary>Scores by node: which nodes a resource may use at all, and how much it wants each. Scores are plain numbers
/// with ±1,000,000 for infinity.</summary>
internal sealed class NodeTable
{
    private const byte Present = 1;

    private readonly int[] _scores;
    private readonly byte[] _present;
    private int[]? _counts;
    private DiscoveryMode[]? _discovery;

    public NodeTable(int nodeCount)
    {
        _scores = new int[nodeCount];
        _present = new byte[nodeCount];
    }

    private NodeTable(NodeTable other)
    {
        _scores = (int[])other._scores.Clone();
        _present = (byte[])other._present.Clone();
        _counts = (int[]?)other._counts?.Clone();
        _discovery = (DiscoveryMode[]?)other._discovery?.Clone();
    }

    /// <summary>Length of the table: the number of nodes in the run.</summary>
    public int Length => _scores.Length;

    /// <summary>True when the node is in the table.</summary>
    public bool Has(int node) => _present[node] == Present;

    /// <summary>Score of a node that is in the table; −infinity for one that is not.</summary>
    public int this[int node] => Has(node) ? _scores[node] : Scores.MinusInfinity;

    /// <summary>Puts a node into the table, or changes its score.</summary>
    public void Set(int node, int score)
    {
        _present[node] = Present;
        _scores[node] = score;
    }

    /// <summary>Adds to the score of a node that is in the table; does nothing for others.</summary>
    public void Add(int node, int score)
    {
        if (Has(node))
        {
            _scores[node] = Scores.Add(_scores[node], score);
        }
    }

    public void Remove(int node) => _present[node] = 0;

    /// <summary>Instances on the node so far: used while a clone is placed.</summary>
    public int CountOn(int node) => _counts?[node] ?? 0;

    public void SetCount(int node, int count) => (_counts ??= new int[_scores.Length])[node] = count;

    public DiscoveryMode Discovery(int node) => _discovery?[node] ?? DiscoveryMode.Always;

    public void SetDiscovery(int node, DiscoveryMode mode)
    {
        if (_discovery is not null || mode != DiscoveryMode.Always)
        {
            (_discovery ??= new DiscoveryMode[_scores.Length])[node] = mode;
        }
    }

    public NodeTable Copy() => new(this);

    /// <summary>How many nodes are in the table.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var present in _present)
            {
                count += present;
            }

            return count;
        }
    }
}

/// <summary>Arithmetic of scores as plain numbers. Source: Pacemaker Explained, "Scores".</summary>
internal static class Scores
{
    public const int Infinity = 1_000_000;
    public const int MinusInfinity = -1_000_000;

    /// <summary>A ban wins, then infinity, then the clipped sum.</summary>
    public static int Add(int left, int right) =>
        left <= MinusInfinity || right <= MinusInfinity ? MinusInfinity
        : left >= Infinity || right >= Infinity ? Infinity
        : Math.Clamp(left + right, MinusInfinity, Infinity);

    /// <summary>The number, or INFINITY or -INFINITY.</summary>
    public static string Text(int score) => score switch
    {
        >= Infinity => "INFINITY",
        <= MinusInfinity => "-INFINITY",
        _ => score.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>Reads a score: INFINITY, or the whole number that the text begins with (2.0 counts as 2).</summary>
    public static int Parse(string? text, int otherwise)
    {
        if (text is null)
        {
            return otherwise;
        }

        if (InformationBase.Score.TryParse(text, out var score))
        {
            return score.Value;
        }

        var length = text.Length > 0 && text[0] is '-' or '+' ? 1 : 0;
        while (length < text.Length && char.IsAsciiDigit(text[length]))
        {
            length++;
        }

        return InformationBase.Score.TryParse(text[..length], out score) ? score.Value : otherwise;
    }
}
