using System.Text;
using Ha.InformationBase.Keepalived;
using Ha.InformationBase.Reader;
using Ha.Resources.Vrrp;
using Ha.Resources.Vrrp.Plan;

namespace Ha.Tests.Vrrp.Keepalived;

/// <summary>keepalived.conf as a file of ours: what is carried, and what is said of the rest.</summary>
public sealed class KeepalivedImportTests
{
    private const string Tutorial = """
        ! a file like those of tutorials
        $VIP = 192.0.2.100
        global_defs {
          router_id LB1
          vrrp_version 3
          notification_email { ops@example.org }
          notification_email_from lb@example.org
          smtp_server 127.0.0.1
          vrrp_strict
        }
        vrrp_script chk_haproxy {
          script "killall -0 haproxy"
          interval 2
          weight -30
        }
        vrrp_script chk_web {
          script "/usr/bin/curl -fs http://localhost/ | grep ok"
          fall 3
        }
        vrrp_sync_group G1 {
          group {
            VI_1
            VI_2
          }
        }
        vrrp_instance VI_1
        {
          state MASTER
          interface eth0
          virtual_router_id 51
          priority 150
          advert_int 0.5
          use_vmac
          vrrp_unicast_bind 192.0.2.1
          vrrp_unicast_peer 192.0.2.2
          vrrp_unicast_peer 192.0.2.3
          garp_master_delay 10
          virtual_ipaddress {
            $VIP/24 brd 192.0.2.255 dev eth0 label eth0:1
          }
          track_script { chk_haproxy
            chk_web }
          track_interface {
            eth1 weight 20
            eth0
          }
          notify_master "/etc/up.sh master"
        }
        vrrp_instance VI_2 {
          version 2
          interface eth1
          virtual_router_id 52
          priority 90
          nopreempt
          authentication { auth_type PASS
           auth_pass testpassword }
          virtual_ipaddress { 10.9.0.1/24 }
          virtual_routes { default via 10.9.0.254 }
        }
        virtual_server 1.2.3.4 80 { delay_loop 6 }
        """;

    private const string Carried = """
        vrrp {
          checks {
            chk_haproxy { process = haproxy, interval = 2s, weight = -30 }
            chk_web {
              command = [/bin/sh, -c, "/usr/bin/curl -fs http://localhost/ | grep ok"]
              fall = 3
            }
            interface-eth1 { interface = eth1, weight = 20 }
          }
          routers {
            VI_1 {
              version = 3
              interface = eth0
              vrid = 51
              advertise-interval = 500ms
              virtual-mac = true
              transport = unicast
              peers = [192.0.2.2, 192.0.2.3]
              addresses = ["192.0.2.100/24 dev eth0"]
              track {
                checks = [chk_haproxy, chk_web, interface-eth1]
                interfaces = [eth0]
              }
              garp { repeat-after = 10s }
              members {
                lb1 { priority = 150, address = 192.0.2.1 }
              }
            }
            VI_2 {
              version = 2
              interface = eth1
              vrid = 52
              preempt = false
              password = testpass
              addresses = [10.9.0.1/24]
              members {
                lb1 { priority = 90 }
              }
            }
          }
          sync-groups {
            G1 {
              routers = [VI_1, VI_2]
            }
          }
          alerts {
            smtp-server = 127.0.0.1
            smtp-from = "lb@example.org"
            smtp-to = ["ops@example.org"]
          }
        }

        """;

    [Fact]
    public void Instances_groups_scripts_and_the_old_spellings_are_carried()
    {
        var result = KeepalivedImport.Of(Tutorial, "lb1");
        Assert.Equal(Carried, result.Text);
        Assert.Empty(result.Problems);
        var (section, diagnostics) = VrrpReader.ReadFile("f", Encoding.UTF8.GetBytes(result.Text));
        Assert.True(section is not null, string.Join('\n', diagnostics));
        var (plan, mistakes) = VrrpPlanner.Of(section, "lb1", name => name == "eth0" ? [Of("192.0.2.1")] : [Of("10.9.0.2")]);
        Assert.True(plan is not null, string.Join('\n', mistakes));
        Assert.Equal(["VI_1", "VI_2"], plan.Routers.Select(router => router.Settings.Id));
    }

    // Everything that is not carried is said, with its line.
    [Theory]
    [InlineData("9: vrrp_strict was left out")]
    [InlineData("12: script looks for the process haproxy itself, without a program")]
    [InlineData("17: script needs a shell, and names it now")]
    [InlineData("34: vrrp_unicast_bind is the spelling of an old patched version; today it is unicast_src_ip")]
    [InlineData("36: vrrp_unicast_peer is the spelling of an old patched version; today it is unicast_peer")]
    [InlineData("47: notify_master was left out: write notify = [/etc/up.sh master]")]
    [InlineData("56: auth_pass is longer than 8 letters; the first 8 count, as with keepalived")]
    [InlineData("58: virtual_routes was left out")]
    [InlineData("60: virtual_server is no virtual router, and has no counterpart here; it was left out")]
    public void What_is_not_carried_is_said(string expected) => Assert.Contains(
        KeepalivedImport.Of(Tutorial, "lb1").Notes, note => note.StartsWith(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("", "1: there is no vrrp_instance in it")]
    [InlineData("vrrp_instance A { virtual_router_id 0 }", "1: virtual_router_id is '0'; write a number from 1 to 255")]
    [InlineData("vrrp_instance A { priority x }", "1: priority is 'x'; write a number from 1 to 255")]
    [InlineData("vrrp_instance A { advert_int soon }", "1: advert_int is 'soon'; write a number of seconds")]
    [InlineData("vrrp_instance A {\n interface e\n}", "1: vrrp_instance A has no vrid")]
    public void What_must_be_mended_is_said(string text, string expected) =>
        Assert.Contains(expected, KeepalivedImport.Of(text, "n").Problems);

    [Theory]
    [InlineData("}", "1: there is a } too many")]
    [InlineData("vrrp_instance A {", "1: the block vrrp_instance A has no }")]
    [InlineData("include other.conf", "1: the included file was not read")]
    [InlineData("@lb1 priority 5", "1: '@lb1' is a condition or a sequence of keepalived")]
    public void A_file_of_another_form_is_no_crash(string text, string expected) => Assert.Contains(
        KeepalivedImport.Of(text, "n").Notes, note => note.StartsWith(expected, StringComparison.Ordinal));

    [Fact]
    public void Broken_files_are_read_without_an_exception()
    {
        var random = new Random(3);
        for (var count = 0; count < 20_000; count++)
        {
            var text = new StringBuilder(Tutorial);
            for (var change = random.Next(6); change >= 0; change--)
            {
                text[random.Next(text.Length)] = "{}\n\"'#!@$ x0"[random.Next(12)];
            }

            _ = KeepalivedImport.Of(text.ToString(0, random.Next(text.Length)), "n");
        }
    }

    private static InterfaceAddress Of(string address)
    {
        Assert.True(VrrpAddress.TryParse(address, out var parsed));
        return new InterfaceAddress(parsed, 24);
    }
}
