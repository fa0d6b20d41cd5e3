using Ha.InformationBase;
using Ha.Resources;
using Ha.Resources.Fencing;
using Ha.Resources.Lsb;
using Ha.Resources.Ocf;

namespace Ha.Tests.Resources;

/// <summary>Passwords that the configuration names: found at use, and never said.</summary>
public sealed class SecretStoreTests : IDisposable
{
    private readonly AgentFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_secret_is_kept_for_its_owner_alone_and_found_by_its_reference()
    {
        var store = Store();
        Assert.Equal("", store.Keep("ipmi", "pa=ss\nword"));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("secrets/ipmi")));
        Assert.Equal(("", "pa=ss\nword"), (store.Find("secret://ipmi", out var secret), secret));
        Assert.Equal("", store.Keep("ipmi", "other"));
        Assert.Equal(("", "other"), (store.Find("secret://ipmi", out secret), secret));
        Assert.Equal(["ipmi"], store.Names());
        Assert.Equal("", store.Forget("ipmi"));
        Assert.Equal(
            "secret://ipmi is not on this node: ha secret set ipmi", store.Find("secret://ipmi", out secret));
        Assert.Equal("there is no secret ipmi on this node", store.Forget("ipmi"));
    }

    [Theory]
    [InlineData("file://FOLDER/good", "", "topsecret")]
    [InlineData("cred://good", "", "topsecret")]
    [InlineData("file://FOLDER/open", "FOLDER/open is open to others than its owner: chmod 600 FOLDER/open", "")]
    [InlineData("file://FOLDER/empty", "FOLDER/empty is empty", "")]
    [InlineData("file://FOLDER/huge", "FOLDER/huge has more than 65536 bytes", "")]
    [InlineData("file://FOLDER/none", "file://FOLDER/none is not on this node: FOLDER/none does not exist", "")]
    [InlineData("file://relative", "file://relative: write file:///path", "")]
    [InlineData("secret://../good", "secret://../good: this cannot be the name of a secret", "")]
    [InlineData("secret://", "secret://: this cannot be the name of a secret", "")]
    public void A_reference_that_leads_nowhere_says_where_it_led(string reference, string error, string expected)
    {
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _folder.Write("good", "topsecret\n", Own);
        _folder.Write("open", "topsecret\n", Own | UnixFileMode.OtherRead);
        _folder.Write("empty", "\n", Own);
        _folder.Write("huge", new string('x', 70_000), Own);
        var store = new SecretStore(_folder.File("secrets"), _folder.Path);
        var said = store.Find(reference.Replace("FOLDER", _folder.Path, StringComparison.Ordinal), out var secret);
        Assert.Equal((error, expected), (said.Replace(_folder.Path, "FOLDER", StringComparison.Ordinal), secret));
    }

    [Theory]
    [InlineData("..", "x")]
    [InlineData("a/b", "x")]
    [InlineData(".hidden", "x")]
    [InlineData("ok", "")]
    public void What_cannot_be_kept_is_refused(string name, string secret)
    {
        Assert.NotEmpty(Store().Keep(name, secret));
        Assert.Empty(Store().Names());
    }

    [Fact]
    public async Task Agents_get_the_secret_and_nobody_else_does()
    {
        Store().Keep("db", "topsecret");
        _folder.Ocf("a", "[ \"$OCF_RESKEY_passwd\" = topsecret ] || exit 1\n");
        _folder.Write("fence_a", "#!/bin/sh\ngrep -q '^passwd=topsecret$'\n");
        Assert.Equal("Done 0 ", await Run("start", "secret://db"));
        Assert.True((await Fence("secret://db")).Succeeded);
        Assert.Equal(
            "NoSecrets 5 parameter passwd: secret://none is not on this node: ha secret set none",
            await Run("start", "secret://none"));
        Assert.Equal(
            (false, "parameter passwd: secret://none is not on this node: ha secret set none"),
            await Fence("secret://none") is var fence ? (fence.Succeeded, fence.Text) : default);
    }

    [Fact]
    public async Task A_resource_is_stopped_though_its_secret_is_gone()
    {
        _folder.Ocf("a", "[ \"$1\" = stop ]\n");
        Assert.Equal("Done 0 ", await Run("stop", "secret://none"));
    }

    private SecretStore Store() => new(_folder.File("secrets"), null);

    private Task<FenceResult> Fence(string password) => new FenceAgents(_folder.Path, Store()).Run(
        new FenceRequest
        {
            DeviceId = "power",
            Agent = new AgentName("stonith", null, "fence_a"),
            Action = "off",
            Target = "n1",
            Parameters = ValueMap<string>.Of([new("passwd", password)]),
            Timeout = TimeSpan.FromSeconds(30),
        },
        CancellationToken.None);

    private async Task<string> Run(string action, string password)
    {
        var ocf = new OcfAgents(_folder.Path, "/none");
        var result = await new HostAgents(ocf, ocf, ocf, ocf, new LsbAgents("/none"), Store()).Run(
            new AgentRequest
            {
                Agent = new AgentName("ocf", "test", "a"),
                ResourceId = "a",
                Action = action,
                Timeout = TimeSpan.FromSeconds(30),
                Parameters = ValueMap<string>.Of([new("passwd", password)]),
                Node = "n1",
            },
            CancellationToken.None);
        return $"{result.Status} {result.ExitCode} {result.ExitReason}";
    }
}
