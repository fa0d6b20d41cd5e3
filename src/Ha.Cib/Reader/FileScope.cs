using System.Globalization;
using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>An object of the cluster file while it is read: which fields were asked for, so that the others can be named.
/// </summary>
internal sealed class FileScope(HoconObject body, string path, DiagnosticList diagnostics)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public string Path => path;

    public Origin At => OriginOf(body.At);

    public IReadOnlyList<HoconField> Fields => body.Fields;

    public static Origin OriginOf(Position at) => new(at.File, at.Line, at.Column);

    /// <summary>An object inside; null when there is none.</summary>
    public FileScope? Object(string name)
    {
        _known.Add(name);
        return body.Get(name) switch
        {
            null => null,
            HoconObject inner => new FileScope(inner, Join(name), diagnostics),
            var other => Wrong<FileScope>(other, name, "an object { ... }"),
        };
    }

    /// <summary>The objects inside of an object, by their ids; null values are left out.</summary>
    public IEnumerable<(string Id, FileScope Body, Position At)> Objects(string name)
    {
        if (Object(name) is not { } scope)
        {
            yield break;
        }

        foreach (var item in scope.Fields)
        {
            if (item.Files.Count > 1 && item.Value is HoconObject own && HoconUnitsTrue(own.Get("override")) is not true)
            {
                diagnostics.Error(
                    "HA2001", item.At, $"{scope.Path}.{item.Name} is defined in several files: {string.Join(", ", item.Files)}",
                    "rename one, or say override = true in the last");
            }

            if (item.Value is HoconObject inner)
            {
                var result = new FileScope(inner, $"{scope.Path}.{item.Name}", diagnostics);
                result._known.Add("override");
                yield return (item.Name, result, item.At);
            }
            else
            {
                diagnostics.Error("HA2002", item.At, $"{scope.Path}.{item.Name} must be an object {{ ... }}, not {item.Value.Kind}");
            }
        }
    }

    /// <summary>Text; null when there is none.</summary>
    public string? Text(string name)
    {
        _known.Add(name);
        return body.Get(name) switch
        {
            null or HoconScalar { IsNull: true } => null,
            HoconScalar scalar => scalar.Text,
            var other => Wrong<string>(other, name, "a text"),
        };
    }

    /// <summary>Text that must be there.</summary>
    public string Required(string name, string what)
    {
        if (Text(name) is { Length: > 0 } text)
        {
            return text;
        }

        if (body.Get(name) is null or HoconScalar)
        {
            diagnostics.Error("HA2003", body.At, $"{path} has no {name}", what);
        }

        return "";
    }

    public bool? Boolean(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (HoconUnits.Boolean(text) is { } value)
        {
            return value;
        }

        diagnostics.Error("HA2004", Place(name), $"{Join(name)} is '{text}'; write true or false");
        return null;
    }

    public int? Integer(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        diagnostics.Error("HA2005", Place(name), $"{Join(name)} is '{text}'; write a whole number");
        return null;
    }

    public TimeSpan? Duration(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var error = HoconUnits.TryDuration(text, null, out var value);
        if (error.Length == 0)
        {
            return value;
        }

        diagnostics.Error("HA2006", Place(name), $"{Join(name)}: {error}");
        return null;
    }

    public string? ScoreText(string name)
    {
        if (Text(name) is not { } text || InformationBase.Score.TryParse(text, out _))
        {
            return Text(name);
        }

        diagnostics.Error("HA2007", Place(name), $"{Join(name)} is '{text}'; write a whole number, INFINITY or -INFINITY");
        return null;
    }

    /// <summary>A list of texts; a single text counts as one.</summary>
    public ValueList<string> Texts(string name)
    {
        _known.Add(name);
        switch (body.Get(name))
        {
            case null:
                return [];
            case HoconScalar scalar:
                return [scalar.Text];
            case HoconArray array:
                var texts = new List<string>();
                foreach (var item in array.Items)
                {
                    if (item is not HoconScalar text)
                    {
                        Wrong<string>(item, name, "a list of names");
                    }
                    else if (text.Text.Contains(' ', StringComparison.Ordinal) && !text.IsQuoted)
                    {
                        diagnostics.Error("HA2008", item.At, $"'{text.Text}' is one element of the list, not several", "put commas between");
                    }
                    else
                    {
                        texts.Add(text.Text);
                    }
                }

                return texts.ToValueList();
            case var other:
                Wrong<string>(other, name, "a list [ ... ]");
                return [];
        }
    }

    /// <summary>The raw value.</summary>
    public HoconValue? Raw(string name)
    {
        _known.Add(name);
        return body.Get(name);
    }

    /// <summary>Every field that nobody asked for is a mistake.</summary>
    public void RejectOthers(IEnumerable<string>? known = null)
    {
        var names = _known.Concat(known ?? []).ToHashSet(StringComparer.Ordinal);
        foreach (var unknown in body.Fields.Where(item => !names.Contains(item.Name)))
        {
            diagnostics.Error(
                "HA2009", unknown.At, $"unknown key {(path.Length == 0 ? unknown.Name : $"{path}.{unknown.Name}")}",
                Suggestion.For(unknown.Name, names));
        }
    }

    /// <summary>Names and values as a set of attributes, each checked by its definition. Names that the catalogue lacks are
    /// errors, unless it is null: then any name may be set.</summary>
    public AttributeSet? Attributes(string id, IReadOnlyList<PropertyDefinition>? catalog)
    {
        var values = new List<NameValue>();
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in body.Fields)
        {
            if (item.Value is not HoconScalar scalar)
            {
                diagnostics.Error(
                    "HA2010", item.At, $"{path}.{item.Name} must be a text, not {item.Value.Kind}",
                    item.Value is HoconObject ? $"quote a name with dots: \"{item.Name}...\"" : "");
                continue;
            }

            var definition = catalog?.FirstOrDefault(known => known.Name == item.Name || known.Alias == item.Name);
            if (catalog is not null && definition is null)
            {
                diagnostics.Error(
                    "HA2009", item.At, $"unknown key {path}.{item.Name}",
                    Suggestion.For(item.Name, catalog.SelectMany(known => new[] { known.Name, known.Alias ?? known.Name })));
                continue;
            }

            var name = definition?.Name ?? item.Name;
            if (seen.TryGetValue(name, out var before))
            {
                diagnostics.Warning("HA2101", item.At, $"{path}: {before} and {item.Name} are the same; the later counts");
                values.RemoveAll(value => value.Name == name);
            }

            seen[name] = item.Name;
            if (definition is null || Check(definition, scalar))
            {
                values.Add(new NameValue(name, scalar.IsNull ? null : scalar.Text, OriginOf(item.At)));
            }
        }

        return values.Count == 0 ? null : new AttributeSet { Id = id, Values = values.ToValueList(), Origin = At };
    }

    private bool Check(PropertyDefinition definition, HoconScalar scalar)
    {
        var text = scalar.Text;
        var error = definition.Kind switch
        {
            ValueKind.Boolean when HoconUnits.Boolean(text) is null => "write true or false",
            ValueKind.Integer when !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) =>
                "write a whole number",
            ValueKind.Duration => HoconUnits.TryDuration(text, null, out _),
            ValueKind.Score when !InformationBase.Score.TryParse(text, out _) => "write a whole number, INFINITY or -INFINITY",
            ValueKind.Word when !definition.Words.Any(word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) =>
                $"write one of: {string.Join(", ", definition.Words)}",
            ValueKind.Percent when !text.EndsWith('%') => "write a percentage such as 80%",
            _ => "",
        };
        if (error.Length > 0)
        {
            diagnostics.Error("HA2011", scalar.At, $"{path}.{definition.Name} is '{text}'; {error}");
        }

        return error.Length == 0;
    }

    private static bool? HoconUnitsTrue(HoconValue? value) => value is HoconScalar scalar ? HoconUnits.Boolean(scalar.Text) : null;

    private Position Place(string name) => body.Get(name)?.At ?? body.At;

    private string Join(string name) => path.Length == 0 ? name : $"{path}.{name}";

    private T? Wrong<T>(HoconValue value, string name, string expected)
        where T : class
    {
        diagnostics.Error("HA2012", value.At, $"{Join(name)} must be {expected}, not {value.Kind}");
        return null;
    }
}
