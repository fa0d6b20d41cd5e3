using System.Text;
using System.Text.RegularExpressions;
using Ha.InformationBase;
using Ha.InformationBase.Reader;

namespace Ha.Resources;

/// <summary>Secrets of this node: the configuration names them, and only the node that uses one looks it up, at each
/// use. They are in no state, log or report.</summary>
/// <param name="folder">Where secret://NAME is: /var/lib/ha/secrets.</param>
/// <param name="credentialFolder">Where cred://NAME is: systemd's credentials of our unit; null for none.</param>
public sealed partial class SecretStore(string folder, string? credentialFolder)
{
    /// <summary>Longest secret.</summary>
    public const int MaxBytes = 64 * 1024;

    private const UnixFileMode ForOthers =
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherExecute;

    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Parameters with every reference replaced by its secret.</summary>
    /// <returns>Empty, or what is missing, without a secret in it.</returns>
    public string Resolve(ValueMap<string> parameters, out ValueMap<string> resolved)
    {
        resolved = parameters;
        if (!parameters.Any(pair => SecretChecks.IsReference(pair.Value)))
        {
            return "";
        }

        var values = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in parameters)
        {
            var secret = value;
            if (SecretChecks.IsReference(value) && Find(value, out secret) is { Length: > 0 } error)
            {
                return $"parameter {name}: {error}";
            }

            values.Add(new KeyValuePair<string, string>(name, secret));
        }

        resolved = ValueMap<string>.Of(values);
        return "";
    }

    /// <summary>Looks up a reference.</summary>
    /// <returns>Empty, or why there is no secret.</returns>
    public string Find(string reference, out string secret)
    {
        secret = "";
        var (path, error) = PathOf(reference);
        if (error.Length > 0)
        {
            return error;
        }

        try
        {
            if (!File.Exists(path))
            {
                return $"{SafeText.Of(reference)} is not on this node: {HintFor(reference, path)}";
            }

            if ((File.GetUnixFileMode(path) & ForOthers) != 0)
            {
                return $"{path} is open to others than its owner: chmod 600 {path}";
            }

            if (new FileInfo(path).Length > MaxBytes)
            {
                return $"{path} has more than {MaxBytes} bytes";
            }

            // Editors end a file with a line end, which is no part of the secret.
            var text = File.ReadAllText(path, Encoding.UTF8);
            secret = text.EndsWith('\n') ? text[..^1].TrimEnd('\r') : text;
            return secret.Length == 0 ? $"{path} is empty" : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be read: {SafeText.Of(e.Message)}";
        }
    }

    /// <summary>Names of the secrets that this node keeps.</summary>
    public IReadOnlyList<string> Names() => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Keeps a secret under a name; an older one of that name is gone at once.</summary>
    /// <returns>Empty, or why it could not be kept.</returns>
    public string Keep(string name, string secret)
    {
        if (!SafeName().IsMatch(name))
        {
            return $"'{SafeText.Of(name)}' cannot be the name of a secret: letters, digits, dots, dashes";
        }

        if (secret.Length == 0 || Encoding.UTF8.GetByteCount(secret) > MaxBytes)
        {
            return $"a secret has 1 to {MaxBytes} bytes";
        }

        try
        {
            Directory.CreateDirectory(folder, FolderMode);
            var path = Path.Combine(folder, name);
            var next = Path.Combine(folder, $".{name}.new");
            File.Delete(next);
            using (var file = new FileStream(next, new FileStreamOptions
            {
                Mode = System.IO.FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = FileMode,
            }))
            {
                file.Write(Encoding.UTF8.GetBytes(secret));
                file.Flush(flushToDisk: true);
            }

            File.Move(next, path, overwrite: true);
            return "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return SafeText.Of(e.Message);
        }
    }

    /// <summary>Forgets a secret.</summary>
    /// <returns>Empty, or why it is still there or never was.</returns>
    public string Forget(string name)
    {
        var path = Path.Combine(folder, name);
        if (!SafeName().IsMatch(name) || !File.Exists(path))
        {
            return $"there is no secret {SafeText.Of(name)} on this node";
        }

        try
        {
            File.Delete(path);
            return "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return SafeText.Of(e.Message);
        }
    }

    private (string Path, string Error) PathOf(string reference)
    {
        var at = reference.IndexOf("://", StringComparison.Ordinal);
        var (scheme, name) = (reference[..at], reference[(at + 3)..]);
        if (scheme == "file")
        {
            return name.StartsWith('/') && !name.Contains('\0', StringComparison.Ordinal)
                ? (name, "")
                : ("", $"{SafeText.Of(reference)}: write file:///path");
        }

        if (!SafeName().IsMatch(name))
        {
            return ("", $"{SafeText.Of(reference)}: this cannot be the name of a secret");
        }

        return (scheme, credentialFolder) switch
        {
            ("cred", { } credentials) => (Path.Combine(credentials, name), ""),
            ("cred", null) => ("", $"{SafeText.Of(reference)}: systemd gave our unit no credentials (LoadCredential=)"),
            _ => (Path.Combine(folder, name), ""),
        };
    }

    private static string HintFor(string reference, string path) => reference.StartsWith("secret", StringComparison.Ordinal)
        ? $"ha secret set {Path.GetFileName(path)}"
        : $"{path} does not exist";

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$")]
    private static partial Regex SafeName();
}
