"""What a cluster stands on, on this machine: a PostgreSQL server and an S3-compatible store, each in a temporary folder and ended with the test."""

import glob
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from server import PATIENCE_SECONDS, ROOT, run

CACHE = pathlib.Path(os.environ.get("CAIRN_CACHE", ROOT / ".cache"))
SERVER_USER = "postgres"  # PostgreSQL refuses to be started by root: then it runs as the user that its package made.


def as_server(*command):
    """The command for a process that ends with this one, and not as root."""
    user = [f"--reuid={SERVER_USER}", f"--regid={SERVER_USER}", "--clear-groups"] if os.getuid() == 0 else []
    return ["setpriv", "--pdeathsig", "QUIT", *user, *map(str, command)]


class Postgres:
    """Reached by a socket in its folder, so that no port is needed. stop() is a crash: what was committed is recovered at the next start()."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cairn-postgres-"))
        self.process = None
        installed = glob.glob("/usr/lib/postgresql/*/bin")
        if not installed:
            raise AssertionError("there is no PostgreSQL server here: run scripts/setup cluster")
        self.programs = pathlib.Path(max(installed))
        if os.getuid() == 0:
            user = pwd.getpwnam(SERVER_USER)
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        subprocess.run(as_server(self.programs / "initdb", "-D", self.folder / "data", "-U", "cairn", "-A", "trust", "-E", "UTF8",
                                 "--locale=C.UTF-8", "--no-sync", "--no-instructions"), check=True, capture_output=True)
        self.url = f"host={self.folder} user=cairn dbname=postgres"

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        command = as_server(self.programs / "postgres", "-D", self.folder / "data", "-k", self.folder, "-c", "listen_addresses=", "-c", "fsync=off")
        ready = [self.programs / "pg_isready", "-q", "-h", self.folder, "-U", "cairn", "-d", "postgres"]
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + PATIENCE_SECONDS
        while subprocess.run(ready).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError("PostgreSQL does not start:\n" + (self.folder / "server.log").read_text())
            time.sleep(0.02)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()


class ObjectStore:
    """versitygw, which scripts/s3-server builds, with one bucket; with `versions` it can be told to keep what is deleted."""

    def __init__(self, versions=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cairn-objects-"))
        (self.folder / "objects" / "bucket").mkdir(parents=True)
        (self.folder / "attributes").mkdir()
        (self.folder / "versions").mkdir()
        self.versions = versions
        self.program = next(CACHE.glob("versitygw-*/versitygw"), None)
        if not self.program:
            raise AssertionError(f"there is no versitygw in {CACHE}: run scripts/s3-server")
        self.url, self.process = None, None

    def __enter__(self):
        for _ in range(5):  # A port that was free may be taken when the server comes to it.
            if self.start():
                return self
        raise AssertionError("versitygw does not start:\n" + (self.folder / "server.log").read_text())

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        kept = ["--versioning-dir", self.folder / "versions"] if self.versions else []
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", self.program, "--port", f"127.0.0.1:{port}", "--access", "key", "--secret", "secret",
                 "posix", "--sidecar", self.folder / "attributes", *kept, self.folder / "objects"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + PATIENCE_SECONDS
        while self.process.poll() is None and time.monotonic() < end:
            if self.answers():
                return True
            time.sleep(0.02)
        self.process.kill()
        self.process.wait()
        return False

    def answers(self):
        try:
            with urllib.request.urlopen(self.url, timeout=5):
                return True
        except urllib.error.HTTPError:
            return True  # It wants a signature.
        except OSError:
            return False


def run_on(environment, *arguments, data):
    """Runs one command as a process of a cluster; gives its JSON."""
    status, said = run(*arguments, data=data, env={**os.environ, **environment})
    if status != 0:
        raise AssertionError(f"{arguments} ended with {status}:\n{said}")
    return said


def node_environment(database, objects=None):
    """How a node is told where everything is. Without an object store the blobs are in the database too."""
    environment = {"CAIRN_CATALOG_KIND": "postgres", "CAIRN_CATALOG_URL": database.url, "CAIRN_BLOBS_KIND": "postgres"}
    if objects:
        environment.update({"CAIRN_BLOBS_KIND": "s3", "CAIRN_BLOBS_URL": objects.url, "CAIRN_BLOBS_BUCKET": "bucket",
                            "CAIRN_BLOBS_ACCESS_KEY": "key", "CAIRN_BLOBS_SECRET_KEY": "secret"})
    return environment
