#include <CLI/CLI.hpp>

#include "api/cli/bench.h"
#include "api/cli/ingest_run.h"
#include "api/cli/process_memory.h"
#include "api/cli/temporary_store.h"
#include "app/ranking_metrics.h"

namespace cairn::cli {
namespace {

struct Rounds {
  std::vector<double> seconds, tokens_per_second;
  IngestTally last;
};

/// Ingests the same paths into new stores, one after the other.
Result<int> bench_ingest(const Context& context, const IngestOptions& options, std::size_t rounds) {
  Rounds measured;
  for (std::size_t round = 0; round < rounds; ++round) {
    CAIRN_TRY(const TemporaryFolder folder, TemporaryFolder::make());
    CAIRN_TRY(const auto store, context.platform.open_store(folder.path(), context.config, Access::write));
    CAIRN_TRY(const auto sources, PathSources::open(options.paths, options.format, store->folder()));
    CAIRN_TRY(measured.last, run_ingest(context, *store, options, *sources));
    measured.seconds.push_back(measured.last.seconds);
    measured.tokens_per_second.push_back(measured.last.tokens_per_second());
  }
  const double seconds = percentile(measured.seconds, .5);
  print_figures(context, Json{{"measured", "paths to a committed, searchable store; medians of the rounds"},
                              {"rounds", rounds},
                              {"documents", measured.last.documents},
                              {"failed", measured.last.failures.size()},
                              {"chunks", measured.last.chunks},
                              {"tokens", measured.last.tokens},
                              {"seconds", seconds},
                              {"documents_per_second", static_cast<double>(measured.last.documents) / seconds},
                              {"tokens_per_second", percentile(measured.tokens_per_second, .5)},
                              {"peak_rss_mb", peak_rss_mb()}});
  return exit_done;
}

}  // namespace

void add_bench_ingest(CLI::App& bench, Context& context) {
  CLI::App* sub =
      bench.add_subcommand("ingest", "Time from paths to a searchable store, in stores that are gone afterwards");
  sub->footer("Example:\n  cairn bench ingest ~/Documents --rounds 3");
  const auto options = std::make_shared<IngestOptions>();
  const auto rounds = std::make_shared<std::size_t>(3);
  sub->add_option("path", options->paths, "Files and folders, as for 'cairn ingest'")->required();
  sub->add_option("--format", options->format, "What the paths hold")
      ->check(CLI::IsMember({"auto", "beir", "jsonl"}))
      ->capture_default_str();
  sub->add_option("--rounds", *rounds, "How often")->check(CLI::Range(1, 100))->capture_default_str();
  sub->callback([&context, options, rounds] {
    const auto code = bench_ingest(context, *options, *rounds);
    context.exit_code = code ? *code : report(context, code.error());
  });
}

}  // namespace cairn::cli
