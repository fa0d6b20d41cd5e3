namespace Ha.Resources.Vrrp.Link;

/// <summary>The host does not let a virtual router run: the message says what, and what it needs.</summary>
public sealed class LinkException(string message) : Exception(message);
