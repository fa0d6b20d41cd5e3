using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>Why something is as it is: the codes of `ha why`. One code for each cause, the same in text, JSON, events
/// and metrics.</summary>
public static class Cause
{
    /// <summary>Somebody wants it stopped.</summary>
    public const string TargetStopped = "target-stopped";

    /// <summary>It left the configuration.</summary>
    public const string Removed = "removed";

    /// <summary>The cluster option stop-all-resources.</summary>
    public const string StopAll = "disabled-by-stop-all";

    /// <summary>is-managed is false.</summary>
    public const string Unmanaged = "unmanaged";

    /// <summary>The whole cluster is in maintenance.</summary>
    public const string MaintenanceCluster = "maintenance-cluster";

    /// <summary>The node is in maintenance.</summary>
    public const string MaintenanceNode = "maintenance-node";

    /// <summary>The resource is in maintenance.</summary>
    public const string MaintenanceResource = "maintenance-resource";

    /// <summary>The node is not there.</summary>
    public const string NodeOffline = "node-offline";

    /// <summary>The node's state is unknown; it must be fenced.</summary>
    public const string NodeUnclean = "node-unclean";

    /// <summary>The node has not joined yet.</summary>
    public const string NodePending = "node-pending";

    /// <summary>Somebody drained the node.</summary>
    public const string NodeDrained = "node-drained";

    /// <summary>The node is stopping.</summary>
    public const string NodeShuttingDown = "node-shutting-down";

    /// <summary>No quorum, and the policy is to stop.</summary>
    public const string NoQuorumStop = "no-quorum-stop";

    /// <summary>No quorum, and the policy is to freeze.</summary>
    public const string NoQuorumFreeze = "no-quorum-freeze";

    /// <summary>No quorum, and the policy is to demote.</summary>
    public const string NoQuorumDemote = "no-quorum-demote";

    /// <summary>A location constraint.</summary>
    public const string Location = "location";

    /// <summary>The cluster is opt-in, and no constraint names the node.</summary>
    public const string OptIn = "opt-in-no-rule";

    /// <summary>It would rather stay.</summary>
    public const string Stickiness = "stickiness";

    /// <summary>Another node has the higher score.</summary>
    public const string Better = "better-elsewhere";

    /// <summary>A one-time move.</summary>
    public const string Move = "move-requested";

    /// <summary>It goes where another resource is.</summary>
    public const string ColocationWith = "colocation-with";

    /// <summary>It goes where another resource is not.</summary>
    public const string AntiColocation = "anti-colocation";

    /// <summary>The group's member before it is not there.</summary>
    public const string GroupPredecessor = "group-predecessor";

    /// <summary>Equal scores: fewer resources, then the present node, then the name.</summary>
    public const string TieBroken = "tie-broken";

    /// <summary>Another action comes first.</summary>
    public const string WaitsFor = "waits-for";

    /// <summary>What comes first cannot start.</summary>
    public const string PartnerCannotStart = "partner-cannot-start";

    /// <summary>A node must be fenced first.</summary>
    public const string WaitsForFencing = "waits-for-fencing";

    /// <summary>Its state must be looked at first.</summary>
    public const string WaitsForProbe = "waits-for-probe";

    /// <summary>Its start failed here.</summary>
    public const string StartFailed = "start-failed-here";

    /// <summary>It failed too often here.</summary>
    public const string ThresholdReached = "threshold-reached";

    /// <summary>Its stop failed, and the node cannot be fenced.</summary>
    public const string StopFailedBlocked = "stop-failed-blocked";

    /// <summary>Its monitor failed.</summary>
    public const string MonitorFailed = "monitor-failed";

    /// <summary>An operation took too long.</summary>
    public const string OperationTimeout = "op-timeout";

    /// <summary>on-fail of an operation says block.</summary>
    public const string OnFailBlock = "on-fail-block";

    /// <summary>on-fail of an operation says stop.</summary>
    public const string OnFailStop = "on-fail-stop";

    /// <summary>on-fail of an operation says standby.</summary>
    public const string OnFailStandby = "on-fail-standby";

