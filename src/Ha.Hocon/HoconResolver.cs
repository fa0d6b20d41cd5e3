namespace Ha.Hocon;

/// <summary>Merges and substitutes. Every place in the document is a slot with the values that were written for it, in
/// order; a reference to a slot that is being worked out looks back at the values before.</summary>
internal sealed class HoconResolver(DiagnosticList diagnostics, HoconEnvironment environment)
{
    /// <summary>How much substitutions may make, so that a short file cannot fill the memory: letters of text, and 16
    /// for each element. A thousand uses of a large template stay far below.</summary>
    public const int MaxExpandedLength = 8 * 1024 * 1024;

    /// <summary>How deep substitutions may lead into each other.</summary>
    public const int MaxDepth = 1000;

    private Slot _root = new([]);
    private long _expanded;
    private int _depth;
    private bool _isGivenUp;

    /// <summary>The value of a whole document.</summary>
    public HoconValue? Resolve(HoconNode root)
    {
        _root = new Slot([new Layer.Written(root)]);
        return ValueOf(_root, null, root.At);
    }

    // Null when there is nothing. The source is the substitution that asks, for the error of a circle.
    private HoconValue? ValueOf(Slot slot, HoconNode.Substitution? source, Position at)
    {
        if (slot.IsDone || _isGivenUp)
        {
            return slot.Value;
        }

        if (slot.IsComposing)
        {
            ReportCircle(source, at);
            return null;
        }

        if (!Descend(at))
        {
            return null;
        }

        slot.IsComposing = true;
        var value = Expand(slot, at) switch
        {
            [] => null,
            [Layer.Link link] => ValueOf(link.Target, link.Source, link.At),
            [.., Layer.Known known] => known.Value,
            var layers => Compose(slot, layers),
        };
        slot.IsComposing = false;
        _depth--;
        if (value is not null
            && slot.Expanded?.OfType<Layer.Link>().FirstOrDefault(link => link.IsDirect) is { } direct)
        {
            value = Limited(value, direct.At);
        }

        slot.Value = value;
        slot.IsDone = true;
        return value;
    }

    private HoconObject Compose(Slot slot, List<Layer> layers)
    {
        var fields = new List<HoconField>();
        foreach (var name in NamesOf(layers, 0).Distinct(StringComparer.Ordinal))
        {
            var child = ChildOf(slot, name, layers[^1].At);
            var at = child.NameAt ?? layers[^1].At;
            if (ValueOf(child, SourceOf(child), at) is { } value)
            {
                fields.Add(new HoconField(name, value, at, child.Files));
            }
        }

        return new HoconObject(layers[^1].At, fields);
    }

    private static HoconNode.Substitution? SourceOf(Slot slot) =>
        slot.Layers.OfType<Layer.Link>().LastOrDefault()?.Source;

    private IEnumerable<string> NamesOf(List<Layer> layers, int depth)
    {
        foreach (var layer in layers)
        {
            var names = layer switch
            {
                Layer.Written { Node: HoconNode.Object body } => body.Names,
                Layer.Link link when depth < MaxDepth => NamesOf(Expand(link.Target, link.At), depth + 1),
                _ => [],
            };
            foreach (var name in names)
            {
                yield return name;
            }
        }
    }

    // The layers that count: none, one scalar or list, or the objects to merge.
    private List<Layer> Expand(Slot slot, Position at)
    {
        if (slot.Expanded is { } known)
        {
            return known;
        }

        if (slot.ExpandingAt >= 0)
        {
            return Expand(slot.Before(slot.ExpandingAt), at);
        }

        if (!Descend(at))
        {
            return [];
        }

        var layers = new List<Layer>();
        for (var index = Math.Max(
            0, slot.Layers.FindLastIndex(layer => layer.Hides)); index < slot.Layers.Count; index++)
        {
            slot.ExpandingAt = index;
            Put(layers, Final(slot.Layers[index], slot, index));
        }

        slot.ExpandingAt = -1;
        slot.Expanded = layers;
        _depth--;
        return layers;
    }

    private static void Put(List<Layer> layers, IReadOnlyList<Layer> added)
    {
        if (added.Count > 0 && (!added[0].IsObject || (layers.Count > 0 && !layers[^1].IsObject)))
        {
            layers.Clear();
        }

        layers.AddRange(added);
    }

    private IReadOnlyList<Layer> Final(Layer layer, Slot slot, int index) => layer switch
    {
        Layer.Known or Layer.Written { Node: HoconNode.Object } => [layer],
        Layer.Link link => Follow(link.Target, link.Source, link.IsDirect),
        Layer.Written { Node: var node } => Evaluate(node, slot, index),
        _ => [],
    };

    // What another place holds: an object stays a link, so that only those of its fields are worked out that are
    // needed.
    private IReadOnlyList<Layer> Follow(Slot target, HoconNode.Substitution source, bool isDirect) =>
        Expand(target, source.At) switch
        {
            [] => [],
            [.., Layer.Known known] => [Limited(known.Value, source.At) is { } value ? new Layer.Known(value) : known],
            _ => [new Layer.Link(target, source, isDirect)],
        };

    private IReadOnlyList<Layer> Evaluate(HoconNode node, Slot slot, int index)
    {
        switch (node)
        {
            case HoconNode.Scalar scalar:
                return [new Layer.Known(new HoconScalar(scalar.At, scalar.Text, scalar.IsQuoted))];
            case HoconNode.List list:
                return [new Layer.Known(ListOf(list, slot, index))];
            case HoconNode.Object:
                return [new Layer.Written(node)];
            case HoconNode.Before before:
                return Follow(
                    slot.Before(index), new HoconNode.Substitution(before.At, ["+="], true, []), isDirect: false);
            case HoconNode.Substitution substitution:
                return Substitute(substitution);
            case HoconNode.Concatenation concatenation:
                var parts = concatenation.Parts.Select(part => (part, Evaluate(part, slot, index))).ToList();
                return HoconConcatenation.Join(concatenation, parts, diagnostics) switch
                {
                    [Layer.Known { Value: HoconScalar text }] when parts.Count > 1
                        && Limited(text, concatenation.At) is null => [],
                    var joined => joined,
                };
            default:
                return [];
        }
    }

