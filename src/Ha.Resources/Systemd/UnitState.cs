using Ha.InformationBase;

namespace Ha.Resources.Systemd;

/// <summary>What systemd says of a unit. The words are systemd's own.</summary>
internal sealed record UnitState
{
    /// <summary>Its name, with the ending.</summary>
    public required string Name { get; init; }

    /// <summary>stub, loaded, not-found, bad-setting, error, merged, masked.</summary>
    public required string Load { get; init; }

    /// <summary>active, reloading, refreshing, inactive, failed, activating, deactivating, maintenance.</summary>
    public required string Active { get; init; }

    /// <summary>running, exited, start, auto-restart, stop-sigterm, ... : depends on the kind of unit.</summary>
    public string Sub { get; init; } = "";

    /// <summary>A job for it waits or runs.</summary>
    public bool HasJob { get; init; }

    /// <summary>enabled, disabled, static, masked, ...: whether systemd starts it by itself.</summary>
    public string FileState { get; init; } = "";

    /// <summary>Its conditions held when it was last to be started.</summary>
    public bool ConditionHeld { get; init; } = true;

    /// <summary>Why it ended: success, exit-code, signal, timeout, ...; empty where that is not known.</summary>
    public string Result { get; init; } = "";

    /// <summary>Its main process; 0 for none, or not known.</summary>
    public uint MainProcess { get; init; }

    /// <summary>Files that add to it.</summary>
    public ValueList<string> DropIns { get; init; }
}
