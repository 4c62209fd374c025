"""A cluster is saved while it is served, and brought back into another database and another bucket, with the program of deploy/backup."""

import contextlib
import importlib.machinery
import importlib.util
import itertools
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import unittest

from cluster import ObjectStore, Postgres, node_environment, run_on
from server import ROOT, Server, eventually

PROGRAM = ROOT / "deploy" / "backup" / "cairn-cluster-backup"
LOADER = importlib.machinery.SourceFileLoader("cairn_cluster_backup", str(PROGRAM))
program = importlib.util.module_from_spec(importlib.util.spec_from_loader(LOADER.name, LOADER))
LOADER.exec_module(program)

TEXT = "The ledger of station {} lists the tides of every day of the year, and how they were measured. "


class Cluster:
    """A database and a bucket, with nodes on them or without."""

    def __init__(self, stack, with_objects=True, versions=False):
        self.stack, self.database = stack, stack.enter_context(Postgres())
        self.objects = stack.enter_context(ObjectStore(versions=versions)) if with_objects else None
        self.environment = {**node_environment(self.database, self.objects), "CAIRN_CLUSTER_NOTICE_SECONDS": "0"}
        self.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))

    def node(self):
        return self.stack.enter_context(Server(environment=self.environment))

    def tool(self, *arguments, path=None):
        """(exit status, what it said) of the program on this database and bucket."""
        environment = {**os.environ, **self.environment, "PGHOST": str(self.database.folder), "PGUSER": "cairn", "PGDATABASE": "postgres",
                       "PATH": f"{path or ''}:{self.database.programs}:{os.environ['PATH']}"}
        done = subprocess.run(["/usr/bin/python3", PROGRAM, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, env=environment)
        return done.returncode, done.stdout + done.stderr

    def sql(self, statement):
        done = subprocess.run([self.database.programs / "psql", "-X", "-A", "-t", "-h", self.database.folder, "-U", "cairn", "-d", "postgres", "-c", statement],
                              capture_output=True, text=True, check=True)
        return done.stdout.split()

    def blob(self, name):
        return self.objects.folder / "objects" / "bucket" / "blobs" / name[:2] / name

    def fsck(self):
        return run_on(self.environment, "fsck", data=self.folder / "fsck")


def filled(node, count=12):
    """What is acknowledged by then."""
    node.post("/v1/collections", {"name": "main"})
    node.add("main", *({"external_id": f"d{i}", "text": TEXT.format(i)} for i in range(count)))
    return {f"d{i}" for i in range(count)}


def texts(node):
    """The text of each document by its external id, as it was uploaded."""
    items = node.get("/v1/collections/main/documents?limit=1000").json()["items"]
    return {item["external_id"]: node.get(f"/v1/documents/{item['id']}/text").body.decode() for item in items}


def hits(node):
    reply = node.post("/v1/search", {"query": "tides of station 7", "limit": 100})
    return [(hit["external_id"], hit["score"]) for hit in reply.json()["hits"]]


class Backup(unittest.TestCase):
    def setUp(self):
        self.stack = self.enterContext(contextlib.ExitStack())
        self.backup = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory())) / "backup"

    def saved(self, cluster, *arguments, **more):
        status, said = cluster.tool("save", self.backup, *arguments, **more)
        self.assertEqual(status, 0, said)
        return said

    def test_what_comes_back_elsewhere_is_what_was_there(self):
        for with_objects in (True, False):
            with self.subTest(with_objects=with_objects):
                self.backup = self.backup.with_name(f"backup-{with_objects}")
                first, second = Cluster(self.stack, with_objects), Cluster(self.stack, with_objects)
                node = first.node()
                filled(node)
                before = texts(node), hits(node)
                self.saved(first)
                node.add("main", {"external_id": "later", "text": "What is said later is not in the backup."})
                status, said = second.tool("restore", self.backup)
                self.assertEqual(status, 0, said)
                other = second.node()
                self.assertEqual((texts(other), hits(other)), before)
                other.add("main", {"external_id": "new", "text": "The restored cluster takes in what is new."})
                self.assertEqual(second.fsck()["problems"], [])

    def test_a_second_save_copies_only_what_is_new_and_leaves_nothing_old(self):
        cluster = Cluster(self.stack)
        node = cluster.node()
        filled(node)
        self.saved(cluster)
        self.assertIn(" 0 of them new", self.saved(cluster))
        node.add("main", {"external_id": "d0", "text": "Another version."})
        self.assertNotIn(" 0 of them new", self.saved(cluster))
        named = set(cluster.sql("SELECT encode(blob, 'hex') FROM cairn.segments WHERE until IS NULL UNION SELECT encode(content_hash, 'hex') FROM cairn.documents"))
        self.assertEqual({path.name for path in self.backup.glob("blobs/*/*")}, named)
        self.assertEqual({path.name for path in self.backup.iterdir()}, {"blobs", "blobs.txt", "catalog.dump"})

    def test_it_is_consistent_while_nodes_take_in_and_merge(self):
        first, second = Cluster(self.stack), Cluster(self.stack)
        nodes = [first.node(), first.node()]
        acknowledged, ending = filled(nodes[0]), threading.Event()

        def load():
            count = 0
            while not ending.is_set():
                nodes[count % 2].add("main", {"external_id": f"more{count}", "text": TEXT.format(count)})
                count += 1

        worker = threading.Thread(target=load)
        worker.start()
        try:
            self.saved(first)
        finally:
            ending.set()
            worker.join()
        self.assertEqual(second.tool("restore", self.backup)[0], 0)
        other = second.node()
        eventually(lambda: all(item["status"] == "indexed" for item in other.get("/v1/collections/main/documents?limit=1000").json()["items"]), "what was queued is done")
        self.assertLessEqual(acknowledged, texts(other).keys())
        self.assertEqual(second.fsck()["problems"], [])

    def test_what_a_merge_removes_between_dump_and_copy_is_no_hole(self):
        """The dump waits while all segments that it names are merged away."""
        first, second = Cluster(self.stack), Cluster(self.stack)
        node = first.node()
        expected = filled(node)
        wrapper = first.folder / "wrapper"
        wrapper.mkdir()
        (wrapper / "pg_dump").write_text(f'#!/bin/sh\n"{first.database.programs}/pg_dump" "$@" || exit\n[ -e "{wrapper}/again" ] && exit\n'
                                         f'touch "{wrapper}/again"\nwhile [ ! -e "{wrapper}/go" ]; do sleep .05; done\n')
        (wrapper / "pg_dump").chmod(0o755)
        segments = first.sql("SELECT encode(blob, 'hex') FROM cairn.segments WHERE until IS NULL")
        said = []
        worker = threading.Thread(target=lambda: said.append(first.tool("save", self.backup, path=wrapper)))
        worker.start()
        eventually((wrapper / "again").exists, "the first state is dumped")
        # Each of these is a segment of its own; when there are enough, they are merged with those before, which are removed.
        more = itertools.count()

        def are_merged_away():
            node.add("main", {"external_id": f"more{next(more)}", "text": TEXT.format("more")})
            return not any(first.blob(name).exists() for name in segments)

        eventually(are_merged_away, "they are merged away")
        (wrapper / "go").touch()
        worker.join()
        self.assertEqual(said[0][0], 0, said)
        self.assertEqual(second.tool("restore", self.backup)[0], 0)
        self.assertLess(expected, texts(second.node()).keys())
        self.assertEqual(second.fsck()["problems"], [])

    def test_damage_is_said_and_nothing_is_half_restored(self):
        first, second = Cluster(self.stack), Cluster(self.stack)
        node = first.node()
        filled(node, 3)
        self.saved(first)
        node.stop(signal.SIGKILL)
        dump, name = (self.backup / "catalog.dump").read_bytes(), (self.backup / "blobs.txt").read_text().split()[0]
        path = self.backup / "blobs" / name[:2] / name
        good = path.read_bytes()
        path.write_bytes(good + b"!")
        self.assertIn("is damaged or missing", second.tool("restore", self.backup)[1])
        path.write_bytes(good)
        (self.backup / "catalog.dump").write_bytes(dump[:len(dump) // 2])
        self.assertEqual(second.tool("restore", self.backup)[0], 1)
        self.assertEqual(second.sql("SELECT 1 FROM pg_namespace WHERE nspname = 'cairn'"), [])
        (self.backup / "catalog.dump").write_bytes(dump)
        self.assertEqual(second.tool("restore", self.backup)[0], 0)
        self.assertIn("has a schema cairn already", second.tool("restore", self.backup)[1])
        first.blob(name).unlink()
        path.unlink()
        status, said = first.tool("save", self.backup)
        self.assertEqual(status, 1)
        self.assertIn(f"blob {name} is missing", said)
        self.assertEqual((self.backup / "catalog.dump").read_bytes(), dump)

    def test_a_bucket_of_another_catalog_is_taken_over_only_when_told(self):
        cluster = Cluster(self.stack)
        node = cluster.node()
        filled(node, 3)
        before = texts(node)
        self.saved(cluster)
        node.stop(signal.SIGKILL)
        cluster.sql("DROP SCHEMA cairn CASCADE")
        if (cluster.objects.folder / "objects" / "bucket" / "store-id").exists():
            self.assertIn("belongs to a catalog", cluster.tool("restore", self.backup)[1])
        self.assertIn("0 of them put", cluster.tool("restore", self.backup, "--take-over")[1])
        self.assertEqual(texts(cluster.node()), before)

    def test_deleted_blobs_come_back_where_the_bucket_keeps_versions(self):
        cluster = Cluster(self.stack, versions=True)
        bucket, wanted = program.Bucket(cluster.environment), cluster.folder / "versioning.xml"
        wanted.write_text("<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
        bucket.ask("PUT", "", {"versioning": ""}, body=wanted, body_hash=program.hash_of(wanted))
        node = cluster.node()
        filled(node, 3)
        before = texts(node)
        self.saved(cluster)  # As a point in time would be: only its catalog is used.
        named = (self.backup / "blobs.txt").read_text().split()
        node.stop(signal.SIGKILL)
        for name in named:
            bucket.ask("DELETE", bucket.key_of(name))
        self.assertFalse(any(map(bucket.has, named)))
        self.assertIn(f"{len(named)} of them brought back", cluster.tool("undelete")[1])
        self.assertEqual(texts(cluster.node()), before)
        self.assertEqual(cluster.fsck()["problems"], [])

    def test_what_is_missing_is_named(self):
        cluster = Cluster(self.stack)
        status, said = cluster.tool("restore", self.backup)
        self.assertEqual(status, 1)
        self.assertIn("is no backup", said)
        cluster.environment["CAIRN_BLOBS_SECRET_KEY"] = "wrong"
        node_free = cluster.tool("save", self.backup)
        self.assertEqual(node_free[0], 1)
        self.assertNotIn("Traceback", node_free[1])
        self.assertNotIn("wrong", node_free[1])


if __name__ == "__main__":
    unittest.main()
