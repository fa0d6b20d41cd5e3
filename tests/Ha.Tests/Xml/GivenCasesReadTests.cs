using System.Xml.Linq;
using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Xml;

namespace Ha.Tests.Xml;

/// <summary>Every recorded case is read, and nothing in it gets lost: counted against a plain reading of the text.
/// </summary>
public sealed class GivenCasesReadTests
{
    [GivenCasesFact]
    public void Every_case_is_read_without_an_error() =>
        Assert.Empty(GivenCases.Files.SelectMany(file => Read(file).Problems));

    [GivenCasesFact]
    public void Every_element_of_every_case_has_its_value() =>
        Assert.Equal("", string.Join('\n', GivenCases.Files.SelectMany(file =>
            Differences(Path.GetFileName(file), XDocument.Load(file).Root!, Read(file).Cib!))));

    private static (Cib? Cib, IEnumerable<string> Problems) Read(string file)
    {
        var diagnostics = new DiagnosticList();
        using var stream = File.OpenRead(file);
        var cib = CibXmlReader.Read(stream, Path.GetFileName(file), diagnostics);
        return (cib, diagnostics.Items.Select(item => item.ToString()));
    }

    private static IEnumerable<string> Differences(string file, XElement root, Cib cib)
    {
        foreach (var (element, count) in CountsOf(cib))
        {
            var written = root.Descendants(element).Count();
            if (written != count)
            {
                yield return $"{file}: {written} <{element}> in the text, {count} values";
            }
        }
    }

    private static IEnumerable<(string Element, int Count)> CountsOf(Cib cib)
    {
        var (wanted, known) = (cib.Configuration, cib.Status);
        var resources = wanted.Resources.SelectMany(Tree).ToList();
        var histories = known.Nodes.SelectMany(node => node.History).ToList();
        yield return ("primitive", resources.OfType<Primitive>().Count());
        yield return ("group", resources.OfType<Group>().Count());
        yield return ("clone", resources.OfType<Clone>().Count());
        yield return ("bundle", resources.OfType<Bundle>().Count());
        yield return ("storage-mapping", resources.OfType<Bundle>().Sum(bundle => bundle.Storage.Count));
        yield return ("port-mapping", resources.OfType<Bundle>().Sum(bundle => bundle.Ports.Count));
        yield return ("template", wanted.Templates.Count);
        yield return ("node", wanted.Nodes.Count);
        yield return ("rsc_location", wanted.Constraints.OfType<LocationConstraint>().Count());
        yield return ("rsc_colocation", wanted.Constraints.OfType<ColocationConstraint>().Count());
        yield return ("rsc_order", wanted.Constraints.OfType<OrderConstraint>().Count());
        yield return ("rsc_ticket", wanted.Constraints.OfType<TicketConstraint>().Count());
        yield return ("resource_ref", wanted.Constraints
            .SelectMany(constraint => SetsOf(constraint)).Sum(set => set.Members.Count));
        yield return ("fencing-level", wanted.FencingLevels.Count);
        yield return ("obj_ref", wanted.Tags.Sum(tag => tag.References.Count));
        yield return ("cluster_property_set", wanted.Properties.Count);
        yield return ("node_state", known.Nodes.Count);
        yield return ("ticket_state", known.Tickets.Count);
        yield return ("lrm_resource", histories.Count);
        yield return ("lrm_rsc_op", histories.Sum(history => history.Entries.Count));
    }

    private static IEnumerable<Resource> Tree(Resource resource) => resource switch
    {
        Group group => [group, .. group.Members],
        Clone clone => [clone, .. Tree(clone.Child)],
        Bundle { Child: { } child } bundle => [bundle, child],
        _ => [resource],
    };

    private static ValueList<ResourceSet> SetsOf(Constraint constraint) => constraint switch
    {
        LocationConstraint location => location.Sets,
        ColocationConstraint colocation => colocation.Sets,
        OrderConstraint order => order.Sets,
        TicketConstraint ticket => ticket.Sets,
        _ => default,
    };
}
