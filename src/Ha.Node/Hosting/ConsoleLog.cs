using Ha.Kernel;

namespace Ha.Node.Hosting;

/// <summary>Log lines on the standard error: one each, with the priority that the journal reads.</summary>
internal sealed class ConsoleLog(LogLevel least) : ILog
{
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public void Write(LogLevel level, string source, string text)
    {
        if (level < least)
        {
            return;
        }

        var priority = level switch { LogLevel.Error => 3, LogLevel.Warning => 4, LogLevel.Info => 6, _ => 7 };
#pragma warning disable RS0030 // The log's time is the time of day.
        var time = DateTimeOffset.UtcNow;
#pragma warning restore RS0030
        lock (_gate)
        {
            Console.Error.WriteLine($"<{priority}>{time:HH:mm:ss.fff} {source}: {Escape(text)}");
        }
    }

    private static string Escape(string text) => string.Concat(text.Select(letter =>
        char.IsControl(letter) ? letter == '\n' ? " | " : $"\\x{(int)letter:x2}" : letter.ToString()));
}
