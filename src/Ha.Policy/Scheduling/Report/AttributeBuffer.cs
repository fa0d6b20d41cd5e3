using System.Buffers;
using System.Xml;

namespace Ha.Policy.Scheduling;

/// <summary>Names and values of one attributes element at a time, sorted by name; of one name the last value stays.
/// </summary>
internal sealed class AttributeBuffer
{
    private const string Prefix = "CRM_meta_";

    private static readonly SearchValues<char> s_plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.");

    private readonly List<KeyValuePair<string, string>> _pairs = [];
    private readonly Dictionary<string, string> _metaNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _xmlNames = new(StringComparer.Ordinal);

    public void Clear() => _pairs.Clear();

    /// <summary>Begins with pairs that are sorted already.</summary>
    public void Begin(List<KeyValuePair<string, string>> sorted)
    {
        _pairs.Clear();
        _pairs.AddRange(sorted);
    }

    public List<KeyValuePair<string, string>> ToList() => [.. _pairs];

    public void Set(string name, string value)
    {
        int low = 0, high = _pairs.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = string.CompareOrdinal(_pairs[middle].Key, name);
            if (order == 0)
            {
                _pairs[middle] = KeyValuePair.Create(name, value);
                return;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        _pairs.Insert(low, KeyValuePair.Create(name, value));
    }

    /// <summary>Sets what an agent is told as CRM_meta_NAME.</summary>
    public void SetMeta(string name, string value)
    {
        if (!_metaNames.TryGetValue(name, out var whole))
        {
            whole = name == "OCF_CHECK_LEVEL" ? name : string.Concat(Prefix, name.Replace('-', '_'));
            _metaNames.Add(name, whole);
        }

        Set(whole, value);
    }

    public void Write(XmlText xml)
    {
        foreach (var (name, value) in _pairs)
        {
            xml.Attribute(XmlNameOf(name), value);
        }
    }

    // A parameter's name may be none in XML.
    private string XmlNameOf(string name)
    {
        if (name.AsSpan().IndexOfAnyExcept(s_plain) < 0 && char.IsAsciiLetter(name[0]))
        {
            return name;
        }

        if (!_xmlNames.TryGetValue(name, out var encoded))
        {
            encoded = XmlConvert.EncodeLocalName(name);
            _xmlNames.Add(name, encoded);
        }

        return encoded;
    }
}
