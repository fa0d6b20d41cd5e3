"""What keeps the lab's virtual IP and web server alive: ours, or Pacemaker beside it. Each is asked in its own words."""
import json
import os
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

from labs import ADDRESS, PROGRAM, ROOT, LabError, wait


@dataclass
class Seen:
    """A cluster in which all hosts are online and all runs where it is wanted."""
    place: str
    coordinator: str
    epoch: int = 0


class Ha:
    """HaCluster."""
    name = "ha"
    daemons = ("ha run",)

    def __init__(self, lab):
        self.lab = lab
        self.program = os.path.join(PROGRAM, "ha")

    def ha(self, host, *words, check=True):
        return self.lab.on(host, self.program, *words, check=check)

    def status(self, host):
        try:
            answer = json.loads(self.ha(host, "status", "--json", "--timeout", "3s", check=False))
            return answer if "state" in answer else None
        except ValueError:
            return None

    def configure(self, path=os.path.join(ROOT, "hocon/examples/web.conf")):
        wait("an epoch", lambda: (lambda now: now and now["coordinator"])(self.status("n1")))
        self.ha("n1", "apply", path)

    def seen(self):
        for host in self.lab.living():
            now = self.status(host)
            if now and now["state"] == "HEALTHY" and now["transition"] == "settled" \
                    and all(node["state"] == "online" for node in now["nodes"]):
                return Seen([one["on"] for one in now["resources"] if one["id"] == "www"][0][0], now["coordinator"],
                            now["epoch"])
        return None

    def drain(self, by, host):
        self.ha(by, "node", "drain", host)

    def undrain(self, by, host):
        self.ha(by, "node", "undrain", host)

    def move(self, by, host):
        self.ha(by, "move", "www", "--to", host)

    def unmove(self, by):
        """A move leaves nothing behind."""

    def cleanup(self, by):
        self.ha(by, "cleanup", "web")

    def show(self, host):
        return self.ha(host, "status", "--no-color", check=False)


class Pacemaker:
    """Pacemaker, from its packages."""
    name = "pacemaker"
    daemons = ("pacemakerd", "/pacemaker/pacemaker-")

    def __init__(self, lab):
        self.lab = lab

    def view(self, host):
        try:
            return ElementTree.fromstring(self.lab.on(host, "crm_mon", "-1", "--output-as=xml", check=False))
        except ElementTree.ParseError:
            return None

    def configure(self, resources=None):
        def formed():
            view = self.view("n1")
            return view is not None and view.find("summary/current_dc[@with_quorum='true']") is not None \
                and len(view.findall("nodes/node[@online='true']")) == len(self.lab.hosts)
        wait("a coordinator", formed, every=0.3)
        options = {"stonith-enabled": "true", "no-quorum-policy": "stop", "load-threshold": "0%"}
        names = " ".join(self.lab.hosts)

        def pairs(owner, values):
            return "".join(f'<nvpair id="{owner}-{key}" name="{key}" value="{value}"/>' for key, value in values.items())
        self.replace("crm_config", f'<cluster_property_set id="o">{pairs("o", options)}</cluster_property_set>')
        for key, value in {"resource-stickiness": 100, "migration-threshold": 3, "failure-timeout": 600}.items():
            self.lab.on("n1", "crm_attribute", "-t", "rsc_defaults", "-n", key, "-v", str(value))
        power = f'''<primitive id="power" class="stonith" type="fence_lab"><instance_attributes id="power-p">
{pairs("power", {"pcmk_host_list": names})}</instance_attributes></primitive>'''
        self.replace("resources", power + (resources or f'''<group id="www">
<primitive id="vip" class="ocf" provider="heartbeat" type="IPaddr2"><instance_attributes id="vip-p">
{pairs("vip", {"ip": ADDRESS, "cidr_netmask": 24, "nic": "eth0"})}</instance_attributes>
<operations><op id="vip-m" name="monitor" interval="10s"/></operations></primitive>
<primitive id="web" class="ocf" provider="lab" type="web">
<operations><op id="web-m" name="monitor" interval="1s" timeout="5s"/></operations></primitive></group>'''))

    def replace(self, scope, text):
        self.lab.on("n1", "cibadmin", "--replace", "-o", scope, "--xml-text", f"<{scope}>{text}</{scope}>")

    def seen(self):
        for host in self.lab.living():
            view = self.view(host)
            dc = view.find("summary/current_dc") if view is not None else None
            if dc is None or dc.get("name") is None or view.findall("resources//resource[@failed='true']"):
                continue
            nodes = view.findall("nodes/node")
            web = view.find("resources//resource[@id='web'][@active='true']/node")
            if web is None or len(nodes) != len(self.lab.hosts) or any(
                    node.get("online") != "true" or node.get("pending") == "true" or node.get("standby") == "true"
                    or node.get("unclean") == "true" for node in nodes):
                continue
            if "S_IDLE" in self.lab.on(host, "crmadmin", "-S", dc.get("name"), "-t", "3000", check=False):
                return Seen(web.get("name"), dc.get("name"))
        return None

    def drain(self, by, host):
        self.lab.on(by, "crm_attribute", "-N", host, "-n", "standby", "-v", "on", "-l", "forever")

    def undrain(self, by, host):
        self.lab.on(by, "crm_attribute", "-N", host, "-n", "standby", "-D", "-l", "forever")

    def move(self, by, host):
        self.lab.on(by, "crm_resource", "--move", "-r", "www", "-N", host)

    def unmove(self, by):
        self.lab.on(by, "crm_resource", "--clear", "-r", "www")

    def cleanup(self, by):
        self.lab.on(by, "crm_resource", "--cleanup", "-r", "web")

    def show(self, host):
        return self.lab.on(host, "crm_mon", "-1", check=False)


STACKS = {"ha": Ha, "pacemaker": Pacemaker}


def need(stack):
    """What a stack is called by when it cannot be tried here; empty when it can."""
    if stack == "pacemaker" and not all(map(os.path.exists, ("/usr/sbin/pacemakerd", "/usr/sbin/crm_mon"))):
        return "Pacemaker is not installed: deploy/need pacemaker pacemaker-cli-utils"
    if stack == "ha" and not os.access(os.path.join(PROGRAM, "ha"), os.X_OK):
        return f"{PROGRAM}/ha does not exist: dotnet publish src/Ha.Node -c Release -o artifacts/ha"
    return ""


def numbers(text, least, most, what):
    """A list of whole numbers, as in 1000,500."""
    if not re.fullmatch(r"\d+(,\d+)*", text) or any(not least <= int(part) <= most for part in text.split(",")):
        raise LabError(f"{what} takes whole numbers from {least} to {most}, not '{text}'")
    return [int(part) for part in text.split(",")]
