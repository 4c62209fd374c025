"""The reference page of commands and settings is what the program prints."""

import subprocess
import unittest

from tree import BUILD, ROOT


class Reference(unittest.TestCase):
    def test_the_page_is_what_the_program_prints(self):
        printed = subprocess.run([BUILD / "cairn", "reference"], capture_output=True, text=True, check=True).stdout
        page = ROOT / "docs" / "reference" / "commands.md"
        self.assertEqual(page.read_text(), printed, "run: build/cairn reference > docs/reference/commands.md")


if __name__ == "__main__":
    unittest.main()
