namespace Ha.Resources.Systemd;

/// <summary>Types as text. Source: D-Bus specification, "Valid signatures".</summary>
internal static class DbusSignature
{
    /// <summary>Longest signature.</summary>
    public const int MaxLength = 255;

    /// <summary>Deepest nesting of arrays, and of structures, each.</summary>
    public const int MaxDepth = 32;

    /// <summary>How many characters the first complete type has; 0 where there is none.</summary>
    public static int FirstType(ReadOnlySpan<char> signature) => FirstType(signature, 0, 0, insideArray: false);

    /// <summary>True for a sequence of complete types.</summary>
    public static bool IsValid(ReadOnlySpan<char> signature)
    {
        if (signature.Length > MaxLength)
        {
            return false;
        }

        while (!signature.IsEmpty)
        {
            var length = FirstType(signature);
            if (length == 0)
            {
                return false;
            }

            signature = signature[length..];
        }

        return true;
    }

    /// <summary>On which multiple of bytes a type begins.</summary>
    public static int AlignmentOf(char type) => type switch
    {
        'y' or 'g' or 'v' => 1,
        'n' or 'q' => 2,
        'x' or 't' or 'd' or '(' or '{' => 8,
        _ => 4,
    };

    /// <summary>Bytes of a fixed type; 0 for another.</summary>
    public static int WidthOf(char type) => type switch
    {
        'y' => 1,
        'n' or 'q' => 2,
        'b' or 'i' or 'u' or 'h' => 4,
        'x' or 't' or 'd' => 8,
        _ => 0,
    };

    private static int FirstType(ReadOnlySpan<char> signature, int arrays, int structures, bool insideArray)
    {
        if (signature.IsEmpty || arrays > MaxDepth || structures > MaxDepth)
        {
            return 0;
        }

        switch (signature[0])
        {
            case 'y' or 'b' or 'n' or 'q' or 'i' or 'u' or 'x' or 't' or 'd' or 'h' or 's' or 'o' or 'g' or 'v':
                return 1;
            case 'a':
                var element = FirstType(signature[1..], arrays + 1, structures, insideArray: true);
                return element == 0 ? 0 : element + 1;
            case '(':
                return StructureLength(signature, arrays, structures);
            case '{' when insideArray && signature.Length > 1 && IsBasic(signature[1]):
                var content = FirstType(signature[2..], arrays, structures + 1, insideArray: false);
                return content > 0 && signature.Length > content + 2 && signature[content + 2] == '}' ? content + 3 : 0;
            default:
                return 0;
        }
    }

    private static int StructureLength(ReadOnlySpan<char> signature, int arrays, int structures)
    {
        var at = 1;
        while (at < signature.Length && signature[at] != ')')
        {
            var field = FirstType(signature[at..], arrays, structures + 1, insideArray: false);
            if (field == 0)
            {
                return 0;
            }

            at += field;
        }

        return at > 1 && at < signature.Length ? at + 1 : 0;
    }

    private static bool IsBasic(char type) => WidthOf(type) > 0 || type is 's' or 'o' or 'g';
}
