using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Ha;

/// <summary>What must be true of our own code. A broken promise is a bug: it stops the actor, and in the end the node,
/// which fencing makes safe.</summary>
internal static class Must
{
    /// <summary>Goes on only when <paramref name="condition"/> is true.</summary>
    /// <exception cref="InvalidOperationException">The condition is false; the message quotes it.</exception>
    public static void Hold(
        [DoesNotReturnIf(false)] bool condition,
        [CallerArgumentExpression(nameof(condition))] string expression = "",
        [CallerMemberName] string member = "",
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        if (!condition)
        {
            throw new InvalidOperationException(
                $"broken promise in {Path.GetFileName(file)}:{line} ({member}): {expression}");
        }
    }
}
