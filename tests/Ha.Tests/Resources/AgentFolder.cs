using System.Text;

namespace Ha.Tests.Resources;

/// <summary>A folder of agents that a test wrote: real programs, run for real.</summary>
internal sealed class AgentFolder : IDisposable
{
    public const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Path { get; } = Directory.CreateTempSubdirectory("ha-ra-").FullName;

    /// <summary>A file in the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>An OCF agent test:NAME with this shell text.</summary>
    public void Ocf(string name, string text, UnixFileMode mode = Executable) =>
        Write("resource.d/test/" + name, "#!/bin/sh\n" + text, mode);

    /// <summary>Any program.</summary>
    public string Write(string name, string text, UnixFileMode mode = Executable) =>
        Write(name, Encoding.UTF8.GetBytes(text), mode);

    public string Write(string name, byte[] bytes, UnixFileMode mode = Executable)
    {
        var path = File(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, bytes);
        System.IO.File.SetUnixFileMode(path, mode);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
