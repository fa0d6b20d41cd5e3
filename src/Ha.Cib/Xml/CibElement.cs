namespace Ha.InformationBase.Xml;

/// <summary>An element of a CIB as it was written: name, attributes and children in document order.</summary>
internal sealed class CibElement(string name, Origin origin)
{
    private static readonly List<CibElement> s_none = [];

    private List<CibElement>? _children;

    /// <summary>Its name, with the prefix where it has one.</summary>
    public string Name { get; } = name;

    /// <summary>Where it begins, with its id.</summary>
    public Origin Origin { get; } = origin;

    /// <summary>Names and values, in document order.</summary>
    public KeyValuePair<string, string>[] Attributes { get; init; } = [];

    /// <summary>The elements in it, in document order. Read it alone: <see cref="Add"/> adds.</summary>
    public List<CibElement> Children => _children ?? s_none;

    /// <summary>Its id; empty for none.</summary>
    public string Id => this["id"] ?? "";

    /// <summary>Value of an attribute; null for none.</summary>
    public string? this[string attribute]
    {
        get
        {
            foreach (var (name, value) in Attributes)
            {
                if (ReferenceEquals(name, attribute) || (name.Length == attribute.Length && name == attribute))
                {
                    return value;
                }
            }

            return null;
        }
    }

    /// <summary>Adds an element behind those that are in it.</summary>
    public void Add(CibElement child) => (_children ??= []).Add(child);

    /// <summary>The first child of this name; null for none.</summary>
    public CibElement? Child(string name) => Children.Find(child => child.Name == name);

    /// <summary>The children of this name.</summary>
    public IEnumerable<CibElement> All(string name) => Children.Where(child => child.Name == name);

    /// <summary>The attributes that are not among these.</summary>
    public ValueMap<string> AttributesBut(params ReadOnlySpan<string> names)
    {
        var others = new List<KeyValuePair<string, string>>();
        foreach (var attribute in Attributes)
        {
            if (!names.Contains(attribute.Key))
            {
                others.Add(attribute);
            }
        }

        return ValueMap<string>.Of(others);
    }

    /// <summary>Name and id, for messages.</summary>
    public override string ToString() => Id.Length > 0 ? $"<{Name} id=\"{Id}\">" : $"<{Name}>";
}
