using Ha.InformationBase;

namespace Ha.Resources.Systemd;

/// <summary>What a message is for.</summary>
internal enum DbusKind : byte
{
    /// <summary>Asks for something.</summary>
    Call = 1,

    /// <summary>Answers a call.</summary>
    Answer = 2,

    /// <summary>Refuses a call.</summary>
    Error = 3,

    /// <summary>Says that something happened.</summary>
    Signal = 4,
}

/// <summary>One message of the bus.</summary>
internal sealed record DbusMessage
{
    /// <summary>What it is for.</summary>
    public required DbusKind Kind { get; init; }

    /// <summary>1: no answer is wanted; 2: start nothing for it; 4: a person may be asked for a password.</summary>
    public byte Flags { get; init; }

    /// <summary>Number that the sender gave it, never 0.</summary>
    public required uint Serial { get; init; }

    /// <summary>Serial of the call that it answers; 0 for none.</summary>
    public uint ReplySerial { get; init; }

    /// <summary>The object; empty for none.</summary>
    public string Path { get; init; } = "";

    /// <summary>The interface; empty for none.</summary>
    public string Interface { get; init; } = "";

    /// <summary>Method or signal; empty for none.</summary>
    public string Member { get; init; } = "";

    /// <summary>Name of an error; empty for none.</summary>
    public string ErrorName { get; init; } = "";

    /// <summary>Whom it is for; empty on a connection without a bus.</summary>
    public string Destination { get; init; } = "";

    /// <summary>Who sent it, as the bus says; empty for none.</summary>
    public string Sender { get; init; } = "";

    /// <summary>Its values.</summary>
    public ValueList<DbusValue> Body { get; init; }

    /// <summary>The text at a place of the body; null for anything else.</summary>
    public string? TextAt(int index) =>
        index < Body.Count && Body[index] is DbusValue.Text text ? text.Value : null;
}
