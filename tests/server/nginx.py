"""NGINX with the configuration of deploy/nginx in front of nodes of a test: only addresses and folders are replaced."""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

from server import PATIENCE_SECONDS, ROOT, Server

CONFIGURATION = ROOT / "deploy" / "nginx" / "nginx.conf"


def program():
    return subprocess.run([ROOT / "scripts" / "nginx"], capture_output=True, text=True, check=True).stdout.strip()


def adapted(text, folder, port, nodes):
    """The configuration for this machine: as many nodes as there are, at their addresses."""
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};").replace("/tmp/", f"{folder}/")
    for number, address in enumerate(nodes, 1):
        text = text.replace(f"server cairn-{number}:8080", f"server {address}")
    return re.sub(r"(?m)^ *server cairn-\d+:8080.*\n", "", text)


class Nginx(Server):
    """Requests go to NGINX as they would to a node. `stop` and `start` are the nodes' matter."""

    def __init__(self, nodes, key=None):
        self.nodes, self.key, self.process = nodes, key, None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cairn-nginx-"))

    def __enter__(self):
        for _ in range(5):  # A port that was free may be taken when the server comes to it.
            if self.start():
                return self
        raise AssertionError("NGINX does not start:\n" + self.logged())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        configuration = self.folder / "nginx.conf"
        configuration.write_text(adapted(CONFIGURATION.read_text(), self.folder, self.port, [f"127.0.0.1:{node.port}" for node in self.nodes]))
        user = "user root; " if os.getuid() == 0 else ""
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", program(), "-e", "stderr", "-p", self.folder, "-c", configuration,
                                             "-g", f"{user}daemon off;"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + PATIENCE_SECONDS
        while self.process.poll() is None and time.monotonic() < end:
            try:
                self.socket().close()
                return True
            except OSError:
                time.sleep(0.02)
        return False

    def logged(self):
        return (self.folder / "log").read_text()[-4000:]
