using System.Globalization;
using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>An object of the cluster file while it is read: which fields were asked for, so that the others can be
/// named. </summary>
internal sealed class FileScope(HoconObject body, string path, ReadContext context)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public string Path => path;

    public Position Place => body.At;

    public Origin At => OriginOf(body.At);

    public IReadOnlyList<HoconField> Fields => body.Fields;

    public DiagnosticList Diagnostics => context.Diagnostics;

    public ReadContext Context => context;

    public static Origin OriginOf(Position at) => new(at.File, at.Line, at.Column);

    /// <summary>Where a field's value stands; the object's own place where there is none.</summary>
    public Position PlaceOf(string name) => body.Get(name)?.At ?? body.At;

    public string Join(string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>An object inside; null when there is none.</summary>
    public FileScope? Object(string name)
    {
        _known.Add(name);
        return body.Get(name) switch
        {
            null or HoconScalar { IsNull: true } => null,
            HoconObject inner => new FileScope(inner, Join(name), context),
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
            RefuseSecondDefinition(scope, item);
            if (item.Value is HoconObject inner)
            {
                var result = new FileScope(inner, scope.Join(item.Name), context);
                result._known.Add("override");
                yield return (item.Name, result, item.At);
            }
            else if (item.Value is not HoconScalar { IsNull: true })
            {
                Diagnostics.Error(
                    "HA2002", item.At, $"{scope.Join(item.Name)} must be an object {{ ... }}, not {item.Value.Kind}");
            }
        }
    }

    /// <summary>The objects of a list of objects.</summary>
    public IEnumerable<FileScope> ObjectList(string name)
    {
        var value = Raw(name);
        switch (value)
        {
            case null or HoconScalar { IsNull: true }:
                yield break;
            case HoconArray array:
                foreach (var (index, item) in array.Items.Index())
                {
                    if (item is HoconObject inner)
                    {
                        yield return new FileScope(inner, $"{Join(name)}[{index}]", context);
                    }
                    else
                    {
                        Wrong<string>(item, name, "a list of objects [{ ... }]");
                    }
                }

                break;
            default:
                Wrong<string>(value, name, "a list of objects [{ ... }]");
                break;
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

    /// <summary>Text that must be there; empty after an error.</summary>
    public string Required(string name, string what)
    {
        if (Text(name) is { Length: > 0 } text)
        {
            return text;
        }

        if (body.Get(name) is null or HoconScalar)
        {
            Diagnostics.Error("HA2003", body.At, $"{path} has no {name}", what);
        }

        return "";
    }

    /// <summary>A name that must exist somewhere in the file; null when there is none.</summary>
    public string? Name(string name, NameKind kind)
    {
        var text = Text(name);
        if (text is { Length: > 0 })
        {
            context.References.Add(new NameReference(kind, text, PlaceOf(name), Join(name)));
        }

        return text;
    }

    /// <summary>Names that must exist somewhere in the file.</summary>
    public ValueList<string> Names(string name, NameKind kind)
    {
        var texts = Texts(name);
        var items = (body.Get(name) as HoconArray)?.Items.OfType<HoconScalar>().ToList() ?? [];
        foreach (var text in texts)
        {
            var at = items.Find(item => item.Text == text)?.At ?? PlaceOf(name);
            context.References.Add(new NameReference(kind, text, at, Join(name)));
        }

        return texts;
    }

    /// <summary>One of several words, whatever their case; null when there is none.</summary>
    public string? Word(string name, params string[] words)
    {
        var text = Text(name);
        if (text is null || words.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            return text;
        }

        Diagnostics.Error(
            "HA2011", PlaceOf(name), $"{Join(name)} is '{text}'; write one of: {string.Join(", ", words)}",
            Suggestion.For(text, words));
        return null;
    }

    public bool? Boolean(string name) => Checked(name, ValueKind.Boolean) is { } text ? HoconUnits.Boolean(text) : null;

    public int? Integer(string name) =>
        Checked(name, ValueKind.Integer) is { } text
            ? int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : null;

    public string? ScoreText(string name) => Checked(name, ValueKind.Score);

    public TimeSpan? Duration(string name)
    {
        if (Checked(name, ValueKind.Duration) is not { } text)
        {
            return null;
        }

        _ = HoconUnits.TryDuration(text, null, out var value);
        return value;
    }

    /// <summary>A list of texts; a single text counts as one.</summary>
    public ValueList<string> Texts(string name)
    {
        _known.Add(name);
        switch (body.Get(name))
        {
            case null or HoconScalar { IsNull: true }:
                return [];
            case HoconScalar scalar when IsSeveralWords(scalar):
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
                    else if (!IsSeveralWords(text))
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

    /// <summary>Every field that the section does not have is a mistake.</summary>
    public void RejectOthers(SchemaSection section)
    {
        string[] names = [.. section.Keys.Select(key => key.Name)];
        _known.Remove("override");
        Must.Hold(_known.SetEquals(names));
        RejectOthers([.. names, "override"]);
    }

    /// <summary>Every field but these is a mistake.</summary>
    public void RejectOthers(IReadOnlyCollection<string> names)
    {
        foreach (var unknown in body.Fields.Where(item => !names.Contains(item.Name, StringComparer.Ordinal)))
        {
            // A path of keys gives the inner object the place of the key itself.
            var isDotted = unknown.At == body.At && path.Length > 0;
            var fix = isDotted
                ? $"quote a name that has dots: \"{path[(path.LastIndexOf('.') + 1)..]}.{unknown.Name}\""
                : Suggestion.For(unknown.Name, names);
            Diagnostics.Error(
                "HA2009", unknown.At, path.Length == 0 ? $"unknown key {unknown.Name}"
                    : $"unknown key {unknown.Name} in {path}", fix,
                length: unknown.Name.Length);
        }
    }

    /// <summary>The blocks of attributes of one kind: the plain one, and those with rules or scores under NAME-sets.
    /// </summary>
    /// <param name="name">The field: params, meta, ...</param>
    /// <param name="id">Id of the plain block.</param>
    /// <param name="catalog">The names that may be set; null for any.</param>
    public ValueList<AttributeSet> Sets(string name, string id, IReadOnlyList<PropertyDefinition>? catalog)
    {
        var sets = new List<AttributeSet>();
        if (Object(name)?.Attributes(id, catalog) is { } plain)
        {
            sets.Add(plain);
        }

        foreach (var (setId, set, _) in Objects($"{name}-sets"))
        {
            var score = set.ScoreText("score");
            sets.Add(new AttributeSet
            {
                Id = setId,
                Rule = RuleReader.Read(set, "rule"),
                Score = score is not null && Score.TryParse(score, out var value) ? value : Score.Zero,
                Values = set.Object("values")?.Attributes(setId, catalog)?.Values ?? [],
                Origin = set.At,
            });
            set.RejectOthers(SchemaCatalog.AttributeBlock);
        }

        return sets.ToValueList();
    }

    /// <summary>Names and values as a set of attributes, each checked by its definition. Names that the catalogue lacks
    /// are errors, unless it is null: then any name may be set.</summary>
    public AttributeSet? Attributes(string id, IReadOnlyList<PropertyDefinition>? catalog)
    {
        var values = new List<NameValue>();
        var seen = new Dictionary<string, HoconField>(StringComparer.Ordinal);
        foreach (var item in body.Fields)
        {
            if (DefinitionOf(item, catalog) is not (true, var definition) || item.Value is not HoconScalar scalar)
            {
                continue;
            }

            var name = definition?.Name ?? item.Name;
            if (seen.TryGetValue(name, out var before))
            {
                Diagnostics.Warning(
                    "HA2101", item.At, $"{before.Name} and {item.Name} in {path} are the same; the later counts",
                        "remove one",
                    new RelatedPlace(before.At, $"{before.Name} is set here"));
                values.RemoveAll(value => value.Name == name);
            }

            seen[name] = item;
            if (definition is null || scalar.IsNull
                || ValueChecks.Check(Join(item.Name), definition, scalar, Diagnostics))
            {
                var text = definition is null ? scalar.Text : ValueChecks.Normal(definition, scalar.Text);
                values.Add(new NameValue(name, scalar.IsNull ? null : text, OriginOf(item.At)));
            }
        }

        return values.Count == 0 ? null : new AttributeSet { Id = id, Values = values.ToValueList(), Origin = At };
    }

    private (bool IsFine, PropertyDefinition? Definition) DefinitionOf(
        HoconField item, IReadOnlyList<PropertyDefinition>? catalog)
    {
        var definition = catalog?.FirstOrDefault(known => known.Name == item.Name || known.Alias == item.Name);
        if (catalog is not null && definition is null)
        {
            Diagnostics.Error(
                "HA2009", item.At, $"unknown key {item.Name} in {path}",
                Suggestion.For(item.Name, catalog.SelectMany(known => new[] { known.Name, known.Alias ?? known.Name })),
                length: item.Name.Length);
            return (false, null);
        }

        if (item.Value is HoconScalar)
        {
            return (true, definition);
        }

        Diagnostics.Error(
            "HA2010", item.At, $"{Join(item.Name)} must be a text, not {item.Value.Kind}",
            item.Value is HoconObject ? $"put a name that has dots into quotes: \"{item.Name}...\"" : "");
        return (false, null);
    }

    private void RefuseSecondDefinition(FileScope scope, HoconField item)
    {
        if (item.Files.Count > 1 && item.Value is HoconObject own
            && !(own.Get("override") is HoconScalar allowed && HoconUnits.Boolean(allowed.Text) == true))
        {
            Diagnostics.Error(
                "HA2001", item.At,
                    $"{scope.Join(item.Name)} is defined in several files: {string.Join(", ", item.Files)}",
                "rename one, or write override = true in the last");
        }
    }

    private bool IsSeveralWords(HoconScalar scalar)
    {
        if (scalar.IsQuoted || !scalar.Text.Any(char.IsWhiteSpace))
        {
            return false;
        }

        Diagnostics.Error(
            "HA2008", scalar.At, $"'{scalar.Text}' is one name with a blank in it, not several names",
                "put commas between",
            length: scalar.Text.Length);
        return true;
    }

    // The text of a field, when it is right for its kind.
    private string? Checked(string name, ValueKind kind) =>
        Text(name) is { } text && body.Get(name) is HoconScalar scalar
        && ValueChecks.Check(Join(name), new PropertyDefinition(name, kind, "", ""), scalar, Diagnostics)
            ? text
            : null;

    private T? Wrong<T>(HoconValue value, string name, string expected)
        where T : class
    {
        Diagnostics.Error("HA2012", value.At, $"{Join(name)} must be {expected}, not {value.Kind}");
        return null;
    }
}