    /// <summary>It runs on several nodes.</summary>
    public const string ActiveOnSeveral = "active-on-several-nodes";

    /// <summary>The agent is not installed there.</summary>
    public const string AgentMissing = "agent-missing";

    /// <summary>A program that the agent needs is missing (exit code 5).</summary>
    public const string BinaryMissing = "binary-missing";

    /// <summary>The agent lacks a permission (exit code 4).</summary>
    public const string NotPermitted = "not-permitted";

    /// <summary>The parameters make no sense to the agent (exit codes 2 and 6).</summary>
    public const string BadConfiguration = "bad-config";

    /// <summary>The agent lacks the action (exit code 3).</summary>
    public const string ActionMissing = "action-missing";

    /// <summary>No fencing device can reach the node.</summary>
    public const string NoFencingDevice = "no-fencing-device";

    /// <summary>The node's health says so.</summary>
    public const string NodeUnhealthy = "node-unhealthy";

    /// <summary>It is kept for the node that was shut down.</summary>
    public const string ShutdownLock = "shutdown-lock";

    /// <summary>The ticket that it needs is not here.</summary>
    public const string TicketLost = "ticket-lost";

    /// <summary>The node has no room for it.</summary>
    public const string UtilizationLacking = "utilization-lacking";

    /// <summary>There are as many instances as there shall be.</summary>
    public const string CloneMax = "clone-max";

    /// <summary>The node has as many instances as it may have.</summary>
    public const string CloneNodeMax = "clone-node-max";

    /// <summary>As many instances are promoted as there shall be.</summary>
    public const string PromotedMax = "promoted-max";

    /// <summary>The agent has set no promotion score there.</summary>
    public const string NoPromotionScore = "no-promotion-score";

    /// <summary>The promotion score there is below zero.</summary>
    public const string PromotionScoreNegative = "promotion-score-negative";

    /// <summary>A part of the promotion score.</summary>
    public const string PromotionScore = "promotion-score";

    /// <summary>Somebody wants it not promoted.</summary>
    public const string TargetUnpromoted = "target-unpromoted";

    /// <summary>What goes with it would rather be (or not be) there.</summary>
    public const string DependentWishes = "dependent-wishes";

    /// <summary>Both must not happen at once.</summary>
    public const string Serialized = "serialized";

    /// <summary>A failure was old enough to be forgotten.</summary>
    public const string FailureExpired = "failure-expired";

    /// <summary>A constraint lets it be looked for, and run, on other nodes alone.</summary>
    public const string DiscoveryExclusive = "discovery-exclusive";

    /// <summary>It runs in, or through, something that is not there.</summary>
    public const string ContainerMissing = "container-missing";

    /// <summary>It runs inside of a container, and so where that is.</summary>
    public const string InContainer = "in-container";

    /// <summary>A remote or guest node cannot run it.</summary>
    public const string NotOnRemote = "not-on-remote";

    /// <summary>No instance goes where the whole's score is below zero.</summary>
    public const string BelowZero = "below-zero";

    /// <summary>The node's own score, for every resource.</summary>
    public const string NodeScore = "node-score";

    /// <summary>on-fail of an operation says ban (Pacemaker's word is migrate).</summary>
    public const string OnFailBan = "on-fail-ban";

    /// <summary>An operation is running.</summary>
    public const string Running = "running-now";

    /// <summary>This version cannot do it yet.</summary>
    public const string NotSupported = "not-supported-yet";

    /// <summary>Its parameters changed.</summary>
    public const string ParametersChanged = "parameters-changed";

    /// <summary>Nothing stands in the way.</summary>
    public const string None = "";
}

/// <summary>One part of a resource's score on a node, or a cause that fixes it.</summary>
/// <param name="ResourceId">The resource.</param>
/// <param name="Node">The node; empty for all.</param>
/// <param name="Code">One of <see cref="Cause"/>.</param>
/// <param name="Score">What it adds.</param>
/// <param name="Text">In words.</param>
/// <param name="Origin">Where it was written.</param>
public sealed record Reason(string ResourceId, string Node, string Code, Score Score, string Text, Origin Origin);
