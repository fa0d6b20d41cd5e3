namespace Ha.Policy.Scheduling;

/// <summary>The order of node names that people expect: numbers in them by value (node2 before node10), letters in
/// either case.</summary>
internal static class NodeNames
{
    public static int Compare(string one, string other)
    {
        int left = 0, right = 0;
        while (left < one.Length && right < other.Length)
        {
            if (char.IsAsciiDigit(one[left]) && char.IsAsciiDigit(other[right]))
            {
                var order = CompareNumbers(NumberAt(one, ref left), NumberAt(other, ref right));
                if (order != 0)
                {
                    return order;
                }

                continue;
            }

            var (first, second) = (char.ToLowerInvariant(one[left++]), char.ToLowerInvariant(other[right++]));
            if (first != second)
            {
                return first < second ? -1 : 1;
            }
        }

        return left < one.Length ? 1 : right < other.Length ? -1 : 0;
    }

    // Leading zeros do not count.
    private static ReadOnlySpan<char> NumberAt(string text, ref int index)
    {
        while (index < text.Length && text[index] == '0')
        {
            index++;
        }

        var start = index;
        while (index < text.Length && char.IsAsciiDigit(text[index]))
        {
            index++;
        }

        return text.AsSpan(start, index - start);
    }

    private static int CompareNumbers(ReadOnlySpan<char> one, ReadOnlySpan<char> other) =>
        one.Length != other.Length ? one.Length.CompareTo(other.Length) : one.SequenceCompareTo(other);
}
