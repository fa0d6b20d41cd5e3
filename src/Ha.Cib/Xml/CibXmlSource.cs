using Ha.Hocon;

namespace Ha.InformationBase.Xml;

/// <summary>Elements of an XML text that anyone may have written, one after the other and within bounds: no document
/// type, no entities but the five of XML, nothing fetched from anywhere.</summary>
internal abstract class CibXmlSource
{
    /// <summary>Characters of one file: twice what 32 nodes with 2,000 resources need.</summary>
    public const int MaxCharacters = 96 * 1024 * 1024;

    /// <summary>Nesting of elements; a CIB needs 12.</summary>
    public const int MaxDepth = 64;

    /// <summary>Elements of one file.</summary>
    public const int MaxElements = 2_000_000;

    /// <summary>Attributes of one element.</summary>
    public const int MaxAttributes = 256;

    /// <summary>Bytes of one start tag, and so of any value in it.</summary>
    public const int MaxTagBytes = 1024 * 1024;

    /// <summary>True when the element that was opened last has nothing in it: nothing is left to close.</summary>
    public bool IsEmpty { get; protected set; }

    /// <summary>Depth of the element that was opened last.</summary>
    public int Depth { get; protected set; }

    /// <summary>Opens the document's element without its content.</summary>
    public abstract CibElement OpenRoot();

    /// <summary>Goes to the next child of an element that was opened, and opens it.</summary>
    /// <returns>Null at the end of the parent, which is then closed.</returns>
    public abstract CibElement? OpenNext(int parentDepth);

    /// <summary>Reads everything inside of the element that was opened last.</summary>
    public CibElement Complete(CibElement element)
    {
        if (IsEmpty)
        {
            return element;
        }

        var depth = Depth;
        while (OpenNext(depth) is { } child)
        {
            element.Add(Complete(child));
        }

        return element;
    }

    /// <summary>Reads to the end of the document: only comments may follow.</summary>
    public abstract void Finish();
}
