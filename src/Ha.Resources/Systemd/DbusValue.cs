using Ha.InformationBase;

namespace Ha.Resources.Systemd;

/// <summary>A value on the bus: a closed family. Source: D-Bus specification, "Type system".</summary>
internal abstract record DbusValue
{
    private DbusValue()
    {
    }

    /// <summary>The complete type of this value.</summary>
    public abstract string Signature { get; }

    /// <summary>One of the fixed types.</summary>
    /// <param name="Type">y b n q i u x t d h.</param>
    /// <param name="Bits">Its bits, not extended: a negative 32-bit number has 32 bits here, too.</param>
    public sealed record Number(char Type, ulong Bits) : DbusValue
    {
        /// <inheritdoc/>
        public override string Signature => Type.ToString();
    }

    /// <summary>One of the texts.</summary>
    /// <param name="Type">s (text), o (path of an object), g (signature).</param>
    /// <param name="Value">Without a zero character.</param>
    public sealed record Text(char Type, string Value) : DbusValue
    {
        /// <inheritdoc/>
        public override string Signature => Type.ToString();
    }

    /// <summary>Values of one type.</summary>
    public sealed record Array(string ElementType, ValueList<DbusValue> Items) : DbusValue
    {
        /// <inheritdoc/>
        public override string Signature => "a" + ElementType;
    }

    /// <summary>Values of several types.</summary>
    public sealed record Structure(ValueList<DbusValue> Fields) : DbusValue
    {
        /// <inheritdoc/>
        public override string Signature => $"({string.Concat(Fields.Select(item => item.Signature))})";
    }

    /// <summary>One entry of a dictionary; only inside of an array.</summary>
    public sealed record Entry(DbusValue Key, DbusValue Content) : DbusValue
    {
        /// <inheritdoc/>
        public override string Signature => $"{{{Key.Signature}{Content.Signature}}}";
    }

    /// <summary>A value that brings its type along.</summary>
    public sealed record Variant(DbusValue Content) : DbusValue
    {
        /// <inheritdoc/>
        public override string Signature => "v";
    }

    /// <summary>A text.</summary>
    public static DbusValue Of(string text) => new Text('s', text);

    /// <summary>A truth value.</summary>
    public static DbusValue Of(bool value) => new Number('b', value ? 1u : 0u);

    /// <summary>A number of 32 bits without a sign.</summary>
    public static DbusValue Of(uint value) => new Number('u', value);

    /// <summary>The path of an object.</summary>
    public static DbusValue PathOf(string path) => new Text('o', path);

    /// <summary>This value without the variants around it.</summary>
    public DbusValue Bare() => this is Variant variant ? variant.Content.Bare() : this;
}
