namespace Ha.Hocon;

/// <summary>Finds what was probably meant.</summary>
public static class Suggestion
{
    private const int MaxDistance = 2;

    /// <summary>"did you mean x?", or nothing.</summary>
    public static string For(string written, IEnumerable<string> known) =>
        Nearest(written, known) is { } best ? $"did you mean {best}?" : "";

    /// <summary>The known word that is at most two edits away, and at most a third of its length; null for none. Of
    /// several the nearest, then the first in ordinal order.</summary>
    public static string? Nearest(string written, IEnumerable<string> known)
    {
        string? best = null;
        var bestDistance = MaxDistance + 1;
        foreach (var candidate in known)
        {
            var longest = Math.Max(written.Length, candidate.Length);
            var limit = Math.Min(MaxDistance, longest / 3);
            if (Math.Abs(candidate.Length - written.Length) > limit || candidate == written)
            {
                continue;
            }

            var distance = Distance(written, candidate);
            var isBetter = distance < bestDistance
                || (distance == bestDistance && string.CompareOrdinal(candidate, best) < 0);
            if (distance <= limit && isBetter)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary>How many letters must be inserted, removed, replaced or swapped.</summary>
    public static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            rows[i, 0] = i;
        }

        for (var j = 0; j <= right.Length; j++)
        {
            rows[0, j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[left.Length, right.Length];
    }
}
