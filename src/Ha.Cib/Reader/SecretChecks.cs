using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>Which parameters are secrets, and whether they stand in plain text. References (secret://, file://,
/// cred://) are kept as written: the node that uses them looks them up.</summary>
public static class SecretChecks
{
    private static readonly string[] s_references = ["secret://", "file://", "cred://"];

    /// <summary>True for a name whose value no output may show.</summary>
    public static bool IsSecret(string name) =>
        !name.EndsWith("_script", StringComparison.Ordinal)
        && (name.StartsWith("pass", StringComparison.OrdinalIgnoreCase)
            || name.Contains("secret", StringComparison.OrdinalIgnoreCase)
            || name.Contains("token", StringComparison.OrdinalIgnoreCase));

    /// <summary>True for a value that names a place where the secret is, and is none itself.</summary>
    public static bool IsReference(string value) =>
        s_references.Any(prefix => value.StartsWith(prefix, StringComparison.Ordinal));

    internal static void Warn(FileScope? parameters)
    {
        foreach (var item in parameters?.Fields ?? [])
        {
            if (IsSecret(item.Name) && item.Value is HoconScalar { Text.Length: > 0 } scalar
                && !IsReference(scalar.Text))
            {
                parameters!.Diagnostics.PrivateWarning(
                    "HA2104", item.At, $"{parameters.Join(item.Name)} stands in plain text",
                    $"keep it out of the file: {item.Name} = \"secret://NAME\"");
            }
        }
    }
}
