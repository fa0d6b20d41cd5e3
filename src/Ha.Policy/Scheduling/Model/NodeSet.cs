namespace Ha.Policy.Scheduling;

/// <summary>A set of nodes, by their index.</summary>
internal sealed class NodeSet(int nodeCount)
{
    private readonly ulong[] _bits = new ulong[(nodeCount + 63) / 64];

    public bool Has(PolicyNode node) => (_bits[node.Index >> 6] & (1UL << (node.Index & 63))) != 0;

    public void Add(PolicyNode node) => _bits[node.Index >> 6] |= 1UL << (node.Index & 63);

    public void Remove(PolicyNode node) => _bits[node.Index >> 6] &= ~(1UL << (node.Index & 63));
}
