"""Makes real vectors: short distinct passages of HTML documentation, and its section headings as queries."""
import argparse
import html.parser
import pathlib
import random
import re
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import common  # noqa: E402

PASSAGE_WORDS = 40  # Some 60 pieces: short passages are the hard case, they lie close together.
QUERIES = 1000
SKIPPED = {"script", "style", "head", "nav"}


class Page(html.parser.HTMLParser):
    """The running text of a page, and its headings."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.words, self.headings, self.heading, self.skipped = [], [], None, 0

    def handle_starttag(self, tag, attributes):
        self.skipped += tag in SKIPPED
        if tag in ("h1", "h2", "h3"):
            self.heading = []

    def handle_endtag(self, tag):
        self.skipped = max(0, self.skipped - (tag in SKIPPED))
        if tag in ("h1", "h2", "h3") and self.heading is not None:
            self.headings.append(re.sub(r"\s+", " ", "".join(self.heading)).strip(" ¶#"))
            self.heading = None

    def handle_data(self, data):
        if self.skipped:
            return
        self.words.extend(data.split())
        if self.heading is not None:
            self.heading.append(data)


def read(folders):
    passages, headings = {}, set()
    for folder in folders:
        pages = [path for path in pathlib.Path(folder).rglob("*.htm*") if "translations" not in path.parts]
        for path in sorted(pages):
            page = Page()
            page.feed(path.read_text(errors="replace"))
            headings.update(heading for heading in page.headings if 2 <= len(heading.split()) <= 12)
            for start in range(0, len(page.words) - PASSAGE_WORDS // 2, PASSAGE_WORDS):
                text = " ".join(page.words[start:start + PASSAGE_WORDS])
                passages.setdefault(re.sub(r"\W+", " ", text.lower()), text)
    return sorted(passages.values()), sorted(headings)


def embed(embedder, texts, batch=64):
    """Sorted by length, so that little is padded: the vectors are the same, they are only made sooner."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    out = np.empty((len(texts), 384), np.float32)
    for start in range(0, len(order), batch):
        rows = order[start:start + batch]
        out[rows] = embedder.embed([texts[i] for i in rows], batch)
        if start % (batch * 100) == 0:
            print(f"  {start} of {len(texts)} embedded", file=sys.stderr, flush=True)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model-dir", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("folders", nargs="+")
    options = parser.parse_args()
    passages, headings = read([folder for folder in options.folders if pathlib.Path(folder).is_dir()])
    if len(passages) < options.count or len(headings) < QUERIES:
        print(f"only {len(passages)} passages and {len(headings)} headings: install more documentation, such as the Debian "
              "packages postgresql-doc-15, python3.11-doc, linux-doc-6.1, sqlite3-doc, git-doc and cmake-doc, or set "
              "CAIRN_VECTORS to a smaller number", file=sys.stderr)
        sys.exit(1)
    chosen = random.Random(2)
    passages = chosen.sample(passages, options.count)
    queries = [common.QUERY_PREFIX + heading for heading in chosen.sample(headings, QUERIES)]
    embedder = common.OnnxEmbedder(options.model_dir / "model_optimized.onnx", options.model_dir / "tokenizer.json", 2)
    np.save(options.out / "queries.npy", embed(embedder, queries))
    np.save(options.out / "vectors.npy", embed(embedder, passages))


if __name__ == "__main__":
    main()
