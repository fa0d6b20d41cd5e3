"""A bench for virtual routers: hosts a and b (and more), a client and a switch, all of them network namespaces. Ours, keepalived and
FRR's vrrpd run in them. Needs root; nothing leaves the machine."""
import ctypes
import json
import os
import select
import signal
import socket
import struct
import subprocess
import threading
import time

VIP = "10.88.0.100"
VIP6 = "2001:db8:88::100"
LINK_LOCAL = "fe80::100"
VRID = 51


def run(*words, check=True):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if check and done.returncode:
        raise SystemExit(f"lab: {' '.join(words)}: {done.stdout.strip()}")
    return done.stdout


class Inside:
    """A block of code in another network namespace; the thread comes back."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        other = os.open(f"/run/netns/{self.name}", os.O_RDONLY)
        enter(other)
        os.close(other)

    def __exit__(self, *_):
        enter(self.own)
        os.close(self.own)


def enter(descriptor):
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def listen(name, device, program=None):
    with Inside(name):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        sock.bind((device, 0))
        # PACKET_MR_PROMISC
        index = socket.if_nametoindex(device)
        sock.setsockopt(263, 1, struct.pack("iHH8s", index, 1, 0, b""))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        return sock


class Watch(threading.Thread):
    """Every frame on the switch that matters: adverts, and ARP that speaks of the virtual address."""

    def __init__(self, bench, virtual_mac=None):
        super().__init__(daemon=True)
        self.sock = listen(bench.switch, "br0")
        self.virtual_mac = virtual_mac
        self.ended = False
        self.lock = threading.Lock()
        self.adverts = []          # (time, source, priority, version)
        self.wrong = []            # F2: a frame with the virtual address and another MAC
        self.replies = {}          # F3: replies by the target and the MAC that answers
        self.start()

    def run(self):
        while not self.ended:
            if not select.select([self.sock], [], [], 0.2)[0]:
                continue
            frame = self.sock.recv(2048)
            kind = frame[12:14]
            if kind == b"\x08\x00" and frame[23] == 112:
                at = 14 + (frame[14] & 15) * 4
                with self.lock:
                    self.adverts.append((time.monotonic(), socket.inet_ntoa(frame[26:30]), frame[at + 2], frame[at] >> 4))
            elif kind == b"\x86\xdd" and frame[20] == 112:
                with self.lock:
                    self.adverts.append((time.monotonic(), socket.inet_ntop(socket.AF_INET6, frame[22:38]), frame[56], frame[54] >> 4))
            elif kind == b"\x08\x06":
                sender, mac = socket.inet_ntoa(frame[28:32]), frame[22:28]
                if sender != VIP:
                    continue
                if self.virtual_mac and (mac != self.virtual_mac or frame[6:12] != self.virtual_mac):
                    with self.lock:
                        self.wrong.append((time.monotonic(), mac.hex(":"), frame[6:12].hex(":"), frame[21]))

    def end(self):
        self.ended = True
        self.join()
        self.sock.close()

    def speakers(self, seconds, is6=None):
        """The priorities that were heard in the last seconds, resignations apart."""
        since = time.monotonic() - seconds
        with self.lock:
            return {priority for at, who, priority, _ in self.adverts
                    if at > since and priority > 0 and (is6 is None or (":" in who) == is6)}

    def sources(self, seconds):
        since = time.monotonic() - seconds
        with self.lock:
            return {who for at, who, priority, _ in self.adverts if at > since and priority > 0}

    def takeovers(self, source):
        """How often this one began to speak after somebody else had spoken."""
        count, last = 0, None
        with self.lock:
            for _, who, priority, _ in self.adverts:
                if priority == 0:
                    continue
                if who == source and last not in (None, source):
                    count += 1
                last = who
        return count


class Client(threading.Thread):
    """Pings the virtual address at a steady pace. A ping counts by when it was sent: nothing waits for an answer."""

    def __init__(self, bench, target=VIP, every=0.001):
        super().__init__(daemon=True)
        with Inside(bench.client):
            self.sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.sock.setblocking(False)
        self.target, self.every, self.ended = target, every, False
        self.sent, self.good = [], set()
        self.start()

    def run(self):
        try:
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(60))
        except PermissionError:
            pass
        number, due = 0, time.monotonic()
        while True:
            now = time.monotonic()
            if now >= due and not self.ended:
                head = struct.pack("!BBHHHI", 8, 0, 0, 0x4856, number & 0xffff, number)
                total = sum(struct.unpack("!6H", head))
                total = (total & 0xffff) + (total >> 16)
                head = head[:2] + struct.pack("!H", ~(total + (total >> 16)) & 0xffff) + head[4:]
                try:
                    self.sock.sendto(head, (self.target, 0))
                    self.sent.append(now)
                    number += 1
                except OSError:
                    pass
                due = max(due + self.every, now)
            ready = select.select([self.sock], [], [], max(0, due - time.monotonic()) if not self.ended else 0.05)[0]
            if not ready:
                if self.ended:
                    return
                continue
            while True:
                try:
                    packet = self.sock.recv(256)
                except BlockingIOError:
                    break
                if packet[20] == 0 and packet[24:26] == b"\x48\x56":
                    self.good.add(struct.unpack("!I", packet[28:32])[0])

    def last_good(self):
        return max(self.good, default=-1), len(self.sent)

    def end(self):
        """The longest time, in milliseconds, between two pings that were answered."""
        self.ended = True
        self.join()
        self.sock.close()
        times = [self.sent[number] for number in sorted(self.good) if number < len(self.sent)]
        return max((later - before for before, later in zip(times, times[1:])), default=float("inf")) * 1000


class Bench:
    def __init__(self, prefix, program, hosts=("a", "b")):
        self.prefix, self.program, self.hosts = prefix, program, hosts
        self.folder = f"/tmp/ha-vrrp-{prefix}"
        self.switch, self.client = f"{prefix}-vs", f"{prefix}-vc"
        self.processes = {}
        self.down()
        os.makedirs(self.folder)
        for name in (self.switch, self.client, *(self.ns(host) for host in hosts)):
            run("ip", "netns", "add", name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        run("ip", "-n", self.switch, "link", "add", "br0", "type", "bridge", "forward_delay", "0", "mcast_snooping", "0")
        run("ip", "-n", self.switch, "link", "set", "br0", "up")
        for number, (name, host) in enumerate([(self.client, "c")] + [(self.ns(host), host) for host in hosts]):
            run("ip", "-n", self.switch, "link", "add", f"p{host}", "type", "veth", "peer", "name", "eth0", "netns", name)
            run("ip", "-n", self.switch, "link", "set", f"p{host}", "master", "br0", "up")
            last = 200 if host == "c" else 10 + number
            run("ip", "-n", name, "addr", "add", f"10.88.0.{last}/24", "dev", "eth0")
            run("ip", "-n", name, "addr", "add", f"2001:db8:88::{last}/64", "dev", "eth0", "nodad")
            run("ip", "-n", name, "link", "set", "eth0", "up")

    def ns(self, host):
        return f"{self.prefix}-v{host}"

    def address(self, host):
        return f"10.88.0.{11 + self.hosts.index(host)}"

    def down(self):
        for name in run("ip", "netns", "list").split("\n"):
            name = name.split(" ")[0]
            if name.startswith(f"{self.prefix}-v"):
                for pid in run("ip", "netns", "pids", name, check=False).split():
                    os.kill(int(pid), signal.SIGKILL)
                run("ip", "netns", "del", name, check=False)
        run("rm", "-rf", self.folder)

    def pids(self, host):
        return [int(pid) for pid in run("ip", "netns", "pids", self.ns(host), check=False).split()]

    def start(self, host, *words):
        with open(f"{self.folder}/{host}.log", "ab") as log:
            self.processes[host] = subprocess.Popen(
                ["ip", "netns", "exec", self.ns(host), *words], stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)

    def log(self, host):
        with open(f"{self.folder}/{host}.log", encoding="utf8", errors="replace") as log:
            return "".join(log.readlines()[-15:])

    def kill(self, host):
        for pid in self.pids(host):
            os.kill(pid, signal.SIGKILL)
        self.reap(host)

    def stop(self, host):
        if self.processes.get(host):
            self.processes[host].send_signal(signal.SIGTERM)
        self.reap(host)

    def reap(self, host):
        if self.processes.get(host):
            try:
                self.processes[host].wait(10)
            except subprocess.TimeoutExpired:
                raise SystemExit(f"lab: the daemon on {host} does not end\n{self.log(host)}")
            self.processes[host] = None

    # What each daemon is told. The options are ours; keepalived's and FRR's words are in their own functions below.
    def ours(self, host, interval=1000, priority=None, version=3, virtual_mac=True, more="", addresses=None, members=None, top=""):
        priorities = members or {"a": 200, "b": 100}
        if priority is not None:
            priorities = {**priorities, host: priority}
        addresses = addresses or [f"{VIP}/24"]
        quoted = ", ".join(f'"{one}"' for one in addresses)
        lines = "\n".join(f"      {name} {{ priority = {value}, address = {self.address(name)} }}" for name, value in priorities.items())
        text = f"""vrrp {{
  routers.web {{
    vrid = {VRID}, version = {version}, interface = eth0
    addresses = [{quoted}]
    advertise-interval = {interval}ms, virtual-mac = {str(virtual_mac).lower()}
    members {{
{lines}
    }}
    {more}
  }}
  {top}
}}
"""
        path = f"{self.folder}/{host}.conf"
        with open(path, "w", encoding="utf8") as file:
            file.write(text)
        self.start(host, self.program, "vrrp", "run", path, "--name", host, "--control", f"{self.folder}/{host}.sock")

    def ask(self, host, **request):
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.settimeout(5)
        sock.connect(f"{self.folder}/{host}.sock")
        sock.sendall(json.dumps(request).encode() + b"\n")
        answer = b""
        while not answer.endswith(b"\n"):
            part = sock.recv(65536)
            if not part:
                break
            answer += part
        sock.close()
        return json.loads(answer)

    def role(self, host):
        try:
            return self.ask(host, do="show")["routers"][0]["role"]
        except (OSError, ValueError):
            return "none"

    def keepalived(self, host, interval=1000, priority=None, version=3, virtual_mac=True, more="", addresses=None, real_time=True, family=""):
        if priority is None:
            priority = 200 if host == "a" else 100
        addresses = addresses or [f"{VIP}/24"]
        path = f"{self.folder}/{host}-keepalived.conf"
        seconds = f"{interval / 1000:g}"
        with open(path, "w", encoding="utf8") as file:
            file.write(f"""global_defs {{
  vrrp_version {version}
  {"vrrp_rt_priority 50" if real_time else ""}
  {"vrrp_rlimit_rttime 1000000" if real_time else ""}
}}
vrrp_instance web {{
  state BACKUP
  interface eth0
  virtual_router_id {VRID}
  priority {priority}
  advert_int {seconds}
  {"use_vmac" if virtual_mac else ""}
  {family}
  {more}
  virtual_ipaddress {{
    {(chr(10) + "    ").join(addresses)}
  }}
}}
""")
        base = f"{self.folder}/{host}"
        for kind in "prc":
            if os.path.exists(f"{base}.{kind}"):
                os.remove(f"{base}.{kind}")
        self.start(host, "keepalived", "-P", "-n", "-l", "-D", "-f", path, "-p", f"{base}.p", "-r", f"{base}.r", "-c", f"{base}.c")

    def frr(self, host, priority=None, version=3, interval=1000, addresses=(VIP,), mac=None):
        """zebra and vrrpd; the device is made by hand, as FRR wants it."""
        if priority is None:
            priority = 200 if host == "a" else 100
        name, space = self.ns(host), f"{self.prefix}{host}"
        families = [(":" in one) for one in addresses]
        for is6 in sorted(set(families)):
            device = f"vrrp{6 if is6 else 4}"
            run("ip", "-n", name, "link", "add", device, "link", "eth0", "type", "macvlan", "mode", "bridge")
            run("ip", "-n", name, "link", "set", "dev", device, "addrgenmode", "random")
            run("ip", "-n", name, "link", "set", "dev", device, "address", f"00:00:5e:00:0{2 if is6 else 1}:{VRID:02x}")
            for one, six in zip(addresses, families):
                if six == is6:
                    run("ip", "-n", name, "addr", "add", f"{one}/{64 if is6 else 24}", "dev", device, *(["nodad"] if is6 else []))
            run("ip", "-n", name, "link", "set", "dev", device, "up")
        run("ip", "netns", "exec", name, "sh", "-c", "echo 1 | tee /proc/sys/net/ipv4/conf/*/arp_ignore > /dev/null")
        run("mkdir", "-p", f"/var/run/frr/{space}", f"/etc/frr/{space}", f"{self.folder}/frr")
        run("chown", "frr:frr", f"/var/run/frr/{space}", f"/etc/frr/{space}")
        self.start(host, "/usr/lib/frr/zebra", "-N", space, "--log", "stdout")
        deadline(lambda: os.path.exists(f"/var/run/frr/{space}/zserv.api"), 10, "zebra")
        self.start(host, "/usr/lib/frr/vrrpd", "-N", space, "--log", "stdout")
        deadline(lambda: os.path.exists(f"/var/run/frr/{space}/vrrpd.vty"), 10, "vrrpd")
        words = ["conf t", "interface eth0", f"vrrp {VRID} version {version}", f"vrrp {VRID} priority {priority}",
                 f"vrrp {VRID} advertisement-interval {interval}"]
        words += [f"vrrp {VRID} {'ipv6' if six else 'ip'} {one}" for one, six in zip(addresses, families)]
        # Its socket is there a moment before it listens.
        deadline(lambda: subprocess.run(["vtysh", "-N", space, *(part for word in words for part in ("-c", word))],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0, 10, "vrrpd to be told")

    def frr_end(self, host):
        self.kill(host)
        for device in ("vrrp4", "vrrp6"):
            run("ip", "-n", self.ns(host), "link", "del", device, check=False)
        run("rm", "-rf", f"/var/run/frr/{self.prefix}{host}", f"/etc/frr/{self.prefix}{host}")

    def has(self, host, address=VIP):
        return f"{address}/" in run("ip", "-n", self.ns(host), "-o", "addr", "show", "up", check=False)

    def silence(self, host, isolate=True):
        """The host is heard by nobody, and hears nobody; its cable is in."""
        if isolate:
            self.nft("add table bridge lab; add chain bridge lab from { type filter hook prerouting priority -300; }; "
                     "add chain bridge lab to { type filter hook postrouting priority 0; }; "
                     f"add rule bridge lab from iifname p{host} drop; add rule bridge lab to oifname p{host} drop")
        else:
            self.nft("delete table bridge lab")

    def heal(self):
        for host in self.hosts:
            self.kill(host)
            self.cable(host, True)
        run("ip", "netns", "exec", self.switch, "nft", "flush", "ruleset")

    def nft(self, text):
        run("ip", "netns", "exec", self.switch, "nft", text)

    def cable(self, host, is_in):
        run("ip", "-n", self.switch, "link", "set", f"p{host}", "up" if is_in else "down")


def deadline(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"lab: waited {seconds} s for {what}")
        time.sleep(0.02)
