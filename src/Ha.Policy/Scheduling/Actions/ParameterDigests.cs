using System.Security.Cryptography;
using System.Text;

namespace Ha.Policy.Scheduling;

/// <summary>Digests of parameters: MD5 over their XML form, sorted by name. They tell a change from none; they protect
/// nothing.</summary>
internal static class ParameterDigests
{
    // What is worked out again with every plan: bounded, and forgotten as a whole.
    private const int MaxRemembered = 8192;

    [ThreadStatic]
    private static Dictionary<string, string>? t_remembered;

    /// <summary>32 hex digits.</summary>
    public static string Of(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var text = new StringBuilder(" <parameters", 256);
        foreach (var (name, value) in Sorted(parameters))
        {
            text.Append(' ').Append(name).Append("=\"");
            Escape(text, value);
            text.Append('"');
        }

        return OfText(text.Append("/>\n").ToString());
    }

    private static string OfText(string text)
    {
        var remembered = t_remembered ??= new Dictionary<string, string>(StringComparer.Ordinal);
        if (remembered.TryGetValue(text, out var known))
        {
            return known;
        }

        if (remembered.Count >= MaxRemembered)
        {
            remembered.Clear();
        }

#pragma warning disable CA5351 // The format asks for MD5; nothing is protected by it.
        var digest = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351
        remembered.Add(text, digest);
        return digest;
    }

    private static IEnumerable<KeyValuePair<string, string>> Sorted(
        IEnumerable<KeyValuePair<string, string>> parameters) =>
        parameters is SortedDictionary<string, string> { Comparer: var comparer } && comparer == StringComparer.Ordinal
            ? parameters
            : parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal);

    /// <summary>Parameters of a fencing device without secrets, and without those that only the fencer reads.</summary>
    public static IEnumerable<KeyValuePair<string, string>> OpenOnes(
        IEnumerable<KeyValuePair<string, string>> parameters) =>
        parameters.Where(pair => !IsDeviceSetting(pair.Key) && pair.Key is not ("passwd" or "password"));

    public static bool IsDeviceSetting(string name) =>
        name.StartsWith("pcmk_", StringComparison.Ordinal) || name is "provides" or "stonith-timeout";

    private static void Escape(StringBuilder text, string value)
    {
        foreach (var character in value)
        {
            _ = character switch
            {
                '<' => text.Append("&lt;"),
                '>' => text.Append("&gt;"),
                '&' => text.Append("&amp;"),
                '"' => text.Append("&quot;"),
                '\n' => text.Append("&#10;"),
                '\t' => text.Append("&#9;"),
                '\r' => text.Append("&#13;"),
                _ => text.Append(character),
            };
        }
    }
}
