using System.Text;

namespace Ha.Hocon;

/// <summary>Merges and substitutes. Every place in the document is a slot with the values that were written for it, in
/// order; a reference to a slot that is being worked out looks back at the values before.</summary>
internal sealed class HoconResolver(DiagnosticList diagnostics, HoconEnvironment environment)
{
    /// <summary>Longest text that substitutions may make, so that a short file cannot fill the memory.</summary>
    private const int MaxExpandedLength = 1024 * 1024;

    /// <summary>How deep substitutions may lead into each other.</summary>
    private const int MaxDepth = 512;

    private Slot _root = null!;
    private long _expanded;
    private int _depth;

    /// <summary>The value of a whole document.</summary>
    public HoconValue? Resolve(HoconNode root)
    {
        _root = new Slot([new Layer(root, null)], null, "");
        return ValueOf(_root, root.At);
    }

    private HoconValue? ValueOf(Slot slot, Position at)
    {
        if (slot.IsDone)
        {
            return slot.Value;
        }

        if (++_depth > MaxDepth)
        {
            diagnostics.Error("HA1401", at, $"substitutions are nested deeper than {MaxDepth}");
            _depth--;
            return null;
        }

        var layers = Expand(slot);
        HoconValue? value = null;
        if (layers.Count > 0 && layers[^1] is { IsObject: true } last)
        {
            value = Compose(slot, layers, last.At);
        }
        else if (layers.Count > 0)
        {
            value = layers[^1].Resolved;
        }

        _depth--;
        slot.Value = value;
        slot.IsDone = true;
        return value;
    }

    private HoconObject Compose(Slot slot, List<Layer> layers, Position at)
    {
        var names = layers.SelectMany(layer => layer.Names).Distinct(StringComparer.Ordinal).ToList();
        var fields = new List<HoconField>();
        foreach (var name in names)
        {
            var child = ChildOf(slot, name);
            if (ValueOf(child, at) is { } value)
            {
                fields.Add(new HoconField(name, value, child.LastAt ?? value.At, child.Files));
            }
        }

        return new HoconObject(at, fields);
    }

    // The layers that count: from the last one that is no object on.
    private List<Layer> Expand(Slot slot)
    {
        if (slot.Expanded is { } known)
        {
            return known;
        }

        if (slot.ExpandingAt >= 0)
        {
            return Expand(Partial(slot, slot.ExpandingAt));
        }

        var begin = slot.Layers.FindLastIndex(layer => layer.IsLiteral);
        var layers = new List<Layer>();
        for (var index = Math.Max(0, begin); index < slot.Layers.Count; index++)
        {
            var layer = slot.Layers[index];
            if (layer.Node is HoconNode.Object)
            {
                Put(layers, layer);
                continue;
            }

            if (layer.Resolved is { } resolved)
            {
                Put(layers, layer with { Resolved = resolved });
                continue;
            }

            slot.ExpandingAt = index;
            var value = Evaluate(layer.Node!, slot, index);
            slot.ExpandingAt = -1;
            if (value is not null)
            {
                Put(layers, new Layer(null, value));
            }
        }

        slot.Expanded = layers;
        return layers;
    }

    private static void Put(List<Layer> layers, Layer layer)
    {
        if (!layer.IsObject || (layers.Count > 0 && !layers[^1].IsObject))
        {
            layers.Clear();
        }

        layers.Add(layer);
    }

    private static Slot Partial(Slot slot, int count) =>
        slot.Partials.TryGetValue(count, out var partial)
            ? partial
            : slot.Partials[count] = new Slot(slot.Layers[..count], slot.Parent, slot.Name) { IsPartial = true };

    private Slot ChildOf(Slot slot, string name)
    {
        var owner = slot.ExpandingAt >= 0 ? Partial(slot, slot.ExpandingAt) : slot;
        if (owner.Children.TryGetValue(name, out var known))
        {
            return known;
        }

        var layers = new List<Layer>();
        Position? lastAt = null;
        var files = new List<string>();
        foreach (var layer in Expand(owner))
        {
            if (layer.Node is HoconNode.Object body)
            {
                foreach (var entry in body.Entries.Where(entry => entry.Name == name))
                {
                    layers.Add(new Layer(entry.Value, null));
                    lastAt = entry.At;
                    files.Add(entry.At.File);
                }
            }
            else if (layer.Resolved is HoconObject resolved && resolved.Get(name) is { } value)
            {
                layers.Add(new Layer(null, value));
                lastAt ??= value.At;
            }
        }

        var child = new Slot(layers, owner, name) { LastAt = lastAt, Files = [.. files.Distinct(StringComparer.Ordinal)] };
        owner.Children[name] = child;
        return child;
    }

