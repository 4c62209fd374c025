"""The program under kill -9, for a short while (`make crash` does it a thousand times), and what would count as a fault."""

import pathlib
import sys
import tempfile
import unittest

from bad_cases import CAIRN
from tree import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

from crash import Broken, Oracle, Run  # noqa: E402


class Faults(unittest.TestCase):
    def setUp(self):
        self.oracle = Oracle()
        self.oracle.acknowledged("d1", 1)

    def refuses(self, live):
        with self.assertRaises(Broken):
            self.oracle.check(live)

    def test_what_was_acknowledged_must_be_there_once_as_it_was(self):
        self.oracle.check([("d1", 1)])
        self.refuses([])
        self.refuses([("d1", 2)])
        self.refuses([("d1", 1), ("d1", 1)])
        self.refuses([("d1", 1), ("d2", 1)])

    def test_what_was_only_tried_may_be_there_or_not_until_nothing_is_under_way(self):
        self.oracle.tried("d1", 2)
        self.oracle.tried("d2", 3)
        for live in ([("d1", 1)], [("d1", 2)], [("d1", 1), ("d2", 3)]):
            self.oracle.check(live)
        self.refuses([("d2", 3)])
        self.oracle.settle([("d1", 2)])
        self.refuses([("d1", 1)])
        self.refuses([("d1", 2), ("d2", 3)])

    def test_an_acknowledged_deletion_stays_deleted(self):
        self.oracle.tried("d1", None)
        self.oracle.check([("d1", 1)])
        self.oracle.acknowledged("d1", None)
        self.refuses([("d1", 1)])


class Kills(unittest.TestCase):
    def test_lose_nothing_and_double_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            Run(CAIRN.resolve(), pathlib.Path(folder), seed=1).until(8)


if __name__ == "__main__":
    unittest.main()
