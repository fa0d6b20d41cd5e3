namespace Ha.Lab.Tests;

/// <summary>A test with real daemons. Where no lab can be made it is skipped, and says why; it never counts as passed.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LabFactAttribute : FactAttribute
{
    public LabFactAttribute() => Skip = Lab.WhyNot is { Length: > 0 } why ? why : null;
}

/// <summary>The same with a table.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LabTheoryAttribute : TheoryAttribute
{
    public LabTheoryAttribute() => Skip = Lab.WhyNot is { Length: > 0 } why ? why : null;
}

/// <summary>The same for virtual routers, which need keepalived and no corosync.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class VirtualRouterTheoryAttribute : TheoryAttribute
{
    public VirtualRouterTheoryAttribute() => Skip =
        Lab.WhyNot is { Length: > 0 } why && !why.Contains("corosync", StringComparison.Ordinal) ? why
        : !File.Exists("/usr/sbin/keepalived") ? "keepalived is not installed: deploy/need keepalived frr"
        : null;
}
