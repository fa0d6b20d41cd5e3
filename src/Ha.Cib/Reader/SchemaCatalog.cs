namespace Ha.InformationBase.Reader;

/// <summary>One kind of object in a cluster file.</summary>
/// <param name="Path">Where it stands; words in capitals are names to choose.</param>
/// <param name="Meaning">In a sentence.</param>
/// <param name="Keys">The keys that it may have.</param>
public sealed record SchemaSection(string Path, string Meaning, IReadOnlyList<PropertyDefinition> Keys);

/// <summary>The objects of a cluster file with all their keys: one place for readers and reference.conf. The names that
/// properties, meta attributes and operations may have are in <see cref="PropertyCatalog"/>.</summary>
public static class SchemaCatalog
{
    private static readonly ValueList<string> s_roles = ["Started", "Stopped", "Promoted", "Unpromoted"];
    private static readonly ValueList<string> s_actions = ["start", "stop", "promote", "demote"];
    private static readonly ValueList<string> s_kinds = ["Mandatory", "Optional", "Serialize"];

    /// <summary>The whole file.</summary>
    public static SchemaSection Root { get; } =
        new("", "The whole file; other names must begin with _: those are templates",
    [
        Object("cluster", "Name and options of the cluster"),
        Object("nodes", "The hosts, by name"),
        Object("quorum", "Quorum settings of corosync"),
        Object("totem", "Membership settings of corosync"),
        Object("rsc-defaults", "Defaults of meta attributes"),
        Object("rsc-defaults-sets", "The same with rules, by id"),
        Object("op-defaults", "Defaults of operations"),
        Object("op-defaults-sets", "The same with rules, by id"),
        Object("templates", "What primitives can share by their key template, by id"),
        Object("resources", "What the cluster runs, by id"),
        Object("groups", "Resources that run together, by id"),
        Object("clones", "Resources that run on several nodes, by id"),
        Object("bundles", "Containers; not supported by this version yet"),
        Object("fencing", "Fencing devices, by id"),
        Object("fencing-levels", "For each node a list of lists of devices: [[first], [second, third]]"),
        Object("constraints", "Where, together with what and in which order things run"),
        Object("alerts", "Programs to call at events, by id"),
        Object("tags", "Named lists of ids"),
        Object("acls", "Access control lists; not supported by this version yet"),
        Object("vrrp", "Virtual routers: `ha vrrp run` runs them, a cluster not yet"),
    ]);

    /// <summary>cluster.</summary>
    public static SchemaSection Cluster { get; } = new("cluster", "Name and options of the cluster",
    [
        Text("name", "The cluster's name"),
        Object("properties", "Cluster options"),
        Object("properties-sets", "The same with rules, by id"),
    ]);

    /// <summary>A node.</summary>
    public static SchemaSection Node { get; } = new("nodes.NAME", "A host, by its name",
    [
        Text("id", "Its number in corosync.conf; must be there"),
        List("addresses", "One address for each link of corosync"),
        new("votes", ValueKind.Integer, "1", "Votes in the quorum, 0 to 255"),
        Object("attributes", "Attributes that rules can test"),
        Object("attributes-sets", "The same with rules, by id"),
        Object("utilization", "Capacities"),
        Object("utilization-sets", "The same with rules, by id"),
    ]);

    /// <summary>A resource.</summary>
    public static SchemaSection Resource { get; } = new("resources.ID", "Something that the cluster runs",
    [
        Text("agent",
            "\"ocf:PROVIDER:TYPE\", \"systemd:UNIT\", \"ha:vip\", ...; must be there unless a template has it"),
        Text("template", "Take what is not said here from templates.ID"),
        .. BlocksOf("params", "Parameters of the agent"),
        .. BlocksOf("meta", "Meta attributes"),
        .. BlocksOf("utilization", "What it needs of a node's capacities"),
        Object("op", "Operations: the key is the action, or any word with name = ACTION"),
    ]);

    /// <summary>A group.</summary>
    public static SchemaSection Group { get; } =
        new("groups.ID", "Resources that run together and start one after the other",
    [
        List("members", "Ids of resources, in the order of their start; must be there"),
        .. BlocksOf("meta", "Meta attributes"),
    ]);

    /// <summary>A clone.</summary>
    public static SchemaSection Clone { get; } = new("clones.ID", "A resource or group that runs on several nodes",
    [
        Text("of", "Id of the resource or group; must be there"),
        .. BlocksOf("meta", "Meta attributes: clone-max, promotable and so on"),
    ]);

