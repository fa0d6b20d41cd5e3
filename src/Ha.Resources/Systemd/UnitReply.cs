namespace Ha.Resources.Systemd;

/// <summary>What came of asking systemd: a closed family.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
internal abstract record UnitReply<T>
{
    private UnitReply()
    {
    }

    /// <summary>The answer.</summary>
    public sealed record Answered(T Value) : UnitReply<T>;

    /// <summary>systemd refused.</summary>
    public sealed record Refused(string Name, string Text) : UnitReply<T>;

    /// <summary>Nobody answered: ask again.</summary>
    public sealed record Lost(string Reason) : UnitReply<T>;
}
