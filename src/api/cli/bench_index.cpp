#include <CLI/CLI.hpp>

#include "api/cli/bench.h"
#include "api/cli/process_memory.h"
#include "app/measure_index.h"

namespace cairn::cli {
namespace {

Json to_json(const Latency& latency) {
  return Json{{"p50_ms", latency.p50_ms}, {"p95_ms", latency.p95_ms}, {"p99_ms", latency.p99_ms}};
}

Result<int> bench_index(const Context& context, OpenStore& store, const std::filesystem::path& file,
                        std::size_t rounds) {
  CAIRN_TRY(const std::vector<std::string> queries, read_queries(file));
  CAIRN_TRY(const std::vector<Collection> collections, store.catalog().collections(local_tenant));
  CAIRN_TRY(const IndexMeasurement found, measure_index(store.catalog(), store.blobs(), store.embedders(),
                                                        store.clock(), collections, queries, rounds));
  print_figures(context, Json{{"measured", "the best 100 candidates by the index alone, one thread"},
                              {"documents", found.documents},
                              {"chunks", found.chunks},
                              {"segments", found.segments},
                              {"bytes", found.bytes},
                              {"bytes_per_chunk", found.bytes_per_chunk()},
                              {"queries", found.queries},
                              {"open_ms", found.open_ms},
                              {"dense", to_json(found.dense)},
                              {"lexical", to_json(found.lexical)},
                              {"peak_rss_mb", peak_rss_mb()}});
  return exit_done;
}

}  // namespace

void add_bench_index(CLI::App& bench, Context& context) {
  CLI::App* sub = bench.add_subcommand("index", "Size of the index, and its latency without embedding and text");
  sub->footer("Example:\n  cairn bench index --queries queries.jsonl");
  const auto queries = std::make_shared<std::filesystem::path>();
  const auto rounds = std::make_shared<std::size_t>(3);
  sub->add_option("--queries", *queries, "queries.jsonl in BEIR form, or one query a line")->required();
  sub->add_option("--rounds", *rounds, "Times each query is measured")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  sub->callback([&context, queries, rounds] {
    context.exit_code = with_store(context, Access::read,
                                   [&](OpenStore& store) { return bench_index(context, store, *queries, *rounds); });
  });
}

}  // namespace cairn::cli
