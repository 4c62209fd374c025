#pragma once

#include <span>
#include <string>

namespace cairn::bench {

/// vectors FILE QUERIES TRUTH DIMENSIONS MODEL SECONDS BITS:RERANK:DOUBT…: raw f32 rows and, for each query, its ten
/// true neighbours as i32. Prints build time, bytes and a curve of recall and queries per second, one thread, as JSON.
int vectors(std::span<const std::string> arguments);

/// terms CHUNKS: BM25 over made-up chunks whose terms follow Zipf's law. Prints latencies as JSON.
int terms(std::span<const std::string> arguments);

}  // namespace cairn::bench
