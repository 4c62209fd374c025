#!/usr/bin/env python3
"""Documents of a BEIR folder to vectors; prints one JSON line.

    ingest_peer.py fastembed|onnx-32 DATA MODEL_DIR [--threads 2]

MODEL_DIR holds model_optimized.onnx (int8) and tokenizer.json with the small files that fastembed reads beside them.
fastembed runs with its defaults (batch 256); onnx-32 is the bare ONNX Runtime loop, natural order, batches of 32.
"""
import argparse
import pathlib

import numpy as np

import common


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("system", choices=["fastembed", "onnx-32"])
    parser.add_argument("data")
    parser.add_argument("model_dir", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()

    watch = common.Stopwatch()
    tokenizer_file = arguments.model_dir / "tokenizer.json"
    chunks = common.cut(common.load_tokenizer(tokenizer_file), common.read_documents(arguments.data))
    texts = [text for _, text, _ in chunks]
    if arguments.system == "fastembed":
        from fastembed import TextEmbedding
        model = TextEmbedding("BAAI/bge-small-en-v1.5", specific_model_path=str(arguments.model_dir), threads=arguments.threads)
        embed = lambda rows: np.array(list(model.embed(rows)), np.float32)
    else:
        embed = common.OnnxEmbedder(arguments.model_dir / "model_optimized.onnx", tokenizer_file, arguments.threads).embed
    embedding = common.Stopwatch()
    vectors = embed(texts)
    embed_seconds, seconds = embedding.seconds(), watch.seconds()
    peak = common.peak_rss_mb()

    queries = common.read_queries(arguments.data)
    query_vectors = embed([common.QUERY_PREFIX + text for _, text in queries])
    ndcg = common.ndcg_at_10([name for name, _, _ in chunks], vectors, queries, query_vectors, common.read_judgements(arguments.data))
    tokens = sum(pieces for _, _, pieces in chunks)
    common.finish({"system": arguments.system, "chunks": len(chunks), "tokens": tokens, "seconds": round(seconds, 2),
                   "embed_seconds": round(embed_seconds, 2), "tokens_per_second": round(tokens / seconds),
                   "peak_rss_mb": round(peak), "ndcg_at_10": round(float(ndcg), 4)})


main()
