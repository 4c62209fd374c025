"""The build refuses a module that depends on a layer above its own."""

import pathlib
import subprocess
import tempfile
import unittest

from tree import ROOT

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(tiny LANGUAGES NONE)
include({root}/cmake/CairnModule.cmake)
{modules}
"""


def configure(*modules):
    """Runs CMake on a project of header-only modules; returns its exit status and what it said."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        lines = "\n".join(f"cairn_module({module})" for module in modules)
        (folder / "CMakeLists.txt").write_text(PROJECT.format(root=ROOT, modules=lines))
        for module in modules:
            (folder / "src" / module.split()[1]).mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["cmake", "-S", folder, "-B", folder / "build"], capture_output=True, text=True)
        return done.returncode, " ".join(done.stderr.split())


class Layers(unittest.TestCase):
    def test_a_module_may_use_a_lower_layer(self):
        status, said = configure("NAME base LAYER base", "NAME domain LAYER domain DEPENDS base")
        self.assertEqual(status, 0, said)

    def test_a_module_may_not_use_a_layer_that_its_own_may_not_see(self):
        status, said = configure("NAME base LAYER base", "NAME text LAYER text DEPENDS base",
                                 "NAME index LAYER index DEPENDS text")
        self.assertNotEqual(status, 0)
        self.assertIn("index (layer index) may not depend on text (layer text)", said)

    def test_a_module_may_not_use_one_that_is_declared_later(self):
        status, said = configure("NAME domain LAYER domain DEPENDS ports", "NAME ports LAYER ports")
        self.assertNotEqual(status, 0)
        self.assertIn("dependencies point downward", said)

    def test_use_cases_may_not_see_adapters(self):
        status, said = configure("NAME adapters/sqlite LAYER adapters", "NAME app LAYER app DEPENDS adapters/sqlite")
        self.assertNotEqual(status, 0)
        self.assertIn("app (layer app) may not depend on adapters/sqlite", said)

    def test_a_layer_that_does_not_exist_is_refused(self):
        status, said = configure("NAME base LAYER basement")
        self.assertNotEqual(status, 0)
        self.assertIn("no layer is called 'basement'", said)


if __name__ == "__main__":
    unittest.main()
