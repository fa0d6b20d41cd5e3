using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>Configuration to HOCON, in the form that <see cref="ClusterFileReader"/> reads. Comments, templates and the
/// order of sections are those of the writer, not of the file that it was read from.</summary>
public static class ClusterFileWriter
{
    /// <summary>The text of a cluster file that says the same. Secrets are written as they are.</summary>
    public static string Write(Configuration configuration) =>
        HoconWriter.Document(ConfigurationTree.Of(configuration));
}
