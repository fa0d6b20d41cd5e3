using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ha.Node.Api;

namespace Ha.Node.Commands;

/// <summary>How one command was called: what every command needs.</summary>
internal sealed record Invocation
{
    private static readonly TimeSpan s_answerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_changeTimeout = ApiLimits.ChangeDeadline + TimeSpan.FromSeconds(5);

    /// <summary>Path of the node's socket.</summary>
    public required string Socket { get; init; }

    /// <summary>Somebody named the socket, on the command line or in the environment.</summary>
    public bool IsSocketGiven { get; init; }

    /// <summary>One JSON object on the standard output instead of text.</summary>
    public required bool Json { get; init; }

    /// <summary>Nothing but the result.</summary>
    public required bool Quiet { get; init; }

    /// <summary>Colours are allowed.</summary>
    public required bool Color { get; init; }

    /// <summary>A person sits at a terminal.</summary>
    public required bool Interactive { get; init; }

    /// <summary>How long an answer may take; null where nobody said.</summary>
    public required TimeSpan? Timeout { get; init; }

    /// <summary>Text for people and JSON for programs.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Notes, progress, errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>A connection to the node on this host.</summary>
    public NodeClient Connect() => new(Socket, Timeout ?? s_answerTimeout);

    /// <summary>The same for a change, which a majority has to write to disk first.</summary>
    public NodeClient ConnectForChange() => new(Socket, Timeout ?? s_changeTimeout);

    /// <summary>The same for an answer that waits until something happens.</summary>
    public NodeClient ConnectForWait() => new(Socket, ApiLimits.LongestWait + s_answerTimeout);

    /// <summary>Prints a reply: as JSON where asked for, else as text.</summary>
    public void Print<T>(T reply, JsonTypeInfo<T> type, Func<T, string> text)
    {
        if (Json)
        {
            Out.WriteLine(JsonSerializer.Serialize(reply, type));
        }
        else
        {
            Out.Write(text(reply));
        }
    }

    /// <summary>Prints one of many replies: JSON is one line then.</summary>
    public void PrintNext<T>(T reply, JsonTypeInfo<T> type, Func<T, string> text)
    {
        if (Json)
        {
            using var document = JsonSerializer.SerializeToDocument(reply, type);
            Out.WriteLine(JsonSerializer.Serialize(document.RootElement, ReplyJson.Compact.JsonElement));
        }
        else
        {
            Out.Write(text(reply));
        }

        Out.Flush();
    }

    /// <summary>Prints an error and gives its exit code.</summary>
    public int Fail(ErrorReply error)
    {
        if (Json)
        {
            Out.WriteLine(JsonSerializer.Serialize(error, ReplyJson.Default.ErrorReply));
        }
        else
        {
            Error.WriteLine($"ha: {error.Text}");
        }

        return error.Code;
    }

    /// <summary>Prints an error and gives its exit code.</summary>
    public int Fail(int code, string text) => Fail(new ErrorReply { Code = code, Text = text });

    /// <summary>Prints a note, unless silence was asked for.</summary>
    public void Note(string text)
    {
        if (!Quiet)
        {
            Error.WriteLine(text);
        }
    }
}
