using System.Text;
using Ha.Hocon;
using Ha.InformationBase.Reader;

namespace Ha.Node.Commands;

/// <summary>A cluster file with its drop-ins, from disk.</summary>
/// <param name="File">What it says; null when it cannot be read at all.</param>
/// <param name="Text">The cluster file's own text.</param>
/// <param name="Error">Why it cannot be read; empty when it can.</param>
internal sealed record ClusterFileInput(ClusterFile? File, string Text, string Error)
{
    private const string DropInFolder = "conf.d";

    /// <summary>Reads it. "-" is the standard input, without drop-ins and includes.</summary>
    /// <param name="path">Path of the cluster file.</param>
    /// <param name="allow">Environment variables that it may use.</param>
    public static ClusterFileInput Read(string path, string[]? allow)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            return Unreadable($"'{Arguments.Printable(path)}' is no path of a file");
        }

        var environment = new HoconEnvironment(
            (allow ?? []).SelectMany(names => names.Split(',')).ToHashSet(StringComparer.Ordinal),
            Environment.GetEnvironmentVariable);
        try
        {
            if (path == "-")
            {
                using var input = Console.OpenStandardInput();
                var bytes = Bounded(input, "the standard input");
                return Of([("stdin", bytes)], new NoHoconFiles(), environment);
            }

            var full = Path.GetFullPath(path);
            if (Directory.Exists(full))
            {
                return Unreadable($"{path} is a folder; write the path of the file in it");
            }

            var folder = Path.GetDirectoryName(full)!;
            var parts = new List<(string, byte[])> { (Path.GetFileName(full), Bytes(full)) };
            var dropIns = Path.Combine(folder, DropInFolder);
            if (Directory.Exists(dropIns))
            {
                parts.AddRange(Directory.EnumerateFiles(dropIns, "*.conf").Order(StringComparer.Ordinal)
                    .Select(item => ($"{DropInFolder}/{Path.GetFileName(item)}", Bytes(item))));
            }

            return Of(parts, new FolderHoconFiles(folder), environment);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Unreadable($"there is no file {path}; examples are in hocon/examples, then: ha check FILE");
        }
        catch (UnauthorizedAccessException)
        {
            return Unreadable($"no permission to read {path}; ls -l {path}");
        }
        catch (IOException e)
        {
            return Unreadable($"{path} cannot be read: {e.Message}");
        }
    }

    /// <summary>The bytes of one file; null, with the reason, when it cannot be read.</summary>
    public static (byte[]? Bytes, string Error) ReadBytes(string path)
    {
        try
        {
            return path.Length == 0 || path.Contains('\0', StringComparison.Ordinal)
                ? (null, $"'{Arguments.Printable(path)}' is no path of a file")
                : (Bytes(path), "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, $"{path} cannot be read: {e.Message}");
        }
    }

    private static ClusterFileInput Of(
        IReadOnlyList<(string File, byte[] Bytes)> parts, IHoconFiles files, HoconEnvironment environment) =>
        new(ClusterFileReader.Read(parts, files, environment), Encoding.UTF8.GetString(parts[0].Bytes), "");

    private static ClusterFileInput Unreadable(string error) => new(null, "", error);

    private static byte[] Bytes(string path)
    {
        using var stream = System.IO.File.OpenRead(path);
        return Bounded(stream, path);
    }

    // A device or a pipe has no length to look at first.
    private static byte[] Bounded(Stream stream, string name)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[81_920];
        while (stream.Read(buffer) is > 0 and var read)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > HoconDocument.MaxBytes)
            {
                throw new IOException($"{name} is longer than {HoconDocument.MaxBytes} bytes");
            }
        }

        return bytes.ToArray();
    }
}
