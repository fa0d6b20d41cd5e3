using Ha.InformationBase;
using Ha.Resources.Database;

namespace Ha.Tests.Database;

/// <summary>A cluster in memory, for agents that run in one test: each node's attributes, and options.</summary>
internal sealed class MemoryCluster(params string[] nodes)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Node, string Name), string> _attributes = [];
    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IClusterFacts Of(string node) => new Facts(this, node);

    public string? Attribute(string node, string name)
    {
        lock (_gate)
        {
            return _attributes.GetValueOrDefault((node, name));
        }
    }

    public string? Option(string name)
    {
        lock (_gate)
        {
            return _options.GetValueOrDefault(name);
        }
    }

    /// <summary>The node left: what it said of itself is gone.</summary>
    public void Leave(string node) => Change(() =>
    {
        _gone.Add(node);
        foreach (var key in _attributes.Keys.Where(key => key.Node == node).ToList())
        {
            _attributes.Remove(key);
        }
    });

    public void Return(string node) => Change(() => _gone.Remove(node));

    private void Change(Action change)
    {
        TaskCompletionSource before;
        lock (_gate)
        {
            change();
            (before, _moved) = (_moved, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        before.TrySetResult();
    }

    private sealed class Facts(MemoryCluster cluster, string self) : IClusterFacts
    {
        public string Self => self;

        public bool IsActive => !cluster._gone.Contains(self);

        public ValueList<string> Members => nodesOf().Where(node => !cluster._gone.Contains(node)).ToValueList();

        public ValueList<string> Nodes => nodesOf().ToValueList();

        // One machine is all hosts: each has a loopback address of its own.
        public string AddressOf(string node) => $"127.0.77.{node[1..]}";

        public string? Attribute(string node, string name) => cluster.Attribute(node, name);

        public string? Option(string name) => cluster.Option(name);

        public Task<string> SetAttribute(string name, string? value, CancellationToken cancel)
        {
            cluster.Change(() =>
            {
                if (value is null)
                {
                    cluster._attributes.Remove((self, name));
                }
                else
                {
                    cluster._attributes[(self, name)] = value;
                }
            });
            return Task.FromResult("");
        }

        public Task<string> SetOption(string name, string seen, string value, CancellationToken cancel)
        {
            var error = "";
            cluster.Change(() =>
            {
                error = cluster._options.GetValueOrDefault(name, "") == seen ? "" : "changed meanwhile";
                if (error.Length == 0)
                {
                    cluster._options[name] = value;
                }
            });
            return Task.FromResult(error);
        }

        public Task NextChange(CancellationToken cancel)
        {
            lock (cluster._gate)
            {
                return cluster._moved.Task.WaitAsync(cancel);
            }
        }

        private string[] nodesOf() => cluster.Names;
    }

    private string[] Names => nodes;
}
