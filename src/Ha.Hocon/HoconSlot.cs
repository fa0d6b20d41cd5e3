namespace Ha.Hocon;

/// <summary>A value that was written for a place in the document: as a node, as a link to another place, or worked out.
/// </summary>
internal abstract record Layer(Position At)
{
    /// <summary>As written.</summary>
    public sealed record Written(HoconNode Node) : Layer(Node.At);

    /// <summary>What another place holds, an object: its fields are worked out only when they are asked for.</summary>
    /// <param name="Target">The other place.</param>
    /// <param name="Source">The substitution that leads there.</param>
    /// <param name="IsDirect">False for a field of a linked object.</param>
    public sealed record Link(Slot Target, HoconNode.Substitution Source, bool IsDirect) : Layer(Source.At);

    /// <summary>Worked out: a scalar or a list.</summary>
    public sealed record Known(HoconValue Value) : Layer(Value.At);

    /// <summary>It can be merged with others.</summary>
    public bool IsObject => this is Link or Written { Node: HoconNode.Object };

    /// <summary>It hides all before it, unless it refers to it by itself.</summary>
    public bool Hides => this is Known or Written { Node: HoconNode.Scalar or HoconNode.List };
}

/// <summary>A place in the document with the values that were written for it, in order.</summary>
internal sealed class Slot(List<Layer> layers)
{
    /// <summary>What was written.</summary>
    public List<Layer> Layers => layers;

    /// <summary>Where its name was written last.</summary>
    public Position? NameAt { get; init; }

    /// <summary>Files that its name was written in, in order.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Its fields, as far as they were asked for.</summary>
    public Dictionary<string, Slot> Children { get; } = new(StringComparer.Ordinal);

    /// <summary>What it was before its later layers.</summary>
    public Dictionary<int, Slot> Earlier { get; } = [];

    /// <summary>The layers that count, once they are known.</summary>
    public List<Layer>? Expanded { get; set; }

    /// <summary>The layer that is being worked out; -1 for none.</summary>
    public int ExpandingAt { get; set; } = -1;

    /// <summary>Its value is being put together.</summary>
    public bool IsComposing { get; set; }

    /// <summary>Its value is known.</summary>
    public bool IsDone { get; set; }

    /// <summary>The value; null for nothing.</summary>
    public HoconValue? Value { get; set; }

    /// <summary>This place as it was before layer <paramref name="count"/>.</summary>
    public Slot Before(int count)
    {
        if (!Earlier.TryGetValue(count, out var before))
        {
            before = new Slot(layers[..count]) { NameAt = NameAt, Files = Files };
            Earlier[count] = before;
        }

        return before;
    }
}
