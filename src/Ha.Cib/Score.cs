using System.Globalization;

namespace Ha.InformationBase;

/// <summary>How much a resource wants a node: −1,000,000 (a ban) to 1,000,000 (must). Sums saturate; in a sum a ban
/// wins
/// over everything, then infinity over every number. Source: Pacemaker Explained, "Scores".</summary>
public readonly record struct Score : IComparable<Score>
{
    /// <summary>The number that stands for infinity.</summary>
    public const int InfinityValue = 1_000_000;

    private Score(int value) => Value = value;

    /// <summary>The number, −1,000,000 to 1,000,000.</summary>
    public int Value { get; }

    /// <summary>Must.</summary>
    public static Score Infinity => new(InfinityValue);

    /// <summary>Must not: a ban.</summary>
    public static Score MinusInfinity => new(-InfinityValue);

    /// <summary>No wish either way.</summary>
    public static Score Zero => default;

    /// <summary>True for −infinity, which no other score can outweigh.</summary>
    public bool IsBan => Value <= -InfinityValue;

    /// <summary>True for +infinity.</summary>
    public bool IsInfinity => Value >= InfinityValue;

    /// <summary>The score of a number, clipped to ±infinity.</summary>
    public static Score Of(long value) => new((int)Math.Clamp(value, -InfinityValue, InfinityValue));

    /// <summary>The sum: a ban wins, then infinity, then the clipped sum.</summary>
    public static Score operator +(Score left, Score right) => left.Add(right);

    /// <summary>The sum: a ban wins, then infinity, then the clipped sum.</summary>
    public Score Add(Score other) =>
        IsBan || other.IsBan ? MinusInfinity
        : IsInfinity || other.IsInfinity ? Infinity
        : Of((long)Value + other.Value);

    /// <summary>Reads a score: a whole number, INFINITY, +INFINITY or -INFINITY.</summary>
    public static bool TryParse(string text, out Score score)
    {
        switch (text)
        {
            case "INFINITY" or "+INFINITY" or "infinity" or "+infinity":
                score = Infinity;
                return true;
            case "-INFINITY" or "-infinity":
                score = MinusInfinity;
                return true;
            default:
                var isNumber = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                    out var value);
                score = isNumber ? Of(value) : Zero;
                return isNumber;
        }
    }

    /// <inheritdoc/>
    public int CompareTo(Score other) => Value.CompareTo(other.Value);

    /// <summary>The number, or INFINITY or -INFINITY.</summary>
    public override string ToString() =>
        IsBan ? "-INFINITY" : IsInfinity ? "INFINITY" : Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Orders by number.</summary>
    public static bool operator <(Score left, Score right) => left.Value < right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >(Score left, Score right) => left.Value > right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator <=(Score left, Score right) => left.Value <= right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >=(Score left, Score right) => left.Value >= right.Value;
}
