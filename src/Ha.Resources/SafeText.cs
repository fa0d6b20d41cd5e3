using System.Text;

namespace Ha.Resources;

/// <summary>Text of strangers, made safe for logs and terminals.</summary>
internal static class SafeText
{
    /// <summary>Longest reason that is kept.</summary>
    public const int MaxLength = 512;

    /// <summary>At most <see cref="MaxLength"/> characters, control characters written out.</summary>
    public static string Of(string text)
    {
        var safe = new StringBuilder();
        foreach (var letter in text)
        {
            if (safe.Length >= MaxLength)
            {
                break;
            }

            if (char.IsControl(letter))
            {
                safe.Append(letter is '\t' ? " " : $"\\x{(int)letter:x2}");
            }
            else
            {
                safe.Append(letter);
            }
        }

        return safe.ToString();
    }
}