    private HoconValue? Evaluate(HoconNode node, Slot slot, int index)
    {
        switch (node)
        {
            case HoconNode.Scalar scalar:
                return new HoconScalar(scalar.At, scalar.Text, scalar.IsQuoted);
            case HoconNode.List list:
                var items = new List<HoconValue>();
                foreach (var item in list.Items)
                {
                    if (Evaluate(item, slot, index) is { } value)
                    {
                        items.Add(value);
                    }
                }

                return new HoconArray(list.At, items);
            case HoconNode.Object body:
                return ValueOf(new Slot([new Layer(body, null)], slot, "[]"), body.At);
            case HoconNode.Before before:
                return ValueOf(Partial(slot, index), before.At);
            case HoconNode.Substitution substitution:
                return Substitute(substitution);
            case HoconNode.Concatenation concatenation:
                return Concatenate(concatenation, slot, index);
            default:
                return null;
        }
    }

    private HoconValue? Substitute(HoconNode.Substitution substitution)
    {
        foreach (var path in substitution.Prefix.Count > 0
            ? [[.. substitution.Prefix, .. substitution.Path], substitution.Path]
            : (IEnumerable<IReadOnlyList<string>>)[substitution.Path])
        {
            var slot = _root;
            foreach (var name in path)
            {
                slot = ChildOf(slot, name);
            }

            if (slot.ExpandingAt >= 0)
            {
                var before = Partial(slot, slot.ExpandingAt);
                if (before.Layers.Count == 0 && !substitution.IsOptional)
                {
                    diagnostics.Error(
                        "HA1402", substitution.At, $"${{{string.Join('.', substitution.Path)}}} leads back to itself",
                        "break the circle, or write ${?...}");
                    return null;
                }

                return ValueOf(before, substitution.At);
            }

            if (ValueOf(slot, substitution.At) is { } value)
            {
                return Limited(value, substitution.At);
            }
        }

        return FromEnvironment(substitution);
    }

    private HoconScalar? FromEnvironment(HoconNode.Substitution substitution)
    {
        var name = string.Join('.', substitution.Path);
        if (environment.Allowed.Contains(name) && environment.Read(name) is { } text)
        {
            return new HoconScalar(substitution.At, text, isQuoted: true);
        }

        var nearest = Suggestion.For(name, AllPaths(_root, "", 0));
        if (substitution.IsOptional)
        {
            if (nearest.Length > 0)
            {
                diagnostics.Warning("HA1105", substitution.At, $"${{?{name}}} finds nothing, and vanishes", nearest);
            }

            return null;
        }

        diagnostics.Error(
            "HA1403", substitution.At, $"${{{name}}} finds nothing",
            nearest.Length > 0 ? nearest : "environment variables are read only where --allow-env names them");
        return null;
    }

    private IEnumerable<string> AllPaths(Slot slot, string prefix, int depth)
    {
        if (depth > 4 || slot.ExpandingAt >= 0)
        {
            yield break;
        }

        foreach (var name in slot.Layers.SelectMany(layer => layer.Names).Distinct(StringComparer.Ordinal).ToList())
        {
            yield return prefix + name;
            if (slot.Children.TryGetValue(name, out var child))
            {
                foreach (var path in AllPaths(child, $"{prefix}{name}.", depth + 1))
                {
                    yield return path;
                }
            }
        }
    }

    private HoconValue? Limited(HoconValue value, Position at)
    {
        _expanded += value is HoconScalar scalar ? scalar.Text.Length : 64;
        if (_expanded <= MaxExpandedLength)
        {
            return value;
        }

        diagnostics.Error("HA1404", at, $"substitutions expand to more than {MaxExpandedLength} characters");
        return null;
    }

