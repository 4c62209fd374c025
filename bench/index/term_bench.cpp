#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "benches.h"
#include "index/segment_writer.h"
#include "index/snapshot.h"

namespace cairn::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// Terms by Zipf's law, rank from a uniform number: the log-uniform distribution over ranks.
class Words {
 public:
  explicit Words(std::uint32_t seed) : random_(seed) {}
  std::string next() {
    constexpr double vocabulary = 200'000;
    const double u = std::uniform_real_distribution<double>()(random_);
    return "w" + std::to_string(static_cast<int>(std::pow(vocabulary, u)));
  }

 private:
  std::mt19937_64 random_;
};

index::DocumentInput document(std::size_t number, Words& words) {
  constexpr std::uint32_t terms_a_chunk = 150;
  index::DocumentInput out;
  for (std::size_t k = 0; k < sizeof(number); ++k) out.key[k] = static_cast<std::uint8_t>(number >> (8 * k));
  index::ChunkInput& chunk = out.chunks.emplace_back();
  std::map<std::string, std::uint32_t> counts;
  for (std::uint32_t i = 0; i < terms_a_chunk; ++i) ++counts[words.next()];
  for (const auto& [term, count] : counts) chunk.terms.push_back({term, count});
  chunk.length = terms_a_chunk;
  return out;
}

}  // namespace

int terms(std::span<const std::string> arguments) {
  if (arguments.size() != 2) return 2;
  const std::size_t chunks = std::stoul(arguments[1]);
  Words words(1);
  index::SegmentWriter writer({});
  for (std::size_t i = 0; i < chunks; ++i)
    if (!writer.add(document(i, words))) return 1;
  std::string bytes;
  const auto start = Clock::now();
  const auto written = writer.finish([&](Bytes part) -> Result<void> {
    bytes.append(as_text(part));
    return {};
  });
  if (!written) return 1;
  const double finish_seconds = std::chrono::duration<double>(Clock::now() - start).count();
  auto segment = index::Segment::open(as_bytes(bytes));
  if (!segment) return 1;
  const index::Snapshot snapshot({{std::make_shared<const index::Segment>(std::move(*segment)), {}}});
  Words asked(2);
  std::vector<double> milliseconds;
  for (int i = 0; i < 1000; ++i) {
    std::vector<index::WeightedTerm> query;
    for (int k = 0; k < 6; ++k) query.push_back({asked.next(), 1});
    const auto begin = Clock::now();
    const auto found = snapshot.search_lexical(query, 100, nullptr, {});
    milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
  }
  std::ranges::sort(milliseconds);
  std::printf(R"({"chunks":%zu,"bytes_a_chunk":%.1f,"finish_seconds":%.2f,"p50_ms":%.3f,"p95_ms":%.3f,"p99_ms":%.3f})"
              "\n",
              chunks, static_cast<double>(bytes.size()) / static_cast<double>(chunks), finish_seconds,
              milliseconds[500], milliseconds[950], milliseconds[990]);
  return 0;
}

}  // namespace cairn::bench
