#!/usr/bin/env python3
"""Hybrid queries by qdrant-edge over a BEIR folder, the query embedded by ONNX Runtime; prints one JSON line.

    query_peer.py DATA MODEL_DIR [--clients 2] [--seconds 5]

Reciprocal rank fusion (k = 60) of 100 dense and 100 BM25 candidates, ten hits with their text: what its own manual shows.
"""
import argparse
import pathlib
import tempfile
import threading
import time

import numpy as np
import qdrant_edge as qdrant

import common

DEPTH = 100


def build(folder, chunks, vectors):
    shard = qdrant.EdgeShard.create(folder, qdrant.EdgeConfig(vectors=qdrant.EdgeVectorParams(384, qdrant.Distance.Cosine)))
    text_index = qdrant.TextIndexParams(tokenizer=qdrant.TokenizerType.Word, lowercase=True, scoring=True,
                                        stemmer=qdrant.SnowballParams(qdrant.SnowballLanguage.English), stopwords=qdrant.Language.English)
    shard.update(qdrant.UpdateOperation.create_field_index("text", text_index))
    points = [qdrant.Point(i, vectors[i].tolist(), {"text": text}) for i, (_, text, _) in enumerate(chunks)]
    for start in range(0, len(points), 256):
        shard.update(qdrant.UpdateOperation.upsert_points(points[start:start + 256]))
    shard.optimize()
    shard.flush()
    return shard


def search(shard, text, vector):
    prefetches = [qdrant.Prefetch(DEPTH, query=qdrant.Query.Nearest(vector.tolist())),
                  qdrant.Prefetch(DEPTH, query=qdrant.TextQuery("text", text))]
    return shard.query(qdrant.QueryRequest(limit=10, prefetches=prefetches, query=qdrant.Query.Fusion(qdrant.Fusion.Rrf(60))
                                           if hasattr(qdrant.Query, "Fusion") else qdrant.Fusion.Rrf(60), with_payload=True))


def one_client(shard, embedder, queries):
    times = []
    for text in queries[:5] + queries:
        start = time.perf_counter()
        search(shard, text, embedder.embed([common.QUERY_PREFIX + text])[0])
        times.append(time.perf_counter() - start)
    return common.percentiles_ms(times[5:])


def many_clients(shard, embedders, queries, seconds):
    counts = [0] * len(embedders)
    stop = time.monotonic() + seconds

    def client(number):
        i = number * 37
        while time.monotonic() < stop:
            text = queries[i % len(queries)]
            search(shard, text, embedders[number].embed([common.QUERY_PREFIX + text])[0])
            counts[number] += 1
            i += 1

    threads = [threading.Thread(target=client, args=(n,)) for n in range(len(embedders))]
    watch = common.Stopwatch()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / watch.seconds()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("model_dir", type=pathlib.Path)
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=5)
    arguments = parser.parse_args()
    model, tokenizer = arguments.model_dir / "model_optimized.onnx", arguments.model_dir / "tokenizer.json"
    chunks = common.cut(common.load_tokenizer(tokenizer), common.read_documents(arguments.data))
    embedder = common.OnnxEmbedder(model, tokenizer, 2)
    vectors = embedder.embed([text for _, text, _ in chunks]).astype(np.float32)
    queries = [text for _, text in common.read_queries(arguments.data)]
    with tempfile.TemporaryDirectory() as folder:
        shard = build(folder, chunks, vectors)
        result = {"system": "qdrant-edge", "chunks": len(chunks), **one_client(shard, embedder, queries)}
        clients = [common.OnnxEmbedder(model, tokenizer, 1) for _ in range(arguments.clients)]
        result["queries_per_second"] = round(many_clients(shard, clients, queries, arguments.seconds), 1)
    common.finish({**result, "clients": arguments.clients, "peak_rss_mb": round(common.peak_rss_mb())})


main()
