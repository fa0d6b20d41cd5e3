"""A lab from Python: its command, its folders, and what its kernels and its power switch say. Used by faults, durable and
idle beside this file."""
import json
import os
import re
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PROGRAM = os.environ.get("HA_PROGRAM", os.path.join(ROOT, "artifacts/ha"))
ADDRESS = "10.77.0.100"
LIMIT = 60


class LabError(Exception):
    """Something that was waited for did not come, or a command of the lab failed."""


def wait(what, condition, every=0.1, limit=LIMIT):
    """Waits for a state; gives what the condition gives."""
    end = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise LabError(f"waited {limit} s for {what}")
        time.sleep(every)


def read(path):
    try:
        with open(path, encoding="utf8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


class Lab:
    """One lab, by its prefix."""

    def __init__(self, prefix, stack="ha"):
        if not re.fullmatch("[a-z]{1,4}", prefix):
            print("lab: a prefix has 1 to 4 small letters", file=sys.stderr)
            sys.exit(64)
        self.prefix = prefix
        self.stack = stack
        self.folder = os.path.join(os.environ.get("HA_LAB_ROOT", "/tmp"), f"ha-lab-{prefix}")
        self.word = [os.path.join(HERE, "lab"), "--prefix", prefix]
        self.hosts = []

    def run(self, *words, check=True, timeout=120):
        try:
            result = subprocess.run(
                [*self.word, *words], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
                timeout=timeout)
        except subprocess.TimeoutExpired as error:
            raise LabError(f"lab {' '.join(words)}: no end after {timeout} s") from error
        if check and result.returncode != 0:
            raise LabError(f"lab {' '.join(words)}: {result.stdout}{result.stderr}")
        return result

    def up(self, count, token):
        self.down()
        self.run("up", str(count), "--token", str(token), "--stack", self.stack)
        self.hosts = [f"n{number}" for number in range(1, count + 1)]

    def down(self):
        self.run("down")

    def on(self, host, *words, check=True):
        return self.run("shell", host[1:], *words, check=check).stdout

    def init(self, host):
        """The host's first process, as this machine numbers it; 0 when the host is off."""
        text = read(os.path.join(self.folder, host, "init")).strip()
        return int(text) if text and os.path.isdir(f"/proc/{text}") else 0

    def living(self):
        return [host for host in self.hosts if self.init(host)]

    def processes(self, host):
        """(number on this machine, number on the host, command line) of everything that runs on a host."""
        init = self.init(host)
        if not init:
            return []
        space = os.readlink(f"/proc/{init}/ns/pid")
        found = []
        for name in os.listdir("/proc"):
            try:
                if name.isdigit() and os.readlink(f"/proc/{name}/ns/pid") == space:
                    line = read(f"/proc/{name}/cmdline").replace("\0", " ").strip()
                    inner = re.search(r"^NSpid:.*\s(\d+)$", read(f"/proc/{name}/status"), re.M)
                    if inner and line:
                        found.append((int(name), inner[1], line))
            except OSError:
                pass
        return found

    def pids(self, host, *words):
        """Processes of a host whose command line has all these words, as this machine numbers them."""
        return [number for number, _, line in self.processes(host) if all(word in line for word in words)]

    def kill(self, host, *words):
        """Ends processes of a host at once."""
        for number in self.pids(host, *words):
            try:
                os.kill(number, signal.SIGKILL)
            except OSError:
                pass

    def holders(self, what):
        """The hosts that have the address, or the server's socket, as their kernels say."""
        return [host for host in self.hosts if self.has(host, what)]

    def has(self, host, what):
        pid = self.init(host)
        return pid and (f"|-- {ADDRESS}\n" in read(f"/proc/{pid}/net/fib_trie") if what == "address"
                        else ":0050 00000000:0000 0A" in read(f"/proc/{pid}/net/tcp"))

    def watch(self, name, seconds=LIMIT * 3):
        """Starts the probe or the witness."""
        return subprocess.Popen([*self.word, name, str(seconds)], stdout=subprocess.PIPE, text=True)

    def power_acts(self, since):
        """What the power switch did after a time: (asked at, done at, action, host, answer)."""
        acts = []
        for line in read(os.path.join(self.folder, "power.log")).splitlines():
            try:
                act = json.loads(line)
            except ValueError:
                continue
            if act["from"] >= since:
                acts.append(act)
        return acts

    def membership_after(self, at, but):
        """When the last of the other hosts' corosync said that it has a new membership, as a time; None when none did."""
        said = []
        for host in self.living():
            if host == but:
                continue
            for line in read(os.path.join(self.folder, host, "log/corosync.log")).splitlines():
                match = re.match(r"(\w{3} +\d+ \d\d:\d\d:\d\d)(\.\d+) .*\[QUORUM\] Members\[", line)
                if match:
                    when = time.mktime(time.strptime(f"{time.localtime(at).tm_year} {match[1]}", "%Y %b %d %H:%M:%S"))
                    if when + float(match[2]) >= at:
                        said.append(when + float(match[2]))
                        break
        return max(said) if said else None


def finish(process):
    """Ends a probe or a witness, and gives what it saw."""
    process.send_signal(signal.SIGINT)
    return json.loads(process.communicate(timeout=30)[0])
