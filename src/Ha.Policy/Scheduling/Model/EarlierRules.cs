namespace Ha.Policy.Scheduling;

/// <summary>Rules that Pacemaker 2.1.5 had and 3.0.2 has no more. No plan is made with them: comparisons with an
/// installed `crm_simulate` 2.1.5 ask with them, to show that a difference comes from such a rule and nothing else.
/// </summary>
[Flags]
public enum EarlierRules
{
    /// <summary>The rules of today.</summary>
    None = 0,

    /// <summary>What a clone would like to be with (a positive score that is no must) says nothing to its instances.
    /// </summary>
    WishesOfClones = 1 << 0,

    /// <summary>What is colocated with a clone wishes nothing for single instances.</summary>
    WishesForInstances = 1 << 1,

    /// <summary>A must to be with a clone means the nodes of its instances, whatever node attribute it is about.
    /// </summary>
    ColocationByAttribute = 1 << 2,

    /// <summary>Colocations are looked at in one pass, musts among wishes.</summary>
    ColocationsInOnePass = 1 << 3,

    /// <summary>An active instance is offered its own node once; where another one is better, it goes with the rest.
    /// </summary>
    InstancesMove = 1 << 4,
}
