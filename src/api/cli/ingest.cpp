#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/ingest_remote.h"
#include "api/cli/ingest_run.h"

namespace cairn::cli {
namespace {

Json result_of(const IngestTally& tally) {
  Json failures = Json::array();
  for (const auto& [external_id, error] : tally.failures)
    failures.push_back(Json{{"external_id", external_id}, {"error", error}});
  return Json{{"documents", tally.documents},    {"indexed", tally.indexed},       {"unchanged", tally.unchanged},
              {"failed", tally.failures.size()}, {"chunks", tally.chunks},         {"tokens", tally.tokens},
              {"seconds", tally.seconds},        {"failures", std::move(failures)}};
}

std::string result_as_text(const Terminal& terminal, const IngestTally& tally) {
  if (tally.documents == 0 && tally.done() == 0) return "There are no files to ingest there.\n";
  std::string text =
      fmt::format("{} document{} in {}: {}", human_count(tally.documents), tally.documents == 1 ? "" : "s",
                  human_duration(tally.seconds), terminal.good(human_count(tally.indexed) + " indexed"));
  if (tally.unchanged > 0) text += ", " + human_count(tally.unchanged) + " unchanged";
  if (!tally.failures.empty()) text += ", " + terminal.bad(human_count(tally.failures.size()) + " failed");
  if (tally.indexed > 0)
    text += fmt::format("\n{} chunks, {} tokens, {} tokens/s", human_count(tally.chunks), human_count(tally.tokens),
                        human_count(static_cast<std::uint64_t>(tally.tokens_per_second())));
  for (const auto& [external_id, error] : tally.failures)
    text += "\n  " + terminal.bad("✗ ") + printable(external_id) + ": " + printable(error);
  return text + "\n";
}

int print_tally(const Context& context, const IngestTally& tally) {
  if (context.json) context.terminal.print_line(dump(result_of(tally)));
  else context.terminal.print(result_as_text(context.terminal, tally));
  return tally.failures.empty() ? exit_done : exit_partly_failed;
}

/// Looks at the paths first, so that a wrong one makes no store.
Result<int> find_and_ingest(const Context& context, const IngestOptions& options) {
  CAIRN_TRY(const std::filesystem::path folder, context.platform.data_folder(context.data, context.config));
  CAIRN_TRY(const auto sources, PathSources::open(options.paths, options.format, folder));
  if (context.server)
    return with_server(context, [&](RemoteServer& server) -> Result<int> {
      CAIRN_TRY(const IngestTally tally, send_sources(context, server, options, *sources));
      return print_tally(context, tally);
    });
  return with_store(context, Access::write, [&](OpenStore& store) -> Result<int> {
    CAIRN_TRY(const IngestTally tally, run_ingest(context, store, options, *sources));
    return print_tally(context, tally);
  });
}

}  // namespace

void add_ingest(CLI::App& root, Context& context) {
  CLI::App* command = root.add_subcommand(
      "ingest", "Add files and folders to a collection; a rerun goes on and skips what is unchanged");
  command->footer(
      "Examples:\n  cairn ingest ~/Documents\n  cairn ingest handbook.pdf prices.xlsx --collection office\n"
      "  cairn ingest corpus.jsonl --format jsonl --json\n  curl -s https://example.org/terms.html | cairn ingest -");
  const auto options = std::make_shared<IngestOptions>();
  command->add_option("path", options->paths, "Files and folders; - reads standard input")->required();
  command->add_option("--collection", options->collection, "Where they go; made when it is new")->capture_default_str();
  command
      ->add_option("--format", options->format, "What the paths hold: files, a BEIR folder, or JSON lines of documents")
      ->check(CLI::IsMember({"auto", "beir", "jsonl"}))
      ->capture_default_str();
  command->add_option("--priority", options->priority, "0 (first) to 9 (last)")
      ->check(CLI::Range(0, 9))
      ->capture_default_str();
  command->callback([&context, options] {
    const auto code = find_and_ingest(context, *options);
    context.exit_code = code ? *code : report(context, code.error());
  });
}

}  // namespace cairn::cli