    /// <summary>A fencing device.</summary>
    public static SchemaSection Device { get; } = new("fencing.ID", "A fencing device",
    [
        Text("agent", "A fence agent such as fence_ipmilan; must be there"),
        List("targets", "Nodes that it can fence; all that it says itself where not set"),
        Object("target-map", "For each node the name or plug that the device knows it by"),
        new("delay-base", ValueKind.Duration, "0", "Wait before fencing, so that two nodes do not fence each other"),
        new("delay-max", ValueKind.Duration, "0", "The same, of random length up to this"),
        .. BlocksOf("params", "Parameters of the agent"),
        .. BlocksOf("meta", "Meta attributes"),
        Object("op", "Operations: monitor with its interval and timeout"),
    ]);

    /// <summary>constraints.</summary>
    public static SchemaSection Constraints { get; } =
        new("constraints", "Where, together with what, and in which order",
    [
        Object("location", "Where resources run, by id"),
        Object("colocation", "What runs together or apart, by id"),
        Object("order", "What comes before what, by id"),
        Object("ticket", "What needs a ticket, by id"),
    ]);

    /// <summary>A location constraint.</summary>
    public static SchemaSection Location { get; } = new("constraints.location.ID", "Where a resource runs",
    [
        Text("rsc", "Resource or tag"),
        Text("rsc-pattern", "Or a regular expression on ids; a leading ! negates"),
        List("sets", "Or sets of resources"),
        Text("node", "The node"),
        new("score", ValueKind.Score, "0", "How much it wants that node; -INFINITY forbids it"),
        Word("role", "Started", "For this role only", s_roles),
        Word("resource-discovery", "always", "Whether it is looked for there", ["always", "never", "exclusive"]),
        Object("rule", "Instead of a node: a rule that gives a score to nodes"),
        List("rules", "The same, several"),
        List("lifetime", "Rules that say when the constraint holds"),
    ]);

    /// <summary>A colocation constraint.</summary>
    public static SchemaSection Colocation { get; } =
        new("constraints.colocation.ID", "A resource goes where another is",
    [
        Text("rsc", "The resource that goes"),
        Text("with-rsc", "The resource that it goes with"),
        Word("rsc-role", "Started", "Role of the first", s_roles),
        Word("with-rsc-role", "Started", "Role of the second", s_roles),
        new("score", ValueKind.Score, "INFINITY", "How much; -INFINITY keeps them apart"),
        Text("node-attribute", "Same value of this node attribute is enough"),
        new("influence", ValueKind.Boolean, "",
            "Whether the first counts where the second goes; its meta attribute critical"),
        List("sets", "Or sets of resources"),
        List("lifetime", "Rules that say when the constraint holds"),
    ]);

    /// <summary>An ordering constraint.</summary>
    public static SchemaSection Order { get; } = new("constraints.order.ID", "An action comes before another",
    [
        Text("first", "Resource of the first action"),
        Text("then", "Resource of the later action"),
        Word("first-action", "start", "The first action", s_actions),
        Word("then-action", "", "The later action; the same as the first", s_actions),
        Word("kind", "Mandatory", "How strictly", s_kinds),
        new("symmetrical", ValueKind.Boolean, "true", "The reverse holds for the opposite actions"),
        new("require-all", ValueKind.Boolean, "true", "All instances of a clone must be active first"),
        List("sets", "Or sets of resources"),
        List("lifetime", "Rules that say when the constraint holds"),
    ]);

    /// <summary>A ticket constraint.</summary>
    public static SchemaSection Ticket { get; } = new("constraints.ticket.ID", "A resource needs a ticket",
    [
        Text("ticket", "The ticket; must be there"),
        Text("rsc", "The resource"),
        Word("rsc-role", "Started", "For this role only", s_roles),
        Word("loss-policy", "stop", "What happens when the ticket is lost", ["stop", "demote", "fence", "freeze"]),
        List("sets", "Or sets of resources"),
    ]);

    /// <summary>A set inside of a constraint.</summary>
    public static SchemaSection ResourceSet { get; } = new("constraints.KIND.ID.sets[]", "A set of resources",
    [
        Text("id", "Its id; derived where not set"),
        List("members", "Ids of resources or tags; must be there"),
        new("sequential", ValueKind.Boolean, "true", "One after the other"),
        new("require-all", ValueKind.Boolean, "true", "All of them are needed"),
        Word("role", "", "Their role", s_roles),
        Word("action", "", "Their action", s_actions),
        new("score", ValueKind.Score, "", "Score of the set"),
        Word("kind", "", "Kind of an ordering set", s_kinds),
        Word("ordering", "group", "Order of colocated members", ["group", "listed"]),
    ]);

