"""Recall of four-character shingles: how much of an expected text is found in an extracted one.

White space, Markdown marks and table rules are left out on both sides, because expected texts are often written as Markdown. Each
shingle counts as often as it occurs.
"""

import collections
import html
import re
import unicodedata

LENGTH = 4


def plain(text):
    """The characters that have to be there."""
    text = html.unescape(unicodedata.normalize("NFKC", text))
    text = re.sub(r"<!--.*?-->|!\[[^\]]*\]\([^)]*\)", "", text, flags=re.S)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"[\s#*_`|\\>~•·\-–—=+:]", "", text)


def counted(text):
    return collections.Counter(text[i:i + LENGTH] for i in range(len(text) - LENGTH + 1))


def recall(expected, extracted):
    wanted, found = counted(plain(expected)), counted(plain(extracted))
    total = sum(wanted.values())
    return sum((wanted & found).values()) / total if total else 1.0
