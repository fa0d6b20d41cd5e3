using Ha.InformationBase.Reader;

namespace Ha.Resources.Vrrp.Track;

/// <summary>What one check has found so far.</summary>
/// <param name="IsGood">It counts as good.</param>
/// <param name="InARow">So many results in a row say otherwise.</param>
/// <param name="Value">Of a file: its number; else 0 for good and 1 for bad.</param>
public readonly record struct TrackState(bool IsGood, int InARow, int Value);

/// <summary>How results become verdicts, and verdicts a router's fitness. Pure.</summary>
public static class TrackVerdict
{
    // A file's number times its weight under this makes unfit, as with keepalived.
    private const int FaultUnder = -253;

    /// <summary>One more result.</summary>
    /// <param name="check">The check.</param>
    /// <param name="state">What was; null before the first result, which counts at once.</param>
    /// <param name="isGood">The result.</param>
    /// <param name="value">The number of a file.</param>
    public static TrackState Take(VrrpCheck check, TrackState? state, bool isGood, int value)
    {
        if (state is not { } before)
        {
            return new TrackState(isGood, 0, value);
        }

        if (isGood == before.IsGood)
        {
            return new TrackState(isGood, 0, value);
        }

        var needed = isGood ? check.Rise : check.Fall;
        return before.InARow + 1 >= needed
            ? new TrackState(isGood, 0, value)
            : before with { InARow = before.InARow + 1, Value = value };
    }

    /// <summary>What the checks of a router say together.</summary>
    /// <returns>How many make it unfit, and what they add to its priority.</returns>
    public static (int Faults, int Weight) Sum(IEnumerable<(VrrpCheck Check, TrackState State)> checks)
    {
        var faults = 0;
        var weight = 0;
        foreach (var (check, state) in checks)
        {
            if (check.File.Length > 0 && check.Weight != 0)
            {
                var product = (long)check.Weight * state.Value;
                faults += product < FaultUnder ? 1 : 0;
                weight += (int)Math.Clamp(product, -254, 254);
            }
            else if (check.Weight != 0)
            {
                weight += check.Weight < 0 == !state.IsGood ? check.Weight : 0;
            }
            else if (check.IsFault && !state.IsGood)
            {
                faults++;
            }
        }

        return (faults, weight);
    }
}
