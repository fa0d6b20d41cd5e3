using Ha.InformationBase;

namespace Ha.Simulation.Hands;

/// <summary>What agents of one host do wrong, by chance, in percent of their calls.</summary>
public sealed record AgentFaults
{
    /// <summary>Nothing.</summary>
    public static AgentFaults None { get; } = new();

    /// <summary>A start fails; half of those leave the thing running.</summary>
    public int StartFailPercent { get; init; }

    /// <summary>A stop fails, and the thing goes on.</summary>
    public int StopFailPercent { get; init; }

    /// <summary>A call does not end before its time-out; half of the starts have done their work all the
    /// same.</summary>
    public int HangPercent { get; init; }

    /// <summary>A recurring monitor says that the thing is ill, in tenths of a percent.</summary>
    public int IllPerMille { get; init; }

    /// <summary>A stop says that it stopped the thing, and did not.</summary>
    public int LiePercent { get; init; }

    /// <summary>A start says that it did, and nothing runs.</summary>
    public int HollowPercent { get; init; }

    /// <summary>Monitors of this resource say that it is ill; empty for none.</summary>
    public string Ill { get; init; } = "";

    /// <summary>Calls that always hang until their time-out, and do nothing: "stop vip".</summary>
    public ValueList<string> Hanging { get; init; }

    /// <summary>The longest that a call takes that does not hang.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMilliseconds(200);
}

/// <summary>What fencing does wrong, by chance.</summary>
public sealed record FencingFaults
{
    /// <summary>Nothing.</summary>
    public static FencingFaults None { get; } = new();

    /// <summary>In percent: the agent fails; a third of those have cut the power all the same.</summary>
    public int FailPercent { get; init; }

    /// <summary>The device cannot be reached: nothing is cut, and the agent says so after the delay.</summary>
    public bool IsDead { get; init; }

    /// <summary>The device does nothing for so long.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The agent reports so much later than the power is cut.</summary>
    public TimeSpan LateReport { get; init; }

    /// <summary>The device carries out what it was told though whoever told it is gone.</summary>
    public bool IsStubborn { get; init; }
}
