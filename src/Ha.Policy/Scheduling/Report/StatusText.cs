namespace Ha.Policy.Scheduling;

/// <summary>The cluster as it is, in the text form of `crm_simulate`: nodes, resources, failures.</summary>
internal static class StatusText
{
    public static void Write(PolicyRun run, TextWriter text)
    {
    }
}
