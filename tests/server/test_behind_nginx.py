"""Two nodes behind NGINX as deploy/nginx sets it up: what streams still streams, large uploads pass, and a node that ends or dies fails no request."""

import contextlib
import itertools
import pathlib
import signal
import tempfile
import threading
import unittest

from cluster import Postgres, node_environment, run_on
from nginx import Nginx
from server import Part, Server, eventually, events_of

TEXT = "The ledger of station {} lists the tides of every day of the year, and how they were measured. "


@contextlib.contextmanager
def behind_nginx(with_key=True):
    """NGINX and its two nodes. Behind a proxy nobody is local, so it takes a key to do anything."""
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(Postgres())
        environment = {"CAIRN_CLUSTER_NOTICE_SECONDS": "1", **node_environment(database)}
        key = None
        if with_key:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            key = run_on(environment, "keys", "create", "test", "--scopes", "admin", data=pathlib.Path(folder) / "store")["secret"]
        nodes = [stack.enter_context(Server(environment=environment)) for _ in range(2)]
        for node in nodes:
            node.key = key
        yield stack.enter_context(Nginx(nodes, key)), *nodes


class Load:
    """Clients that search without pause, each reply compared with what it must be."""

    def __init__(self, front, ask):
        self.front, self.ask, self.done, self.wrong = front, ask, 0, []
        self.lock, self.ending = threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.run) for _ in range(4)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        for thread in self.threads:
            thread.join()

    def run(self):
        for turn in itertools.count():
            if self.ending.is_set():
                return
            said = self.ask(self.front, turn)
            with self.lock:
                self.done += 1
                if said:
                    self.wrong.append(said)


def searches(front, _):
    reply = front.post("/v1/search", {"query": "gull"})
    found = [hit["external_id"] for hit in reply.json()["hits"]] if reply.status == 200 else None
    return "" if found == ["gull"] else str(reply)


def looks(front, turn):
    reply = front.get("/v1/collections/main" if turn % 2 else "/openapi.json")
    return "" if reply.status == 200 else str(reply)


class BehindNginx(unittest.TestCase):
    def test_events_and_answers_stream_through(self):
        with behind_nginx() as (front, *_):
            front.post("/v1/collections", {"name": "main"})
            with front.stream("GET", "/v1/events") as events:
                self.assertEqual(events.status, 200)
                front.add("main", {"external_id": "gull", "text": "The gull nests on the northern cliff."}, query="")
                # The stream is still open: what arrives now was held back nowhere.
                seen = list(itertools.islice(events_of(events), 2))
                self.assertEqual(len(seen), 2)
            eventually(lambda: front.get("/v1/collections/main").json()["documents"] == 1, "it is indexed")
            with front.stream("POST", "/v1/answers", {"question": "Where does the gull nest?", "stream": True}) as answer:
                names = [name for _, name, _ in events_of(answer)]
            self.assertIn("token", names)
            self.assertIn("answer", names)

    def test_uploads_beyond_a_proxy_s_usual_limit_pass_and_pages_too_large_do_not(self):
        with behind_nginx() as (front, *_):
            front.post("/v1/collections", {"name": "main"})
            large = "".join(TEXT.format(i) for i in range(60_000)).encode()
            self.assertGreater(len(large), 5_000_000)
            reply = front.upload("main", [Part("file", large, "tides.txt", "text/plain")], query="")
            self.assertEqual(reply.status, 202, str(reply))
            file = front.get(f"/v1/documents/{reply.json()['documents'][0]['id']}/file")
            self.assertEqual(file.body, large)
            with contextlib.closing(front.connection()) as connection:
                connection.putrequest("POST", "/v1/search")
                connection.putheader("Content-Length", str(80 << 20))
                connection.endheaders()
                self.assertEqual(connection.getresponse().status, 413)

    def test_nobody_behind_it_is_taken_for_local(self):
        with behind_nginx(with_key=False) as (front, node, _):
            self.assertEqual(node.get("/v1/collections").status, 200)
            self.assertEqual(front.get("/v1/collections").status, 401)
            self.assertEqual(front.get("/readyz").status, 200)

    def test_a_node_that_ends_fails_no_request(self):
        with behind_nginx() as (front, first, second):
            front.post("/v1/collections", {"name": "main"})
            front.add("main", {"external_id": "gull", "text": "The gull nests on the northern cliff."})
            for node in (first, second):
                with Load(front, searches) as load, Load(front, looks) as more:
                    eventually(lambda: load.done > 20 and more.done > 20, "requests are under way")
                    self.assertEqual(node.stop(), 0)
                    before = load.done
                    eventually(lambda: load.done > before + 20, "they go on")
                self.assertEqual((load.wrong, more.wrong), ([], []), front.logged())
                node.listen = f"127.0.0.1:{node.port}"  # Where NGINX looks for it.
                node.start()

    def test_a_node_that_is_killed_fails_no_search_and_nothing_that_can_be_asked_again(self):
        with behind_nginx() as (front, first, second):
            front.post("/v1/collections", {"name": "main"})
            front.add("main", {"external_id": "gull", "text": "The gull nests on the northern cliff."})
            with Load(front, searches) as load, Load(front, looks) as more:
                eventually(lambda: load.done > 20 and more.done > 20, "requests are under way")
                second.stop(signal.SIGKILL)
                before = load.done
                eventually(lambda: load.done > before + 20, "they go on")
            self.assertEqual((load.wrong, more.wrong), ([], []), front.logged())

    def test_a_change_that_no_node_could_get_is_refused_and_not_repeated(self):
        with behind_nginx() as (front, first, second):
            first.stop(signal.SIGKILL)
            second.stop(signal.SIGKILL)
            self.assertEqual(front.post("/v1/collections", {"name": "main"}).status, 502)


if __name__ == "__main__":
    unittest.main()
