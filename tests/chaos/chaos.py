"""Kills, stops and cuts off the nodes, the database and the object store of a cluster under load, and looks for anything lost, doubled or wrong.

The load keeps its own account of what was acknowledged. In the end every document must be found with what was acknowledged last, exactly once, and
`cairn fsck` must find nothing. See scripts/cluster-chaos.
"""

import argparse
import collections
import contextlib
import http.client
import json
import os
import pathlib
import random
import signal
import statistics
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "server"))

from cluster import ObjectStore, Postgres, node_environment, run_on  # noqa: E402
from server import Server, eventually  # noqa: E402

NODES = 3
WRITERS, SEARCHERS = 2, 2
STABLE, CHANGING = 40, 30
SETTLE_SECONDS = 3
LEASE_SECONDS = 10


def word(*parts):
    """A word that no stemmer changes and that stands in one version of one document alone."""
    letters = "bcdfghjklm"
    return "q" + "z".join("".join(letters[int(digit)] for digit in str(part)) for part in parts) + "q"


def text(*parts):
    return f"The ledger of the station says {word(*parts)} about the tides of that day, and how they were measured."


class Account:
    """What each changing document may hold: the versions that were tried since the last one that was acknowledged, and that one. None: not there."""

    def __init__(self):
        self.allowed = {number: {None} for number in range(CHANGING)}
        self.newest = collections.Counter()