    private HoconValue? Concatenate(HoconNode.Concatenation concatenation, Slot slot, int index)
    {
        var parts = new List<(HoconValue? Value, string Blank, Position At)>();
        foreach (var part in concatenation.Parts)
        {
            parts.Add(part is HoconNode.Blank blank
                ? (null, blank.Text, blank.At)
                : (Evaluate(part, slot, index), "", part.At));
        }

        var values = parts.Where(part => part.Value is not null).ToList();
        if (values.Count == 0)
        {
            return concatenation.Parts.Any(part => part is HoconNode.Scalar)
                ? new HoconScalar(concatenation.At, "", isQuoted: true)
                : null;
        }

        if (values.All(part => part.Value is HoconScalar))
        {
            return values.Count == 1 && concatenation.Parts.Count(part => part is not HoconNode.Blank) == 1
                ? values[0].Value
                : Join(concatenation, parts);
        }

        if (values.FirstOrDefault(part => part.Value is HoconScalar) is { Value: HoconScalar text } wrong)
        {
            diagnostics.Error(
                "HA1405", wrong.At, $"'{text.Text}' stands beside {values.First(part => part.Value is not HoconScalar).Value!.Kind}",
                "a comma, a new line or quotes are missing");
            return null;
        }

        if (values.All(part => part.Value is HoconArray))
        {
            return new HoconArray(
                concatenation.At, [.. values.SelectMany(part => ((HoconArray)part.Value!).Items)]);
        }

        if (values.All(part => part.Value is HoconObject))
        {
            return values.Skip(1).Aggregate(
                (HoconObject)values[0].Value!, (soFar, part) => Merge(soFar, (HoconObject)part.Value!));
        }

        diagnostics.Error("HA1406", values[^1].At, "a list and an object stand side by side", "a comma is missing");
        return null;
    }

    private HoconValue? Join(
        HoconNode.Concatenation concatenation, List<(HoconValue? Value, string Blank, Position At)> parts)
    {
        var joined = new StringBuilder();
        foreach (var (value, blank, _) in parts)
        {
            joined.Append(value is HoconScalar scalar ? scalar.Text : blank);
        }

        // Unquoted words alone are still one unquoted text; a number stays as it was written.
        var isQuoted = concatenation.Parts.Any(part => part is not (HoconNode.Scalar { IsQuoted: false } or HoconNode.Blank));
        return Limited(new HoconScalar(concatenation.At, joined.ToString(), isQuoted), concatenation.At);
    }

    private static HoconObject Merge(HoconObject first, HoconObject second)
    {
        var fields = first.Fields.ToList();
        foreach (var field in second.Fields)
        {
            var at = fields.FindIndex(known => known.Name == field.Name);
            if (at < 0)
            {
                fields.Add(field);
            }
            else
            {
                fields[at] = fields[at].Value is HoconObject left && field.Value is HoconObject right
                    ? field with { Value = Merge(left, right) }
                    : field;
            }
        }

        return new HoconObject(second.At, fields);
    }

    /// <summary>A value that was written for a slot, or one that is worked out already.</summary>
    private sealed record Layer(HoconNode? Node, HoconValue? Resolved)
    {
        public bool IsObject => Node is HoconNode.Object || Resolved is HoconObject;

        /// <summary>It hides all before it, and depends on nothing.</summary>
        public bool IsLiteral => Node is HoconNode.Scalar || Resolved is HoconScalar or HoconArray
            || (Node is HoconNode.List list && !NeedsBefore(list));

        public Position At => Node?.At ?? Resolved!.At;

        public IEnumerable<string> Names => Node is HoconNode.Object body
            ? body.Entries.Select(entry => entry.Name)
            : Resolved is HoconObject resolved ? resolved.Fields.Select(item => item.Name) : [];

        private static bool NeedsBefore(HoconNode node) => node switch
        {
            HoconNode.Substitution or HoconNode.Before => true,
            HoconNode.List list => list.Items.Any(NeedsBefore),
            HoconNode.Concatenation concatenation => concatenation.Parts.Any(NeedsBefore),
            HoconNode.Object body => body.Entries.Any(entry => NeedsBefore(entry.Value)),
            _ => false,
        };
    }

    private sealed class Slot(List<Layer> layers, Slot? parent, string name)
    {
        public List<Layer> Layers => layers;

        public Slot? Parent => parent;

        public string Name => name;

        public bool IsPartial { get; init; }

        public Position? LastAt { get; init; }

        public IReadOnlyList<string> Files { get; init; } = [];

        public Dictionary<string, Slot> Children { get; } = new(StringComparer.Ordinal);

        public Dictionary<int, Slot> Partials { get; } = [];

        public List<Layer>? Expanded { get; set; }

        public int ExpandingAt { get; set; } = -1;

        public bool IsDone { get; set; }

        public HoconValue? Value { get; set; }
    }
}
