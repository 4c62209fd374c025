"""The clients that people already use, unchanged: OpenAI's own, LangChain and LlamaIndex. And the protocol that they speak."""

import json
import re
import unittest

from client_programs import PUMP, fill, key_of, seen_by
from server import Server, events_of

ABSTAINED = "The documents do not support an answer to this question."
SENTENCE = "The pump must be serviced every 400 hours."


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # A second name for quoted sentences, for clients that know OpenAI's names alone.
        cls.server = Server(environment={"CAIRN_ANSWERS_GENERATORS": "gpt-4o-mini",
                                         "CAIRN_GENERATORS_GPT_4O_MINI_KIND": "extractive"}).__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.documents = {document["external_id"]: document["id"] for document in fill(cls.server)}
        cls.key = key_of(cls.server)
        cls.server.key = cls.key

    def see(self, program):
        return seen_by(program, server=self.server, key=self.key)

    def check_annotation(self, annotation, content):
        place, citation = annotation["url_citation"], annotation["citation"]
        self.assertEqual(annotation["type"], "url_citation")
        self.assertEqual(content[place["start_index"]:place["end_index"]], SENTENCE)
        self.assertEqual((place["title"], citation["quote"]), ("Pump", SENTENCE))
        self.assertEqual(citation["document_id"], self.documents["pump.md"])
        self.assertEqual(PUMP[citation["span"]["start"]:citation["span"]["end"]], citation["quote"])
        self.assertIn("page", citation)
        self.assertEqual(self.server.get(re.sub("^http://[^/]+", "", place["url"])).body.decode(), PUMP)

    def test_openai_for_python(self):
        seen = self.see("openai_client.py")
        self.assertEqual(seen["models"][0], "extractive")
        self.assertIn(seen["model"], seen["models"])
        message = seen["reply"]["choices"][0]["message"]
        self.assertIn(SENTENCE, message["content"])
        self.assertEqual(set(seen["annotation_types"]), {"Annotation"})
        self.check_annotation(message["annotations"][0], message["content"])
        self.assertEqual((seen["reply"]["object"], seen["reply"]["choices"][0]["finish_reason"]), ("chat.completion", "stop"))
        usage = seen["reply"]["usage"]
        self.assertGreater(min(usage["prompt_tokens"], usage["completion_tokens"]), 5)
        self.assertEqual(usage["total_tokens"], usage["prompt_tokens"] + usage["completion_tokens"])
        self.assertEqual(seen["nothing"], {"content": ABSTAINED, "abstained": True})
        self.assertEqual((seen["accumulated"], seen["asynchronous"]), (message["content"], [message["content"]]))
        everything = seen["everything_else"]
        self.assertIn(SENTENCE, everything["content"])
        self.assertEqual((everything["model"], everything["tool_calls"]), ("extractive", None))

    def test_openai_for_python_streams(self):
        seen = self.see("openai_client.py")
        stream = seen["streamed"]
        self.assertEqual((stream["objects"], stream["ids"], stream["role"], stream["finish"]), (["chat.completion.chunk"], 1, "assistant", ["stop"]))
        self.assertEqual(stream["content"], seen["reply"]["choices"][0]["message"]["content"])
        self.check_annotation(stream["annotations"][0], stream["content"])
        self.assertEqual((stream["usage"]["completion_tokens"], stream["last_has_choices"]), (seen["reply"]["usage"]["completion_tokens"], False))
        self.assertEqual((stream["abstained"], seen["streamed_nothing"]["abstained"]), (False, True))
        self.assertEqual((seen["streamed_nothing"]["content"], seen["streamed_nothing"]["annotations"]), (ABSTAINED, []))

    def test_openai_for_python_embeds(self):
        seen = self.see("openai_client.py")["embedded"]
        self.assertEqual((seen["dimensions"], seen["index"], seen["model"]), ([384, 384], [0, 1], "bge-small-en-v1.5"))
        self.assertTrue(seen["same"] and seen["one_is_first"] and seen["query_differs"], seen)
        self.assertAlmostEqual(seen["length"], 1, places=4)
        self.assertEqual(seen["usage"]["prompt_tokens"], seen["usage"]["total_tokens"])
        self.assertGreaterEqual(seen["usage"]["prompt_tokens"], 2 * 5)

    def test_openai_for_python_raises_what_its_users_know(self):
        seen = self.see("openai_client.py")["refused"]
        expected = {"key": ("AuthenticationError", "invalid_api_key", None), "model": ("NotFoundError", "model_not_found", "model"),
                    "model_name": ("NotFoundError", "model_not_found", "model"), "two": ("BadRequestError", None, "n"),
                    "nobody": ("BadRequestError", None, "messages"), "blank": ("BadRequestError", None, "messages[1].content"),
                    "image": ("BadRequestError", None, "messages[0].content[0]"), "collection": ("NotFoundError", "not_found", None),
                    "misspelt": ("BadRequestError", None, "cairn.colections"), "tokens": ("BadRequestError", None, "input"),
                    "empty": ("BadRequestError", None, "input"), "dimensions": ("BadRequestError", None, "dimensions"),
                    "embedding_model": ("NotFoundError", "model_not_found", "model"), "too_long": ("BadRequestError", None, "input[0]")}
        for name, (kind, code, param) in expected.items():
            with self.subTest(name):
                self.assertEqual((seen[name]["type"], seen[name]["code"], seen[name]["param"]), (kind, code, param), seen[name])
                self.assertTrue(seen[name]["request_id"])
        self.assertIn("extractive", seen["model"]["message"])
        self.assertIn("bge-small-en-v1.5", seen["embedding_model"]["message"])

    def test_openai_for_node(self):
        seen = self.see("openai_client.mjs")
        self.assertIn("extractive", seen["models"])
        self.assertIn(SENTENCE, seen["content"])
        self.check_annotation(seen["annotations"][0], seen["content"])
        stream = seen["streamed"]
        self.assertEqual((stream["content"], stream["annotations"], stream["finish"], seen["helper"]),
                         (seen["content"], seen["annotations"], ["stop"], seen["content"]))
        self.assertGreater(stream["usage"]["completion_tokens"], 5)
        self.assertEqual((seen["same"], seen["dimensions"]), (True, 384))
        refused = {name: (error["type"], error["status"], error["code"], error["param"]) for name, error in seen["refused"].items()}
        self.assertEqual(refused, {"key": ("AuthenticationError", 401, "invalid_api_key", None), "two": ("BadRequestError", 400, None, "n"),
                                   "model": ("NotFoundError", 404, "model_not_found", "model")})

    def test_langchain(self):
        seen = self.see("langchain_client.py")
        for text in (seen["content"], seen["streamed"], seen["chosen"], *seen["batch"]):
            self.assertIn(SENTENCE, text)
        self.assertEqual((seen["nothing"], seen["finish"], seen["dimensions"], seen["query_is_first"]), (ABSTAINED, "stop", [384, 384], True))
        self.assertGreater(seen["usage"]["output_tokens"], 5)

    def test_llamaindex(self):
        seen = self.see("llamaindex_client.py")
        for text in (seen["content"], seen["completed"], seen["streamed"], seen["plain"], seen["plain_streamed"]):
            self.assertIn(SENTENCE, text)
        self.assertEqual((seen["nothing"], seen["dimensions"], seen["same"]), (ABSTAINED, [384, 384], True))


