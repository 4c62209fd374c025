"""Starts PostgreSQL, an S3-compatible store and a few nodes on loopback, and does with them what is typed, until Ctrl-C. See scripts/cluster."""

import argparse
import contextlib
import pathlib
import secrets
import signal
import socket
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "server"))

from cluster import ObjectStore, Postgres, node_environment  # noqa: E402
from server import CAIRN, Server  # noqa: E402

HELP = "type:  kill N  ·  drain N  ·  start N  ·  nodes  ·  help;  Ctrl-C ends everything"


def free_ports(first, count):
    """The first ports from `first` on that nobody listens on."""
    ports = []
    for port in range(first, 65536):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            ports.append(port)
        if len(ports) == count:
            return ports
    raise SystemExit(f"there are no {count} free ports from {first} on: choose another with CAIRN_PORT")


def show_nodes(nodes):
    """What the first node that answers knows of all of them."""
    for node in nodes:
        with contextlib.suppress(OSError):
            items = node.get("/v1/cluster/nodes").json()["items"]
            for item in items:
                print(f"  {item['state']:9} {item['id']:10} {item['address']}  {item['segments']} segments, {item['memory_bytes'] >> 20} MiB")
            return
    print("  no node answers")


def is_running(node):
    return node.process.poll() is None


def obey(line, nodes):
    """Does what one line says; a wrong one is explained."""
    word, _, number = line.strip().partition(" ")
    node = nodes[int(number) - 1] if number.isdigit() and 1 <= int(number) <= len(nodes) else None
    if word == "nodes":
        show_nodes(nodes)
    elif node and word == "kill" and is_running(node):
        node.stop(signal.SIGKILL)
        print(f"node {number} is killed; the others notice within ten seconds and take up its work")
    elif node and word == "drain" and is_running(node):
        node.stop()
        print(f"node {number} has ended what it had begun")
    elif node and word == "start" and not is_running(node):
        node.start()
        print(f"node {number} is back: {node.address}")
    else:
        print(HELP)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--first-port", type=int, default=8080)
    options.add_argument("--nodes", type=int, default=3)
    wanted = options.parse_args()
    ports = free_ports(wanted.first_port, wanted.nodes)
    with contextlib.ExitStack() as stack:
        environment = node_environment(stack.enter_context(Postgres()), stack.enter_context(ObjectStore()))
        environment["CAIRN_CLUSTER_SECRET"] = secrets.token_hex(32)
        environment["CAIRN_CLUSTER_SHARE_CHUNKS"] = "0"  # However little is played with, searches are shared.
        nodes = [stack.enter_context(Server(listen=f"127.0.0.1:{port}", environment={**environment, "CAIRN_CLUSTER_NODE": f"node-{number}"}))
                 for number, port in enumerate(ports, 1)]
        for number, node in enumerate(nodes, 1):
            print(f"node {number}: {node.address}")
        print(f"in a browser: open any of them;  documents: {CAIRN} ingest PATH --server {nodes[0].address}")
        print(HELP, flush=True)
        for line in sys.stdin:
            obey(line, nodes)
            sys.stdout.flush()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
