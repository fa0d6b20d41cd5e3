using Ha.InformationBase.Reader;

namespace Ha.Resources.Vrrp.Plan;

/// <summary>What one host does of a vrrp section.</summary>
/// <param name="Routers">Its virtual routers: those in which it is a member, one for each family.</param>
/// <param name="Checks">The checks that they track.</param>
/// <param name="Groups">Which routers are active together, in the order of <paramref name="Routers"/>: each is in exactly
/// one group, if only alone.</param>
/// <param name="Alerts">Who is told.</param>
public sealed record VrrpPlan(
    IReadOnlyList<RouterPlan> Routers, IReadOnlyList<VrrpCheck> Checks, IReadOnlyList<RouterGroup> Groups,
    VrrpAlerts Alerts);

/// <summary>One virtual router of one family on this host.</summary>
/// <param name="Settings">What the protocol and the link must know.</param>
/// <param name="Source">As it was written.</param>
/// <param name="Checks">What it tracks: indexes into the plan's checks.</param>
/// <param name="Rank">Its place among the members by priority; 0 where it is not known who the others are.</param>
/// <param name="Members">Addresses of the other members. Where none was written, whoever speaks with the router's number
/// counts as one.</param>
public sealed record RouterPlan(
    VirtualRouterSettings Settings, VrrpRouter Source, IReadOnlyList<int> Checks, int Rank,
    VrrpAddress[] Members);

/// <summary>Routers that are active together.</summary>
/// <param name="Id">Name of the sync group; empty for a router alone.</param>
/// <param name="First">Index of the first.</param>
/// <param name="Count">How many.</param>
public sealed record RouterGroup(string Id, int First, int Count);

/// <summary>An address of an interface, with the bits of its network.</summary>
public readonly record struct InterfaceAddress(VrrpAddress Address, int PrefixLength);
