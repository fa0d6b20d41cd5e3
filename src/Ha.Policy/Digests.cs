using System.Security;
using System.Security.Cryptography;
using System.Text;
using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>Digest of an operation's parameters, as Pacemaker has it: MD5 over their XML form. It tells a change of
/// configuration from none; it protects nothing.</summary>
public static class Digests
{
    /// <summary>The digest of parameters: 32 hex digits.</summary>
    public static string Of(ValueMap<string> parameters)
    {
        var text = new StringBuilder(" <parameters");
        foreach (var (name, value) in parameters)
        {
            text.Append(' ').Append(name).Append("=\"").Append(SecurityElement.Escape(value)).Append('"');
        }

        text.Append("/>\n");
#pragma warning disable CA5351 // The format asks for MD5; nothing is protected by it.
        return Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text.ToString())));
#pragma warning restore CA5351
    }
}
