"""A stream of changes from every host of a lab, and what the logs on the hosts' disks say of it afterwards. Used by durable
and episodes beside this file."""
import os
import re
import sqlite3
import threading
import time

from labs import ROOT

OK, UNKNOWN = 0, (124, 137, -9)
# A log of that many runs has not been shortened yet.
RUNS_A_LAB = 6


class Stream:
    """A writer on every host; each change has a number of its own, as failure-timeout, and says so in its reason."""

    def __init__(self, lab, stack, folder, first):
        self.lab, self.stack, self.folder = lab, stack, folder
        self.next, self.gate, self.stopped = first, threading.Lock(), threading.Event()
        self.answers = []
        self.writers = [threading.Thread(target=self.write, args=(host,)) for host in lab.hosts]
        for writer in self.writers:
            writer.start()

    def write(self, host):
        while not self.stopped.is_set():
            with self.gate:
                number = self.next
                self.next += 1
            began = time.time()
            result = self.lab.run("shell", host[1:], self.stack.program, "apply", file_of(self.folder, number), "--json",
                                  "--no-wait", "--reason", f"mark-{number}.", "--timeout", "8s", check=False)
            self.answers.append((number, host, result.returncode, began, time.time()))
            if result.returncode != OK:
                self.stopped.wait(0.1)

    def stop(self):
        self.stopped.set()
        for writer in self.writers:
            writer.join()
        return self.answers


def file_of(folder, number):
    path = os.path.join(folder, f"{number}.conf")
    with open(os.path.join(ROOT, "hocon/examples/web.conf"), encoding="utf8") as file:
        text = file.read()
    with open(path, "w", encoding="utf8") as file:
        file.write(text.replace("failure-timeout = 10m", f"failure-timeout = {number}s"))
    return path


def log_of(lab, host):
    """What is on a host's disk: {place: (hash, number of the change or None)}, and how many entries were set aside."""
    path = os.path.join(lab.folder, host, "state")
    name = [name for name in os.listdir(path) if name.endswith(".db")][0]
    with sqlite3.connect(f"file:{os.path.join(path, name)}?mode=ro", uri=True) as disk:
        rows = disk.execute("SELECT idx, hash, change FROM log ORDER BY idx").fetchall()
        aside = disk.execute("SELECT count(*) FROM orphaned_ops").fetchone()[0]
    found = {}
    for index, digest, change in rows:
        mark = re.search(rb"mark-(\d+)\.", bytes(change))
        found[index] = (digest, int(mark[1]) if mark else None)
    return found, aside


def same_logs(lab):
    """The logs of all hosts, when they reach equally far; the last entries take a moment to get to every disk."""
    logs = {host: log_of(lab, host) for host in lab.hosts}
    return logs if len({max(log) for log, _ in logs.values()}) == 1 else None


def wrong(lab, stack, folder, logs, answers, begun, revision):
    """What does not hold; empty when all is well."""
    mistakes = []
    hosts = list(logs)
    places = {host: {number for _, number in log.values() if number} for host, (log, _) in logs.items()}
    for number, host, code, _, _ in answers:
        missing = [name for name in hosts if number not in places[name]]
        there = [name for name in hosts if number in places[name]]
        if code == OK and missing:
            mistakes.append(f"change {number} was acknowledged by {host} and is not on {', '.join(missing)}")
        if code != OK and code not in UNKNOWN and there:
            mistakes.append(f"change {number} was answered with {code} by {host} and is on {', '.join(there)}")
    first = logs[hosts[0]][0]
    for host in hosts[1:]:
        both = first.keys() & logs[host][0].keys()
        mistakes += [f"entry {index} differs between {hosts[0]} and {host}"
                     for index in both if first[index][0] != logs[host][0][index][0]][:1]
    counts = [number for _, number in first.values() if number]
    if len(counts) != len(set(counts)):
        mistakes.append("a change is in the log twice")
    fresh = [number for number in counts if number >= begun]
    for host in hosts:
        now = stack.status(host)
        if now["revision"] != revision + len(fresh):
            mistakes.append(f"{host} is at revision {now['revision']} instead of {revision + len(fresh)}")
        same = lab.run("shell", host[1:], stack.program, "diff", file_of(folder, fresh[-1]), check=False) if fresh else None
        if same and (same.returncode != 0 or "differences" in same.stdout):
            mistakes.append(f"the configuration of {host} is not change {fresh[-1]}: {(same.stdout + same.stderr)[:200]}")
    return mistakes
