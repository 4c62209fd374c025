"""Recall@10 against queries a second, one query thread, of Cairn's index and of hnswlib on the same vectors, in turns."""
import argparse
import importlib.metadata
import json
import pathlib
import subprocess
import time

import hnswlib
import numpy as np

# What its users set: M 16, ef_construction 200, built with two threads.
EF = (20, 40, 80, 120, 160, 240, 320, 480, 640)
SETTINGS = ("2:400:1.75", "2:400:2.25", "2:400:2.75", "3:400:2", "3:400:2.5", "3:400:3")  # bits, most re-ranked, doubt
TARGETS = (0.98, 0.99)


def unit(rows):
    rows = rows.astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def true_neighbours(vectors, queries):
    blocks = [np.argpartition(-(queries[i:i + 50] @ vectors.T), 10, axis=1)[:, :10] for i in range(0, len(queries), 50)]
    return np.vstack(blocks).astype(np.int32)


def build_hnsw(vectors):
    index = hnswlib.Index("ip", vectors.shape[1])
    index.init_index(len(vectors), M=16, ef_construction=200)
    index.set_num_threads(2)
    start, cpu = time.perf_counter(), time.process_time()
    index.add_items(vectors)
    taken = {"build_seconds": round(time.perf_counter() - start, 1), "build_cpu_seconds": round(time.process_time() - cpu, 1)}
    index.set_num_threads(1)
    return index, taken


def measure_hnsw(index, queries, truth, ef):
    index.set_ef(ef)
    start, cpu = time.perf_counter(), time.process_time()
    found = [index.knn_query(query, 10)[0][0] for query in queries]
    wall, used = time.perf_counter() - start, time.process_time() - cpu
    hits = sum(len(set(map(int, row)) & set(map(int, true))) for row, true in zip(found, truth))
    return {"setting": f"ef {ef}", "recall": hits / (10 * len(queries)), "qps": len(queries) / wall, "qps_cpu": len(queries) / used}


def measure_cairn(bench, folder, dimensions):
    command = [bench, "vectors", folder / "x.f32", folder / "q.f32", folder / "truth.i32", str(dimensions),
               "bge-small-en-v1.5", "0.3", *SETTINGS]
    result = json.loads(subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout)
    for point in result["curve"]:
        point["setting"] = f"{point['query_bits']} bits, doubt {point['doubt']}"
    return result


def best(rounds):
    """The best of all rounds at each setting: other programs on the machine only ever slow one down."""
    points = {}
    for point in rounds:
        known = points.setdefault(point["setting"], dict(point))
        for speed in ("qps", "qps_cpu"):
            known[speed] = max(known[speed], point[speed])
    return sorted(points.values(), key=lambda point: point["recall"])


def speed_at(curve, recall, speed):
    """The fastest point that has the recall, or between two points (in the logarithm of the speed)."""
    reached = [point[speed] for point in curve if point["recall"] >= recall]
    if not reached:
        return None
    fastest = max(reached)
    for below in (point for point in curve if point["recall"] < recall):
        for above in (point for point in curve if point["recall"] >= recall):
            share = (recall - below["recall"]) / (above["recall"] - below["recall"])
            fastest = max(fastest, below[speed] ** (1 - share) * above[speed] ** share)
    return fastest


def report(cairn, hnsw):
    for name, result in (("cairn", cairn), ("hnswlib", hnsw)):
        print(f"{name}: build {result['build_seconds']} s ({result['build_cpu_seconds']} s CPU), "
              f"{result['bytes_a_vector']:.0f} bytes a vector"
              + (f" ({result['hot_bytes_a_vector']:.0f} of them in the scan)" if "hot_bytes_a_vector" in result else ""))
        for point in result["curve"]:
            print(f"  {point['setting']:20} recall@10 {point['recall']:.4f}  {point['qps']:7.0f} queries/s  "
                  f"{point['qps_cpu']:7.0f} a CPU second")
    ratios = {}
    for target in TARGETS:
        for speed in ("qps", "qps_cpu"):
            ours, theirs = speed_at(cairn["curve"], target, speed), speed_at(hnsw["curve"], target, speed)
            if ours and theirs:
                ratios[f"{speed}_at_{target}"] = {"cairn": round(ours), "hnswlib": round(theirs), "ratio": round(ours / theirs, 2)}
    for name, ratio in ratios.items():
        print(f"{name}: cairn {ratio['cairn']}, hnswlib {ratio['hnswlib']}: {ratio['ratio']} times")
    return ratios


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=pathlib.Path, required=True)
    parser.add_argument("--bench", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=pathlib.Path, required=True)
    options = parser.parse_args()
    vectors, queries = (unit(np.load(options.vectors / name)) for name in ("vectors.npy", "queries.npy"))
    truth = true_neighbours(vectors, queries)
    for rows, name in ((vectors, "x.f32"), (queries, "q.f32"), (truth, "truth.i32")):
        rows.tofile(options.vectors / name)
    index, hnsw = build_hnsw(vectors)
    hnsw["version"] = importlib.metadata.version("hnswlib")
    hnsw["bytes_a_vector"] = index.index_file_size() / len(vectors)
    cairn, cairn_points, hnsw_points = {}, [], []
    for _ in range(options.rounds):
        measured = measure_cairn(options.bench, options.vectors, vectors.shape[1])
        cairn_points += measured.pop("curve")
        cairn = measured
        hnsw_points += [measure_hnsw(index, queries, truth, ef) for ef in EF]
    cairn["curve"], hnsw["curve"] = best(cairn_points), best(hnsw_points)
    ratios = report(cairn, hnsw)
    options.json.write_text(json.dumps({"vectors": len(vectors), "cairn": cairn, "hnswlib": hnsw, "ratios": ratios}, indent=1))


if __name__ == "__main__":
    main()
