using System.Text;
using System.Xml;
using System.Xml.XPath;
using Ha.InformationBase.Xml;
using Ha.Node.Commands;
using static Ha.Node.Pacemaker.OptionValue;

namespace Ha.Node.Pacemaker;

/// <summary>cibadmin, to look: the information base as Pacemaker's XML, or what an XPath expression finds in it. Pure.
/// Source: cibadmin(8), and the forms in which agents call it.</summary>
internal static class CibQuery
{
    /// <summary>Its options.</summary>
    public static readonly IReadOnlyList<ToolOption> Options =
    [
        new("query", 'Q', None), new("xpath", 'A', Required), new("scope", 'o', Required), new("local", 'l', None),
        new("timeout", 't', Required), new("verbose", 'V', None), new("no-children", 'n', None),
    ];

    /// <summary>The answer.</summary>
    public static ToolStep Ask(ToolOptions options, ToolScene scene)
    {
        if (!options.Has("query"))
        {
            return new ToolStep.Fail(ExitCode.Unknown, "the information base is changed with ha apply; cibadmin only looks here (-Q)");
        }

        var text = CibXmlWriter.Write(scene.Cib, CibDialect.Pacemaker21);
        var path = options["xpath"] ?? (options["scope"] is { } scope && scope != "all" ? $"//{scope}" : null);
        return path is null ? new ToolStep.Say(text.TrimEnd()) : Find(text, path);
    }

    private static ToolStep Find(string text, string path)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(text));
            var found = new XPathDocument(reader).CreateNavigator().Evaluate(path) as XPathNodeIterator;
            var elements = new List<string>();
            while (found is not null && found.MoveNext())
            {
                elements.Add(found.Current!.OuterXml);
            }

            return elements switch
            {
                [] => new ToolStep.Fail(ExitCode.NoSuchObject, "No such device or address: nothing is found"),
                [var one] => new ToolStep.Say(one),
                _ => new ToolStep.Say(
                    new StringBuilder("<xpath-query>\n").AppendJoin('\n', elements).Append("\n</xpath-query>").ToString()),
            };
        }
        catch (XPathException e)
        {
            return new ToolStep.Fail(ExitCode.Usage, $"this is no XPath expression: {e.Message}");
        }
    }
}
