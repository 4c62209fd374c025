"""What the peers share: reading a BEIR folder, cutting texts, the model, and the figures of a process."""
import json
import os
import pathlib
import resource
import time

import numpy as np

QUERY_PREFIX = "Represent this sentence for searching relevant passages: "
MAX_PIECES = 254  # with [CLS] and [SEP] 256, as Cairn's chunks


def read_jsonl(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def read_documents(folder):
    """(id, title + text) of every document, empty ones left out."""
    rows = read_jsonl(pathlib.Path(folder) / "corpus.jsonl")
    pairs = [(row["_id"], (row.get("title", "") + " " + row["text"]).strip()) for row in rows]
    return [(name, text) for name, text in pairs if text]


def read_queries(folder):
    return [(row["_id"], row["text"]) for row in read_jsonl(pathlib.Path(folder) / "queries.jsonl")]


def read_judgements(folder):
    judgements = {}
    for line in (pathlib.Path(folder) / "qrels.tsv").read_text().splitlines()[1:]:
        query, document, score = line.split("\t")
        if int(score) > 0:
            judgements.setdefault(query, {})[document] = int(score)
    return judgements


def cut(tokenizer, documents):
    """Cuts documents into pieces of at most MAX_PIECES word pieces: (document id, text, pieces with the special tokens)."""
    chunks = []
    for name, text in documents:
        offsets = tokenizer.encode(text, add_special_tokens=False).offsets
        for start in range(0, len(offsets), MAX_PIECES):
            part = offsets[start:start + MAX_PIECES]
            chunks.append((name, text[part[0][0]:part[-1][1]], len(part) + 2))
    return chunks


def load_tokenizer(path):
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


class OnnxEmbedder:
    """bge-small by ONNX Runtime: padded to the longest of a batch, first token, normalised."""

    def __init__(self, model, tokenizer, threads):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self.tokenizer = load_tokenizer(tokenizer)
        self.tokenizer.enable_truncation(512)

    def embed(self, texts, batch=32):
        return np.vstack([self._embed(texts[i:i + batch]) for i in range(0, len(texts), batch)])

    def _embed(self, texts):
        rows = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        ids = np.zeros((len(rows), max(map(len, rows))), np.int64)
        mask = np.zeros_like(ids)
        for i, row in enumerate(rows):
            ids[i, :len(row)] = row
            mask[i, :len(row)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        first = self.session.run(None, inputs)[0][:, 0]
        return first / np.linalg.norm(first, axis=1, keepdims=True)


def ndcg_at_10(documents_of_rows, vectors, queries, query_vectors, judgements):
    """Documents ranked by their best piece, gain = score, discount 1/log2(rank + 1), mean over judged queries."""
    total, count = 0.0, 0
    for (name, _), vector in zip(queries, query_vectors):
        relevant = judgements.get(name)
        if not relevant:
            continue
        ranking = []
        for row in np.argsort(-(vectors @ vector), kind="stable"):
            if documents_of_rows[row] not in ranking:
                ranking.append(documents_of_rows[row])
                if len(ranking) == 10:
                    break
        gain = sum(relevant.get(document, 0) / np.log2(rank + 2) for rank, document in enumerate(ranking))
        ideal = sum(score / np.log2(rank + 2) for rank, score in enumerate(sorted(relevant.values(), reverse=True)[:10]))
        total, count = total + gain / ideal, count + 1
    return total / count


def peak_rss_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def percentiles_ms(seconds):
    values = np.array(seconds) * 1e3
    return {f"p{q}_ms": round(float(np.percentile(values, q)), 3) for q in (50, 95, 99)}


def finish(result):
    """Prints the result and ends at once: some runtimes take seconds to shut down."""
    print(json.dumps(result), flush=True)
    os._exit(0)


class Stopwatch:
    def __init__(self):
        self.start = time.perf_counter()

    def seconds(self):
        return time.perf_counter() - self.start