class Load:
    """Writers and searchers that ask a node as a balancer would: where one does not answer, or says that it cannot now, the next is asked."""

    def __init__(self, nodes, seed):
        self.nodes, self.account = nodes, Account()
        self.lock, self.ending = threading.Lock(), threading.Event()
        self.times, self.failed, self.wrong, self.written, self.refused = [], [], [], 0, 0
        self.threads = [threading.Thread(target=self.write, args=(i, random.Random(seed + i))) for i in range(WRITERS)]
        self.threads += [threading.Thread(target=self.search, args=(random.Random(seed + 100 + i),)) for i in range(SEARCHERS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        for thread in self.threads:
            thread.join()

    def ask(self, chance, method, path, body=None):
        """The first answer of a node that can give one; None: no node could."""
        for node in chance.sample(self.nodes, len(self.nodes)):
            with contextlib.suppress(OSError, http.client.HTTPException):
                reply = node.send(method, path, body)
                if reply.status != 503:
                    return reply
        return None

    def write(self, number, chance):
        """Writes or removes one of the documents that no other writer touches, again and again until it is acknowledged."""
        while not self.ending.is_set():
            document = chance.randrange(number, CHANGING, WRITERS)
            with self.lock:
                self.account.newest[document] += 1
                version = None if chance.random() < 0.2 else self.account.newest[document]
                self.account.allowed[document].add(version)
            while not self.try_once(chance, document, version):
                with self.lock:
                    self.refused += 1
                if self.ending.wait(0.1):
                    return
            with self.lock:
                self.account.allowed[document] = {version}
                self.written += 1
            self.ending.wait(0.05)

    def try_once(self, chance, document, version):
        if version is None:
            listed = self.ask(chance, "GET", f"/v1/collections/main/documents?q=changing-{document}&limit=100")
            if listed is None or listed.status != 200:
                return False
            ids = [item["id"] for item in listed.json()["items"] if item["external_id"] == f"changing-{document}"]
            replies = [self.ask(chance, "DELETE", f"/v1/documents/{each}") for each in ids]
            return all(reply is not None and reply.status in (200, 202, 204, 404) for reply in replies)
        body = {"documents": [{"external_id": f"changing-{document}", "text": text(1, document, version)}]}
        reply = self.ask(chance, "POST", "/v1/collections/main/documents", body)
        return reply is not None and reply.status in (200, 202)

    def search(self, chance):
        while not self.ending.is_set():
            number = chance.randrange(STABLE)
            started = time.monotonic()
            reply = self.ask(chance, "POST", "/v1/search", {"query": word(0, number), "collections": ["main"]})
            took = time.monotonic() - started
            with self.lock:
                if reply is None or reply.status != 200:
                    self.failed.append(str(reply))
                    continue
                self.times.append(took)
                hits = [hit["external_id"] for hit in reply.json()["hits"] if word(0, number) in hit["text"]]
                if hits != [f"stable-{number}"]:
                    self.wrong.append((number, hits))

    def p99(self, since=0):
        with self.lock:
            return 1000 * statistics.quantiles(self.times[since:], n=100)[98]


class Cluster:
    def __init__(self, stack, seed):
        self.database, self.objects = stack.enter_context(Postgres()), stack.enter_context(ObjectStore())
        self.environment = node_environment(self.database, self.objects)
        self.environment |= {"CAIRN_CLUSTER_SECRET": "what only the nodes of this run know", "CAIRN_CLUSTER_SHARE_CHUNKS": "0",
                             "CAIRN_CLUSTER_NOTICE_SECONDS": "1"}
        self.nodes = [stack.enter_context(Server(environment={**self.environment, "CAIRN_CLUSTER_NODE": f"node-{i}"})) for i in range(NODES)]
        self.chance = random.Random(seed)
        self.nodes[0].post("/v1/collections", {"name": "main"})
        self.nodes[0].add("main", *({"external_id": f"stable-{i}", "text": text(0, i)} for i in range(STABLE)))
        self.wait_until_all_are_ready()

    def wait_until_all_are_ready(self):
        for node in self.nodes:
            eventually(lambda: self.states(node) == ["ready"] * NODES, "all nodes know of each other")

    def states(self, node):
        with contextlib.suppress(OSError, http.client.HTTPException, KeyError):
            return [item["state"] for item in node.get("/v1/cluster/nodes").json()["items"] if item["state"] != "gone"]
        return []

    def running_on(self, name, asked):
        """The unfinished tasks that a node holds, as another node knows."""
        return {task["id"] for task in asked.get("/v1/tasks?status=running&limit=1000").json()["items"] if task["node"] == name}

    def check(self, account):
        """What is there now, asked at every node, against the account."""
        for node in self.nodes:
            eventually(lambda: sum(node.get("/v1/tasks/summary").json()[status] for status in ("queued", "running")) == 0, "all work is done")
        lost = []
        for document, allowed in account.allowed.items():
            for node in self.nodes:
                versions = [version for version in range(1, account.newest[document] + 1)
                            for hit in node.post("/v1/search", {"query": word(1, document, version), "mode": "lexical"}).json()["hits"]
                            if word(1, document, version) in hit["text"]]
                if len(versions) > 1 or (versions[0] if versions else None) not in allowed:
                    lost.append(f"changing-{document} holds {versions} instead of one of {allowed}")
        for node in self.nodes:
            node.stop()
        problems = run_on(self.environment, "fsck", data=self.nodes[0].data).get("problems", [])
        return lost, problems


def kill_nodes(cluster, load, times):
    """SIGKILL; the dead node's tasks must be done, or be another's, before the lease and two seconds are over."""
    late = []
    for _ in range(times):
        victim = cluster.chance.randrange(NODES)
        other = cluster.nodes[(victim + 1) % NODES]
        cluster.nodes[victim].stop(signal.SIGKILL)
        killed = time.monotonic()
        eventually(lambda: not cluster.running_on(f"node-{victim}", other), "the dead node's tasks are taken over")
        late.append(time.monotonic() - killed)
        cluster.nodes[victim].start()
        cluster.wait_until_all_are_ready()
    return {"kills": times, "takeover_seconds_worst": round(max(late), 1), "takeovers_late": sum(t > LEASE_SECONDS + 2 for t in late)}


def stop_nodes(cluster, load, times):
    """SIGSTOP for two seconds: its answers are late, and others are asked instead. Nobody asks the stopped node itself."""
    time.sleep(SETTLE_SECONDS)
    undisturbed, all_nodes, slow = load.p99(), list(load.nodes), []
    for _ in range(times):
        victim = cluster.chance.choice(all_nodes)
        load.nodes = [node for node in all_nodes if node is not victim]
        time.sleep(0.2)  # What it was asked before is answered.
        before = len(load.times)
        victim.process.send_signal(signal.SIGSTOP)
        time.sleep(2)
        slow += load.times[before:]
        victim.process.send_signal(signal.SIGCONT)
        load.nodes = all_nodes
        cluster.wait_until_all_are_ready()
    p99 = 1000 * statistics.quantiles(slow, n=100)[98]
    return {"stops": times, "p99_ms_undisturbed": round(undisturbed, 1), "p99_ms_while_one_stands_still": round(p99, 1)}


def fail_database(cluster, load, times):
    """The database crashes and comes back after a second."""
    for _ in range(times):
        cluster.database.stop()
        time.sleep(1)
        cluster.database.start()
        cluster.wait_until_all_are_ready()
    return {"database_crashes": times}


def silence_store(cluster, load, times):
    """The object store says nothing for three seconds."""
    for _ in range(times):
        cluster.objects.process.send_signal(signal.SIGSTOP)
        time.sleep(3)
        cluster.objects.process.send_signal(signal.SIGCONT)
        time.sleep(1)
    return {"store_outages": times}


SCENARIOS = {"kill": kill_nodes, "stop": stop_nodes, "database": fail_database, "store": silence_store}


def play(name, times, seed):
    with contextlib.ExitStack() as stack:
        cluster = Cluster(stack, seed)
        with Load(cluster.nodes, seed) as load:
            eventually(lambda: load.written > 10 and len(load.times) > 100, "the load is under way")
            figures = SCENARIOS[name](cluster, load, times)
        searches = len(load.times) + len(load.failed)
        lost, problems = cluster.check(load.account)
        figures |= {"searches": searches, "searches_failed": len(load.failed), "searches_wrong": len(load.wrong), "written": load.written,
                    "refused": load.refused, "lost_or_doubled": lost[:10], "problems": problems[:10]}
        return figures, bool(load.wrong or lost or problems)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=10, help="how often each thing goes wrong")
    options.add_argument("--seed", type=int, default=None)
    options.add_argument("scenarios", nargs="*", default=list(SCENARIOS))
    given = options.parse_args()
    seed = given.seed if given.seed is not None else int.from_bytes(os.urandom(3), "big")
    print(f"seed {seed}", flush=True)
    failed = False
    for name in given.scenarios:
        figures, wrong = play(name, given.times, seed)
        failed |= wrong
        print(json.dumps({name: figures}, indent=2), flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
