#!/usr/bin/env python3
"""Runs Cairn and its peers in turn on the same documents and prints one table of medians and ratios.

    compare.py --cairn build/cairn --data DIR --model-dir DIR [--rounds 3] [--threads 2] [--json FILE] [ingest|query …]

DATA is a folder in BEIR form (corpus.jsonl, queries.jsonl, qrels.tsv). Machines are noisy: read the ratios. Each round runs every
system once, so that a slow minute hits all of them.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent


def run(command, **environment):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env={**os.environ, **environment})
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nfailed with {done.returncode}:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def cairn_ingest(arguments):
    result = run([arguments.cairn, "eval", "retrieval", arguments.data, "--mode", "dense", "--json"],
                 CAIRN_INGEST_THREADS=str(arguments.threads))
    return {"system": "cairn", **result["ingest"], "chunks": result["chunks"], "peak_rss_mb": result["peak_rss_mb"],
            "ndcg_at_10": result["ndcg_at_10"]}


def peer_ingest(system, arguments):
    return run([sys.executable, HERE / "ingest_peer.py", system, arguments.data, arguments.model_dir, "--threads", arguments.threads])


def cairn_query(arguments, store):
    queries = pathlib.Path(arguments.data) / "queries.jsonl"
    result = run([arguments.cairn, "bench", "search", "--data", store, "--queries", queries, "--clients", "2", "--json"])
    return {"system": "cairn", **result}


def median_of(results, key):
    values = [result[key] for result in results if key in result]
    return statistics.median(values) if values else None


def print_table(title, runs, keys, ratio_key):
    print(f"\n{title}")
    print("  " + "".join(f"{column:>25}" for column in ["system", *keys, f"{ratio_key} ratio"]))
    ours = [result[ratio_key] for result in runs["cairn"]]
    for system, results in runs.items():
        ratios = [mine / other[ratio_key] for mine, other in zip(ours, results)]
        ratio = "" if system == "cairn" else f"{statistics.median(ratios):.2f} x"
        cells = [f"{median_of(results, key):g}" if median_of(results, key) is not None else "-" for key in keys]
        print("  " + "".join(f"{cell:>25}" for cell in [system, *cells, ratio]))


def compare_ingest(arguments):
    runs = {"cairn": [], "fastembed": [], "onnx-32": []}
    for _ in range(arguments.rounds):
        runs["cairn"].append(cairn_ingest(arguments))
        for system in ("fastembed", "onnx-32"):
            runs[system].append(peer_ingest(system, arguments))
    print_table("Documents to vectors (Cairn: to a committed, searchable store; the others: vectors in memory)", runs,
                ["tokens", "seconds", "tokens_per_second", "peak_rss_mb", "ndcg_at_10"], "tokens_per_second")
    return runs


def compare_query(arguments):
    runs = {"cairn": [], "qdrant-edge": []}
    with tempfile.TemporaryDirectory() as folder:
        store = pathlib.Path(folder) / "store"
        run([arguments.cairn, "ingest", arguments.data, "--format", "beir", "--data", store, "--json"])
        for _ in range(arguments.rounds):
            runs["cairn"].append(cairn_query(arguments, store))
            runs["qdrant-edge"].append(run([sys.executable, HERE / "query_peer.py", arguments.data, arguments.model_dir]))
    print_table("Hybrid queries, the query's embedding included (one client's latency, two clients' throughput)", runs,
                ["chunks", "p50_ms", "p99_ms", "queries_per_second", "peak_rss_mb"], "queries_per_second")
    return runs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cairn", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--model-dir", required=True, type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json")
    parser.add_argument("what", nargs="*", default=["ingest", "query"])
    arguments = parser.parse_args()
    results = {}
    if "ingest" in arguments.what:
        results["ingest"] = compare_ingest(arguments)
    if "query" in arguments.what:
        results["query"] = compare_query(arguments)
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(results, indent=1))


main()
