using Ha.InformationBase;

namespace Ha.Resources.Systemd;

/// <summary>What became of a call: a closed family.</summary>
internal abstract record DbusReply
{
    private DbusReply()
    {
    }

    /// <summary>The answer.</summary>
    public sealed record Answered(ValueList<DbusValue> Body) : DbusReply
    {
        /// <summary>The text at a place of the answer; null for anything else.</summary>
        public string? TextAt(int index) =>
            index < Body.Count && Body[index].Bare() is DbusValue.Text text ? text.Value : null;
    }

    /// <summary>The other side refused.</summary>
    /// <param name="Name">Name of the error, such as org.freedesktop.systemd1.NoSuchUnit.</param>
    /// <param name="Text">What it says, safe to print.</param>
    public sealed record Refused(string Name, string Text) : DbusReply;

    /// <summary>The connection broke, or nobody answered in time: it may have been done, or not.</summary>
    public sealed record Lost(string Reason) : DbusReply;
}
