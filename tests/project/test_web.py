"""The web interface: how much a first visit loads, and that an unchanged one is not built again."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from tree import BUILD, ROOT

WEB = ROOT / "web"
BUILT = (WEB / "node_modules").is_dir() and (BUILD / "web" / "stamp").is_file()


def run(*command, **options):
    return subprocess.run(command, cwd=options.pop("cwd", ROOT), capture_output=True, text=True, **options)


@unittest.skipUnless(BUILT, "the web interface is not built; scripts/build-web builds it")
class Web(unittest.TestCase):
    def test_what_is_unchanged_is_not_built_again(self):
        before = (BUILD / "web" / "pack.bin").stat().st_mtime_ns
        done = run(ROOT / "scripts" / "build-web", env={**os.environ, "CAIRN_BUILD": os.path.relpath(BUILD, ROOT)})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((BUILD / "web" / "pack.bin").stat().st_mtime_ns, before)


class Pack(unittest.TestCase):
    def pack(self, files):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        root = pathlib.Path(folder.name) / "files"
        for name, content in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        return run("/usr/bin/python3", ROOT / "scripts" / "web_pack.py", root, root.parent / "pack.bin")

    def test_a_first_visit_that_loads_too_much_is_refused(self):
        page = b'<script src="/assets/index-1.js"></script>'
        small = self.pack({"index.html": page, "assets/index-1.js": b'import"./lib-2.js"', "assets/lib-2.js": b"x"})
        self.assertEqual(small.returncode, 0, small.stderr)
        large = self.pack({"index.html": page, "assets/index-1.js": b'import"./lib-2.js"', "assets/lib-2.js": os.urandom(300_000).hex().encode()})
        self.assertEqual(large.returncode, 1)
        self.assertIn("import what it does not need at once lazily", large.stderr)


class Lock(unittest.TestCase):
    def test_packages_are_pinned_and_name_no_address(self):
        for folder in ("web", "tests/web"):
            package, lock = (ROOT / folder / name for name in ("package.json", "package-lock.json"))
            self.assertNotIn('"resolved"', lock.read_text(), f"{lock}: scripts/web-lock writes it without addresses")
            for line in package.read_text().splitlines():
                self.assertNotRegex(line, r'": "[\^~*]', f"{package} must pin exact versions")


if __name__ == "__main__":
    unittest.main()
