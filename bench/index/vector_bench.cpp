#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

#include "benches.h"
#include "index/scan.h"
#include "index/segment_writer.h"
#include "index/snapshot.h"

namespace cairn::bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) + static_cast<double>(usage.ru_utime.tv_usec) * 1e-6;
}

template <class T>
std::vector<T> read_rows(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  std::vector<T> rows(bytes.size() / sizeof(T));
  std::memcpy(rows.data(), bytes.data(), rows.size() * sizeof(T));
  return rows;
}

/// One document for each vector, so that a hit's segment ordinal is its row.
std::string build(std::span<const float> vectors, const index::VectorSpace& space) {
  index::SegmentWriter writer(space);
  index::DocumentInput document;
  document.chunks.resize(1);
  for (std::size_t row = 0; row < vectors.size() / space.dimensions; ++row) {
    for (std::size_t k = 0; k < sizeof(row); ++k) document.key[k] = static_cast<std::uint8_t>(row >> (8 * k));
    const auto vector = vectors.subspan(row * space.dimensions, space.dimensions);
    document.chunks[0].vector.assign(vector.begin(), vector.end());
    if (!writer.add(document)) std::abort();
  }
  std::string bytes;
  const auto written = writer.finish([&](Bytes part) -> Result<void> {
    bytes.append(as_text(part));
    return {};
  });
  if (!written) std::abort();
  return bytes;
}

struct Point {
  double recall = 0, per_second = 0, per_cpu_second = 0;
};

Point measure(const index::Snapshot& snapshot, const index::VectorSpace& space, std::span<const float> queries,
              std::span<const std::int32_t> truth, const index::DenseOptions& options, double seconds) {
  const std::size_t count = queries.size() / space.dimensions;
  std::size_t right = 0, done = 0;
  const auto one = [&](std::size_t i) {
    return snapshot.search_dense(space.model, queries.subspan(i * space.dimensions, space.dimensions), 10, nullptr,
                                 options);
  };
  for (std::size_t i = 0; i < count; ++i)
    for (const index::Candidate& hit : one(i)) {
      const auto wanted = truth.subspan(i * 10, 10);
      right += std::ranges::find(wanted, static_cast<std::int32_t>(hit.chunk)) != wanted.end() ? 1 : 0;
    }
  // The best of several passes: other programs on the machine only ever slow one down.
  Point best{.recall = static_cast<double>(right) / static_cast<double>(count * 10)};
  for (const auto start = Clock::now(); done == 0 || seconds_since(start) < seconds; ++done) {
    const auto pass = Clock::now();
    const double cpu = cpu_seconds();
    for (std::size_t i = 0; i < count; ++i) one(i);
    best.per_second = std::max(best.per_second, static_cast<double>(count) / seconds_since(pass));
    best.per_cpu_second = std::max(best.per_cpu_second, static_cast<double>(count) / (cpu_seconds() - cpu));
  }
  return best;
}

}  // namespace

int vectors(std::span<const std::string> arguments) {
  if (arguments.size() < 8) return 2;
  const auto rows = read_rows<float>(arguments[1]), queries = read_rows<float>(arguments[2]);
  const auto truth = read_rows<std::int32_t>(arguments[3]);
  const index::VectorSpace space{arguments[5], static_cast<std::uint32_t>(std::stoul(arguments[4])), {}};
  const auto start = Clock::now();
  const double cpu = cpu_seconds();
  const std::string bytes = build(rows, space);
  const double build_seconds = seconds_since(start), build_cpu = cpu_seconds() - cpu;
  // Aligned to a page, as a mapped file is.
  const std::unique_ptr<char, decltype(&std::free)> mapped(
      static_cast<char*>(std::aligned_alloc(4096, (bytes.size() + 4095) / 4096 * 4096)), &std::free);
  std::memcpy(mapped.get(), bytes.data(), bytes.size());
  auto segment = index::Segment::open(as_bytes(std::string_view(mapped.get(), bytes.size())));
  if (!segment) return 1;
  const index::Snapshot snapshot({{std::make_shared<const index::Segment>(std::move(*segment)), {}}});
  const double count = static_cast<double>(rows.size() / space.dimensions);
  const double hot = (space.dimensions + 63) / 64 * 8 + 2 * sizeof(std::uint16_t);
  std::printf(R"({"system":"cairn","kernel":"%s","vectors":%.0f,"build_seconds":%.2f,"build_cpu_seconds":%.2f,)",
              index::best_kernel().name, count, build_seconds, build_cpu);
  std::printf(R"("bytes_a_vector":%.1f,"hot_bytes_a_vector":%.0f,"curve":[)", static_cast<double>(bytes.size()) / count,
              hot);
  const char* comma = "";
  for (std::size_t i = 7; i < arguments.size(); ++i) {
    index::DenseOptions options;
    if (std::sscanf(arguments[i].c_str(), "%u:%u:%f", &options.query_bits, &options.rerank, &options.doubt) != 3)
      return 2;
    const Point point = measure(snapshot, space, queries, truth, options, std::stod(arguments[6]));
    std::printf(R"(%s{"query_bits":%u,"rerank":%u,"doubt":%.2f,"recall":%.4f,"qps":%.0f,"qps_cpu":%.0f})", comma,
                options.query_bits, options.rerank, double{options.doubt}, point.recall, point.per_second,
                point.per_cpu_second);
    comma = ",";
  }
  std::puts("]}");
  return 0;
}

}  // namespace cairn::bench