class Protocol(unittest.TestCase):
    """What no client shows: the bytes, and the limits."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server().__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        fill(cls.server)
        cls.server.key = key_of(cls.server)

    def chat(self, **more):
        return {"model": "cairn", "messages": [{"role": "user", "content": "How often must the pump be serviced?"}], **more}

    def test_a_stream_is_chunks_and_then_done(self):
        with self.server.stream("POST", "/v1/chat/completions", self.chat(stream=True)) as response:
            self.assertTrue(response.getheader("Content-Type").startswith("text/event-stream"))
            events = list(events_of(response))
        self.assertEqual({name for _, name, _ in events}, {"message"})
        self.assertEqual(events[-1][2], "[DONE]")
        chunks = [json.loads(data) for _, _, data in events[:-1]]
        self.assertEqual([chunk["choices"][0]["finish_reason"] for chunk in chunks[:-1]], [None] * (len(chunks) - 1))
        self.assertNotIn("usage", chunks[0])

    def test_the_document_s_own_address_is_cited_where_it_has_one(self):
        question = {"role": "user", "content": "How many days of annual leave do employees have?"}
        message = self.server.post("/v1/chat/completions", self.chat(messages=[question])).json()["choices"][0]["message"]
        self.assertEqual(message["annotations"][0]["url_citation"]["url"], "https://example.com/leave")

    def test_it_abstains_in_the_question_s_language(self):
        reply = self.server.post("/v1/chat/completions", self.chat(messages=[{"role": "user", "content": "西斯汀教堂的天花板是誰畫的？"}])).json()
        self.assertTrue(reply["cairn"]["abstained"])
        self.assertIn("文件", reply["choices"][0]["message"]["content"])

    def test_refusals_have_openai_s_form_before_a_route_is_reached_too(self):
        for path in ("/v1/models", "/v1/models/x", "/v1/chat/completions", "/v1/embeddings"):
            reply = self.server.send("GET" if "models" in path else "POST", path, None if "models" in path else {}, key="")
            self.assertEqual(reply.status, 401, path)
            self.assertEqual(set(reply.json()["error"]), {"message", "type", "param", "code"})
            self.assertEqual(reply.headers["content-type"], "application/json")
        for body in (b"{not json", b"[]", b'"text"', json.dumps({"model": "cairn"}).encode()):
            reply = self.server.send("POST", "/v1/chat/completions", body, headers={"Content-Type": "application/json"})
            self.assertEqual((reply.status, reply.json()["error"]["type"]), (400, "invalid_request_error"), body)
        reply = self.server.send("POST", "/v1/embeddings", b"text", headers={"Content-Type": "text/plain"})
        self.assertEqual((reply.status, reply.json()["error"]["code"]), (415, "unsupported_media_type"))

    def test_a_key_s_limit_answers_429_with_when_to_come_back(self):
        key = key_of(self.server, "slow", "--requests-per-minute", "1")
        self.assertEqual(self.server.get("/v1/models", key=key).status, 200)
        reply = self.server.post("/v1/chat/completions", self.chat(), key=key)
        self.assertEqual((reply.status, reply.json()["error"]["code"]), (429, "rate_limit_exceeded"))
        self.assertGreater(int(reply.headers["retry-after"]), 0)

    def test_many_texts_are_embedded_in_order_and_too_many_are_refused(self):
        texts = [f"Text number {i}." for i in range(40)]
        many = self.server.post("/v1/embeddings", {"model": "bge-small-en-v1.5", "input": texts}).json()["data"]
        one = self.server.post("/v1/embeddings", {"model": "bge-small-en-v1.5", "input": texts[17]}).json()["data"]
        self.assertEqual((len(many), many[17]["embedding"], many[17]["index"]), (40, one[0]["embedding"], 17))
        for count in (0, 2049):
            reply = self.server.post("/v1/embeddings", {"model": "bge-small-en-v1.5", "input": ["x"] * count})
            self.assertEqual((reply.status, reply.json()["error"]["param"]), (400, "input"))


if __name__ == "__main__":
    unittest.main()