    private HoconArray ListOf(HoconNode.List list, Slot slot, int index)
    {
        var items = new List<HoconValue>();
        foreach (var item in list.Items)
        {
            // An element is a place of its own, so that what is written in it twice is merged there.
            var layers = item is HoconNode.Object ? [new Layer.Written(item)] : Evaluate(item, slot, index);
            if (ValueOf(new Slot([.. layers]), item as HoconNode.Substitution, item.At) is { } value)
            {
                items.Add(value);
            }
        }

        return new HoconArray(list.At, items);
    }

    private Slot ChildOf(Slot slot, string name, Position at)
    {
        var owner = slot.ExpandingAt >= 0 ? slot.Before(slot.ExpandingAt) : slot;
        if (owner.Children.TryGetValue(name, out var known))
        {
            return known;
        }

        var layers = new List<Layer>();
        Position? nameAt = null;
        var files = new List<string>();
        foreach (var layer in Expand(owner, at))
        {
            if (layer is Layer.Written { Node: HoconNode.Object body })
            {
                foreach (var entry in body.Of(name))
                {
                    layers.Add(new Layer.Written(entry.Value));
                    nameAt = entry.At;
                    if (!files.Contains(entry.At.File, StringComparer.Ordinal))
                    {
                        files.Add(entry.At.File);
                    }
                }
            }
            else if (layer is Layer.Link link && Descend(at))
            {
                var inner = ChildOf(link.Target, name, link.At);
                _depth--;
                if (inner.Layers.Count > 0)
                {
                    layers.Add(new Layer.Link(inner, link.Source, IsDirect: false));
                    nameAt ??= inner.NameAt;
                }
            }
        }

        return owner.Children[name] = new Slot(layers) { NameAt = nameAt, Files = files };
    }

    private IReadOnlyList<Layer> Substitute(HoconNode.Substitution substitution)
    {
        var isCircle = false;
        var errors = diagnostics.ErrorCount;
        foreach (var scope in substitution.Scopes)
        {
            var slot = _root;
            foreach (var name in scope.Concat(substitution.Path))
            {
                slot = ChildOf(slot, name, substitution.At);
            }

            if (slot.ExpandingAt >= 0)
            {
                slot = slot.Before(slot.ExpandingAt);
                isCircle |= slot.Layers.Count == 0;
            }

            if (Follow(slot, substitution, isDirect: true) is { Count: > 0 } found)
            {
                return found;
            }
        }

        if (isCircle && errors == diagnostics.ErrorCount)
        {
            ReportCircle(substitution, substitution.At);
        }

        // What is wrong with the other place was said there.
        if (isCircle || errors != diagnostics.ErrorCount)
        {
            return [];
        }

        return FromEnvironment(substitution);
    }

    private IReadOnlyList<Layer> FromEnvironment(HoconNode.Substitution substitution)
    {
        var name = string.Join('.', substitution.Path);
        if (environment.Allowed.Contains(name) && environment.Read(name) is { } text)
        {
            diagnostics.Warning(
                "HA1107", substitution.At, $"{substitution.Text} is taken from the environment of this host",
                "write the value into the file, so that it is the same everywhere", length: substitution.Text.Length);
            return [new Layer.Known(new HoconScalar(substitution.At, text, isQuoted: true))];
        }

        if (_isGivenUp || diagnostics.IsFull)
        {
            return [];
        }

        var nearest = Suggestion.Nearest(name, HoconPathNames.All((_root.Layers[0] as Layer.Written)?.Node));
        var length = substitution.Text.Length;
        if (!substitution.IsOptional)
        {
            diagnostics.Error(
                "HA1403", substitution.At, $"{substitution.Text} finds nothing",
                nearest is null ? "environment variables are read only where --allow-env names them"
                    : $"did you mean {nearest}?",
                length: length);
        }
        else if (nearest is not null)
        {
            diagnostics.Warning(
                "HA1105", substitution.At, $"{substitution.Text} finds nothing, and vanishes",
                    $"did you mean {nearest}?",
                length: length);
        }

        return [];
    }

    private void ReportCircle(HoconNode.Substitution? source, Position at)
    {
        if (source is { IsOptional: true } || _isGivenUp || diagnostics.IsFull)
        {
            return;
        }

        diagnostics.Error(
            "HA1402", source?.At ?? at, $"{source?.Text ?? "this value"} leads back to itself",
            "break the circle, or write ${?...}", length: source?.Text.Length ?? 1);
    }

    // One step deeper; false where it gets too deep. The caller takes the step back.
    private bool Descend(Position at)
    {
        if (_isGivenUp)
        {
            return false;
        }

        if (++_depth <= MaxDepth)
        {
            return true;
        }

        diagnostics.Error("HA1401", at, $"substitutions lead into each other more than {MaxDepth} deep");
        _isGivenUp = true;
        return false;
    }

    private HoconValue? Limited(HoconValue value, Position at)
    {
        _expanded += value.Weight;
        if (_expanded <= MaxExpandedLength)
        {
            return value;
        }

        if (_isGivenUp)
        {
            return null;
        }

        diagnostics.Error("HA1404", at, $"substitutions expand to more than {MaxExpandedLength} characters");
        _isGivenUp = true;
        return null;
    }
}
