namespace Ha.Hocon;

/// <summary>Where included files come from. Parsing itself touches no disk.</summary>
public interface IHoconFiles
{
    /// <summary>The bytes of a file, by a path relative to the configuration folder; null when there is none, or when
    /// it may not be read.</summary>
    byte[]? Read(string path);
}

/// <summary>No file can be included.</summary>
public sealed class NoHoconFiles : IHoconFiles
{
    /// <inheritdoc/>
    public byte[]? Read(string path) => null;
}

/// <summary>Files of one folder and the folders below it. A link that leads out of it is refused, on the way as at the
/// end. </summary>
public sealed class FolderHoconFiles(string folder) : IHoconFiles
{
    /// <summary>Longest chain of links that is followed, as in the kernel.</summary>
    private const int MaxLinks = 40;

    /// <inheritdoc/>
    public byte[]? Read(string path)
    {
        if (RealPath(Path.GetFullPath(folder)) is not { } root
            || RealPath(Path.GetFullPath(Path.Combine(root, path))) is not { } real
            || !real.StartsWith(root.EndsWith('/') ? root : root + "/", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            var target = new FileInfo(real);
            return target.Exists && target.Length <= HoconDocument.MaxBytes ? File.ReadAllBytes(real) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // The path with every link resolved; null when links go in circles.
    private static string? RealPath(string path)
    {
        var links = 0;
        var done = "/";
        var rest = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        while (rest.TryPop(out var name))
        {
            if (name is ".")
            {
                continue;
            }

            if (name is "..")
            {
                done = Path.GetDirectoryName(done) ?? "/";
                continue;
            }

            var next = Path.Combine(done, name);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                done = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            done = target.StartsWith('/') ? "/" : done;
            foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                rest.Push(part);
            }
        }

        return done;
    }
}
