using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>What a name in a cluster file must be the name of.</summary>
internal enum NameKind
{
    /// <summary>A node.</summary>
    Node,

    /// <summary>A resource, group, clone, template or tag.</summary>
    Resource,

    /// <summary>A fencing device.</summary>
    Device,

    /// <summary>A template of primitives.</summary>
    Template,
}

/// <summary>A name that was written, and where.</summary>
internal sealed record NameReference(NameKind Kind, string Name, Position At, string Path);

/// <summary>What is collected while a cluster file is read.</summary>
internal sealed class ReadContext
{
    /// <summary>What is wrong.</summary>
    public DiagnosticList Diagnostics { get; } = new();

    /// <summary>Names to look up once everything was read.</summary>
    public List<NameReference> References { get; } = [];
}
