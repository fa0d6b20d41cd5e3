using System.Globalization;
using Ha.Hocon;

namespace Ha.InformationBase.Xml;

/// <summary>What the readers of a CIB's parts share: the diagnostics, references by id, and values in their forms.
/// </summary>
internal sealed class CibScope(DiagnosticList diagnostics)
{
    // A reference to a reference is allowed; more are a loop.
    private const int MaxReferenceHops = 8;

    private readonly Dictionary<string, CibElement> _byId = new(StringComparer.Ordinal);

    /// <summary>The diagnostics.</summary>
    public DiagnosticList Diagnostics { get; } = diagnostics;

    /// <summary>Remembers the ids of an element and of what is in it, for references to them.</summary>
    public void Index(CibElement element)
    {
        if (element["id"] is { } id && element.Name is not ("resource_ref" or "obj_ref" or "node"))
        {
            if (id.Length == 0)
            {
                Error("HA4012", element, "its id is empty", "give it an id that nothing else has");
            }
            else if (!_byId.TryAdd(id, element))
            {
                Repeated(element, _byId[id]);
            }
        }

        foreach (var child in element.Children)
        {
            Index(child);
        }
    }

    /// <summary>The element itself, or the one that its id-ref names; null where there is none.</summary>
    public CibElement? Resolve(CibElement element)
    {
        var target = element;
        for (var hop = 0; target["id-ref"] is { } reference; hop++)
        {
            if (hop == MaxReferenceHops)
            {
                Error("HA4010", element, $"its id-ref '{reference}' leads in a circle", "name an element with an id");
                return null;
            }

            if (!_byId.TryGetValue(reference, out var next) || next.Name != target.Name)
            {
                Warning("HA4011", element, $"no <{target.Name}> has the id '{reference}'; it is ignored");
                return null;
            }

            target = next;
        }

        return target;
    }

    /// <summary>Adds an error about an element.</summary>
    public void Error(string code, CibElement element, string message, string fix = "") =>
        Diagnostics.Error(code, PlaceOf(element), $"{element}: {message}", fix);

    /// <summary>Adds a warning about an element.</summary>
    public void Warning(string code, CibElement element, string message, string fix = "") =>
        Diagnostics.Warning(code, PlaceOf(element), $"{element}: {message}", fix);

    /// <summary>An attribute that must be there; empty, with an error, where it is not.</summary>
    public string Required(CibElement element, string attribute)
    {
        if (element[attribute] is { Length: > 0 } value)
        {
            return value;
        }

        Error("HA4013", element, $"it has no attribute '{attribute}'", $"write {attribute}=\"...\"");
        return "";
    }

    /// <summary>Says which attributes are not known here; what an element may have follows the others' names.</summary>
    public void Expect(CibElement element, params ReadOnlySpan<string> known)
    {
        foreach (var (name, _) in element.Attributes)
        {
            if (!known.Contains(name) && name is not ("id" or "id-ref" or "description"))
            {
                Warning("HA4014", element, $"its attribute '{name}' is not known; it is ignored");
            }
        }
    }

    /// <summary>Says which children are not known here.</summary>
    public void ExpectChildren(CibElement element, params ReadOnlySpan<string> known)
    {
        foreach (var child in element.Children)
        {
            if (!known.Contains(child.Name))
            {
                Warning("HA4015", child, $"it is not known inside of <{element.Name}>; it is ignored");
            }
        }
    }

    /// <summary>A truth value; null where it is not there, or, with a warning, where it is none.</summary>
    public bool? Truth(CibElement element, string attribute)
    {
        var text = element[attribute];
        var value = text is null ? null : TruthOf(text);
        if (text is not null && value is null)
        {
            Warning("HA4016", element, $"its {attribute} '{text}' is not true or false; the default holds");
        }

        return value;
    }

    /// <summary>A score; zero where it is not there, or, with a warning, where it is none.</summary>
    public Score ScoreOf(CibElement element, string attribute)
    {
        var text = element[attribute];
        if (text is null || Score.TryParse(text.Trim(), out var score))
        {
            return text is null ? Score.Zero : ParsedScore(text);
        }

        Warning("HA4017", element, $"its {attribute} '{text}' is not a score; it counts as 0",
            "write a whole number, INFINITY or -INFINITY");
        return Score.Zero;
    }

    /// <summary>A score as written; with a warning where it is none.</summary>
    public string? ScoreText(CibElement element, string attribute)
    {
        _ = ScoreOf(element, attribute);
        return element[attribute];
    }

    /// <summary>A whole number; null where it is not there, or, with a warning, where it is none.</summary>
    public long? Number(CibElement element, string attribute)
    {
        var text = element[attribute];
        if (text is null)
        {
            return null;
        }

        var invariant = CultureInfo.InvariantCulture;
        if (long.TryParse(text.AsSpan().Trim(), NumberStyles.AllowLeadingSign, invariant, out var number))
        {
            return number;
        }

        Warning("HA4018", element, $"its {attribute} '{text}' is not a whole number; it counts as missing");
        return null;
    }

    /// <summary>A length of time; zero where it is not there, or, with a warning, where it is none.</summary>
    public TimeSpan Interval(CibElement element, string attribute)
    {
        var text = element[attribute];
        if (text is not null && !IntervalText.TryParse(text, out _))
        {
            Warning("HA4019", element, $"its {attribute} '{text}' is not a length of time; it counts as 0",
                "write a number with a unit, such as 10s");
        }

        return text is not null && IntervalText.TryParse(text, out var length) ? length : TimeSpan.Zero;
    }

    /// <summary>Pacemaker's truth values, in any case; null for anything else.</summary>
    public static bool? TruthOf(string text) => text.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" or "y" or "1" => true,
        "false" or "no" or "off" or "n" or "0" => false,
        _ => null,
    };

    private static Score ParsedScore(string text) => Score.TryParse(text.Trim(), out var score) ? score : Score.Zero;

    private static Position PlaceOf(CibElement element) =>
        new(element.Origin.File, element.Origin.Line, element.Origin.Column);

    private void Repeated(CibElement element, CibElement first)
    {
        var related = new RelatedPlace(PlaceOf(first), "first used here");
        var isResource = ResourceXml.IsResource(element.Name) && ResourceXml.IsResource(first.Name);
        if (isResource || element.Name == first.Name && element.Name.StartsWith("rsc_", StringComparison.Ordinal))
        {
            Diagnostics.Error("HA4020", PlaceOf(element), $"{element}: another <{first.Name}> has this id",
                "give it an id of its own", related);
        }
        else
        {
            Diagnostics.Warning(
                "HA4021", PlaceOf(element), $"{element}: <{first.Name}> has the same id", "", related);
        }
    }
}
