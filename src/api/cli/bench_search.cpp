#include "api/cli/bench.h"

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include "api/cli/process_memory.h"
#include "api/cli/search_options.h"
#include "app/ranking_metrics.h"
#include "app/search.h"

namespace cairn::cli {
namespace {

struct Options {
  std::filesystem::path queries;
  std::string mode = "hybrid", fusion = "minmax";
  std::size_t clients = 2, limit = 10, rounds = 3;
  double seconds = 5;
};

using Steady = std::chrono::steady_clock;

double milliseconds_since(Steady::time_point start) {
  return std::chrono::duration<double, std::milli>(Steady::now() - start).count();
}

class SearchBench {
 public:
  SearchBench(OpenStore& store, const Options& options, std::vector<std::string> queries)
      : searcher_(store.catalog(), store.blobs(), store.embedders(), store.clock(), SearchTuning{}),
        options_(options),
        queries_(std::move(queries)) {}

  /// Latency of one client: every query `rounds` times, after one round that is not counted.
  Result<std::vector<double>> latencies() const {
    std::vector<double> times;
    for (std::size_t round = 0; round <= options_.rounds; ++round)
      for (const std::string& query : queries_) {
        const auto start = Steady::now();
        CAIRN_CHECK(search(query));
        if (round > 0) times.push_back(milliseconds_since(start));
      }
    return times;
  }

  /// Queries a second of several clients at once.
  double throughput() const {
    std::atomic<std::uint64_t> done = 0;
    const auto start = Steady::now();
    std::vector<std::jthread> clients;
    for (std::size_t client = 0; client < options_.clients; ++client)
      clients.emplace_back([this, client, start, &done] {
        for (std::size_t i = client * 37; milliseconds_since(start) < options_.seconds * 1000; ++i)
          if (search(queries_[i % queries_.size()])) ++done;
      });
    clients.clear();  // Waits for all.
    return static_cast<double>(done) / (milliseconds_since(start) / 1000);
  }

 private:
  Result<void> search(const std::string& query) const {
    SearchRequest request;
    request.query = query;
    request.mode = search_modes.at(options_.mode);
    request.fusion = fusions.at(options_.fusion);
    request.limit = options_.limit;
    CAIRN_TRY(const SearchResponse response, searcher_.search(Principal{}, request));
    return {};
  }

  Searcher searcher_;
  const Options& options_;
  std::vector<std::string> queries_;
};

Result<std::uint64_t> count_chunks(OpenStore& store) {
  std::uint64_t chunks = 0;
  CAIRN_TRY(const std::vector<Collection> collections, store.catalog().collections(local_tenant));
  for (const Collection& collection : collections) {
    CAIRN_TRY(const CollectionCounts counts, store.catalog().counts(collection.id));
    chunks += counts.chunks;
  }
  return chunks;
}

Result<int> bench_search(const Context& context, OpenStore& store, const Options& options) {
  CAIRN_TRY(std::vector<std::string> queries, read_queries(options.queries));
  CAIRN_TRY(const std::uint64_t chunks, count_chunks(store));
  const std::size_t query_count = queries.size();
  const SearchBench bench(store, options, std::move(queries));
  CAIRN_TRY(const std::vector<double> times, bench.latencies());
  const double queries_per_second = bench.throughput();
  const Json json{{"measured", "search in process, the query's embedding and the hits' text included"},
                  {"mode", options.mode},
                  {"fusion", options.fusion},
                  {"chunks", chunks},
                  {"queries", query_count},
                  {"p50_ms", percentile(times, .50)},
                  {"p95_ms", percentile(times, .95)},
                  {"p99_ms", percentile(times, .99)},
                  {"clients", options.clients},
                  {"queries_per_second", queries_per_second},
                  {"peak_rss_mb", peak_rss_mb()}};
  print_figures(context, json);
  return exit_done;
}

}  // namespace

Result<std::vector<std::string>> read_queries(const std::filesystem::path& path) {
  std::ifstream stream(path);
  if (!stream) return fail(ErrorKind::invalid, "cannot read the queries in " + path.string());
  std::vector<std::string> queries;
  for (std::string line; std::getline(stream, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (json.is_object() && json.contains("text") && json["text"].is_string())
      queries.push_back(json["text"].get<std::string>());
    else if (!line.empty() && !json.is_object()) queries.push_back(line);
  }
  if (queries.empty()) return fail(ErrorKind::invalid, path.string() + " holds no queries");
  return queries;
}

void add_bench_search(CLI::App& bench, Context& context) {
  CLI::App* sub = bench.add_subcommand("search", "Latency of one client and throughput of several");
  sub->footer("Example:\n  cairn bench search --queries queries.jsonl --clients 2");
  const auto options = std::make_shared<Options>();
  sub->add_option("--queries", options->queries, "queries.jsonl in BEIR form, or one query a line")->required();
  sub->add_option("--mode", options->mode, "How to look")
      ->check(CLI::IsMember({"hybrid", "dense", "lexical"}))
      ->capture_default_str();
  sub->add_option("--fusion", options->fusion, "How the two rankings become one")
      ->check(CLI::IsMember({"minmax", "rrf"}))
      ->capture_default_str();
  sub->add_option("--clients", options->clients, "How many ask at once")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  sub->add_option("--limit", options->limit, "Hits a query")->check(CLI::Range(1, 1000))->capture_default_str();
  sub->add_option("--rounds", options->rounds, "Times each query is measured alone")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  sub->add_option("--seconds", options->seconds, "How long throughput is measured")
      ->check(CLI::Range(0.1, 600.0))
      ->capture_default_str();
  sub->callback([&context, options] {
    context.exit_code =
        with_store(context, Access::read, [&](OpenStore& store) { return bench_search(context, store, *options); });
  });
}

}  // namespace cairn::cli