    /// <summary>A rule.</summary>
    public static SchemaSection Rule { get; } = new("rule", "When or where something holds",
    [
        Text("id", "Its id"),
        Word("boolean-op", "and", "Whether all expressions must hold, or one", ["and", "or"]),
        new("score", ValueKind.Score, "", "Score that it gives, in a location constraint"),
        Text("score-attribute", "Or the node attribute that holds the score"),
        Word("role", "", "For this role only", s_roles),
        List("expressions", "Tests of attributes, dates, agents or operations, and rules; must be there"),
    ]);

    /// <summary>A test of a node attribute.</summary>
    public static SchemaSection AttributeTest { get; } =
        new("expressions[] with attribute", "A test of a node attribute",
    [
        Text("id", "Its id"),
        Text("attribute", "The attribute: any name, #uname, #kind, ..."),
        Word("operation", "", "The comparison", ["lt", "gt", "lte", "gte", "eq", "ne", "defined", "not_defined"]),
        Text("value", "What it is compared with"),
        Word("type", "", "Compare as", ["string", "integer", "number", "version"]),
        Word("value-source", "literal", "Where the value comes from", ["literal", "param", "meta"]),
    ]);

    /// <summary>A test of the time.</summary>
    public static SchemaSection DateTest { get; } =
        new("expressions[] with start, end or date-spec", "A test of the time",
    [
        Text("id", "Its id"),
        Word("operation", "", "The comparison; follows from the other keys", ["gt", "lt", "in_range", "date_spec"]),
        Text("start", "ISO 8601"),
        Text("end", "ISO 8601"),
        Object("duration", "Length from the start"),
        Object("date-spec", "Ranges of hours, days and so on"),
    ]);

    /// <summary>A test of a resource's agent.</summary>
    public static SchemaSection AgentTest { get; } =
        new("expressions[] with class, provider or type", "A test of the agent",
        [Text("id", "Its id"), Text("class", "ocf, systemd, ..."), Text("provider", "heartbeat, ..."),
            Text("type", "IPaddr2, ...")]);

    /// <summary>A test of an operation.</summary>
    public static SchemaSection OperationTest { get; } = new("expressions[] with name", "A test of the operation",
        [Text("id", "Its id"), Text("name", "start, monitor, ..."),
            new("interval", ValueKind.Duration, "", "Its interval")]);

    /// <summary>Ranges of a date.</summary>
    public static SchemaSection DateSpecification { get; } = new("date-spec", "Ranges such as hours = \"9-16\"",
    [
        .. ((string[])["seconds", "minutes", "hours", "monthdays", "weekdays", "yeardays", "months", "weeks", "years",
            "weekyears", "moon"])
            .Select(name => Text(name, "A number or a range")),
    ]);

    /// <summary>A length of time in a rule.</summary>
    public static SchemaSection DateDuration { get; } = new("duration", "A length of time in a rule",
    [
        .. ((string[])["seconds", "minutes", "hours", "days", "weeks", "months", "years"])
            .Select(name => new PropertyDefinition(name, ValueKind.Integer, "", "A number of them")),
    ]);

    /// <summary>A block of attributes with a rule.</summary>
    public static SchemaSection AttributeBlock { get; } = new("PLACE-sets.ID", "Names and values that hold by a rule",
    [
        Object("rule", "When they hold; always where not set"),
        new("score", ValueKind.Score, "0", "Of several blocks the one with the highest score wins, name by name"),
        Object("values", "The names and values"),
    ]);

    /// <summary>An alert.</summary>
    public static SchemaSection Alert { get; } = new("alerts.ID", "A program to call at events",
    [
        Text("path", "The program; must be there"),
        List("recipients", "Who is told, one call each"),
        List("events", "nodes, fencing, resources, attributes; the first three where not set"),
        new("timeout", ValueKind.Duration, "30s", "How long a call may take"),
    ]);

    /// <summary>All sections, in the order of the reference.</summary>
    public static IReadOnlyList<SchemaSection> All { get; } =
    [
        Root, Cluster, Node, Resource, Group, Clone, Device, Constraints, Location, Colocation, Order, Ticket,
            ResourceSet,
        AttributeBlock, Rule, AttributeTest, DateTest, DateSpecification, DateDuration, AgentTest, OperationTest, Alert,
        .. VrrpSchema.All,
    ];

    private static PropertyDefinition Text(string name, string meaning) => new(name, ValueKind.Text, "", meaning);

    private static PropertyDefinition List(string name, string meaning) => new(name, ValueKind.List, "", meaning);

    private static PropertyDefinition Object(string name, string meaning) => new(name, ValueKind.Object, "", meaning);

    private static PropertyDefinition Word(string name, string value, string meaning, ValueList<string> words) =>
        new(name, ValueKind.Word, value, meaning, words);

    private static PropertyDefinition[] BlocksOf(string name, string meaning) =>
        [Object(name, meaning), Object($"{name}-sets", "The same with rules, by id")];
}
