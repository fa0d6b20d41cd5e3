using Ha.InformationBase;

namespace Ha.Node.Views;

/// <summary>Where something was written, for people: file:line:column, before that the element's id where the file is
/// XML; empty where nobody wrote it.</summary>
internal static class SourceText
{
    public static string Of(Origin origin) => origin.ElementId is { Length: > 0 } id
        ? $"{id}, {origin}"
        : origin.ToString();
}
