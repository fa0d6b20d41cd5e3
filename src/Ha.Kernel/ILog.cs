namespace Ha.Kernel;

/// <summary>How much a log line matters.</summary>
public enum LogLevel
{
    /// <summary>Messages.</summary>
    Debug,

    /// <summary>One line for each transition and change of role: these alone tell the story.</summary>
    Info,

    /// <summary>We coped, but with less safety than before.</summary>
    Warning,

    /// <summary>A person must look. In a simulation it fails the run.</summary>
    Error,
}

/// <summary>Where log lines go.</summary>
public interface ILog
{
    /// <summary>Writes one line. Control characters in it are the writer's to escape.</summary>
    void Write(LogLevel level, string source, string text);
}

/// <summary>A log that forgets.</summary>
public sealed class NoLog : ILog
{
    /// <inheritdoc/>
    public void Write(LogLevel level, string source, string text)
    {
    }
}

/// <summary>What an actor writes its lines to.</summary>
public readonly struct ActorLog(ILog log, string source)
{
    /// <summary>Messages.</summary>
    public void Debug(string text) => log.Write(LogLevel.Debug, source, text);

    /// <summary>The story.</summary>
    public void Info(string text) => log.Write(LogLevel.Info, source, text);

    /// <summary>We coped.</summary>
    public void Warning(string text) => log.Write(LogLevel.Warning, source, text);

    /// <summary>A person must look.</summary>
    public void Error(string text) => log.Write(LogLevel.Error, source, text);
}
