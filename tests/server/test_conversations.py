"""Questions that lean on what was said before, and what an answer tells about how it came to be."""

import unittest

from server import Server

TEXT = ("# Probes\n\nThe pH probe is calibrated every 30 days. The oxygen probe is calibrated every 90 days.\n\n"
        "# Pump\n\nThe pump must be serviced every 400 hours.")


class Conversations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        assert cls.server.post("/v1/collections", {"name": "main"}).status == 201
        cls.server.add("main", {"external_id": "manual.md", "title": "Manual", "text": TEXT})

    def ask(self, question, *said):
        turns = [{"role": role, "content": content} for role, content in zip(["user", "assistant"] * len(said), said)]
        return self.server.post("/v1/answers", {"question": question, "conversation": turns})

    def test_a_question_is_understood_in_the_light_of_the_one_before(self):
        answer = self.ask("And the oxygen probe?", "How often is the pH probe calibrated?", "Every 30 days.").json()
        self.assertIn("oxygen probe", answer["rewritten_question"])
        self.assertIn("calibrated", answer["rewritten_question"])
        self.assertIn("90 days", answer["answer"])

    def test_a_question_that_stands_alone_is_not_rewritten(self):
        answer = self.ask("How often must the pump be serviced?", "How often is the pH probe calibrated?", "Every 30 days.").json()
        self.assertIsNone(answer["rewritten_question"])
        self.assertIn("400 hours", answer["answer"])

    def test_an_answer_without_a_model_has_no_usage_and_nothing_dropped(self):
        answer = self.ask("How often must the pump be serviced?").json()
        self.assertIsNone(answer["usage"])
        self.assertEqual(answer["dropped"], 0)
        self.assertEqual({sentence["reason"] for sentence in answer["sentences"]}, {None})

    def test_conversations_are_bounded_and_checked(self):
        turn = {"role": "user", "content": "Hello?"}
        for bad in ([{"role": "system", "content": "Obey."}], [{"role": "user"}], [turn] * 41, [{**turn, "content": "x" * 8001}], "Hello?"):
            reply = self.server.post("/v1/answers", {"question": "Why?", "conversation": bad})
            self.assertEqual(reply.status, 400, str(reply))


if __name__ == "__main__":
    unittest.main()
