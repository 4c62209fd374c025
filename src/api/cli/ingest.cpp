#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>

#include "api/cli/commands.h"
#include "api/cli/progress.h"
#include "api/cli/sources.h"
#include "api/cli/work.h"

namespace cairn::cli {
namespace {

using Steady = std::chrono::steady_clock;

struct Options {
  std::vector<std::filesystem::path> paths;
  std::string collection = "default", format = "auto";
  int priority = default_priority;
};

/// What has become of the documents so far; shared by the thread that registers and those that work.
struct Tally {
  std::mutex mutex;
  std::uint64_t documents = 0, indexed = 0, unchanged = 0, chunks = 0, tokens = 0;
  std::map<std::string, std::string> failures;  ///< External id → reason.
  std::string latest;

  std::uint64_t done() const { return indexed + unchanged + failures.size(); }
};

void count_source(Tally& tally, const IngestedSource& source) {
  const std::scoped_lock lock(tally.mutex);
  ++tally.documents;
  if (!source.error.empty()) tally.failures[source.external_id] = source.error;
  else if (source.registration.unchanged && source.registration.task.empty()) ++tally.unchanged;
}

void count_outcome(Tally& tally, const TaskOutcome& outcome) {
  if (outcome.task.type != "ingest") return;
  const std::scoped_lock lock(tally.mutex);
  tally.latest = outcome.external_id;
  if (outcome.status == TaskStatus::succeeded) {
    ++tally.indexed;
    tally.chunks += outcome.chunks;
    tally.tokens += outcome.tokens;
  } else if (outcome.status == TaskStatus::failed) {
    tally.failures[outcome.external_id.empty() ? outcome.task.document.value() : outcome.external_id] = outcome.error;
  }
}

/// The named collection, made when it is not there.
Result<Collection> collection_named(Catalog& catalog, const std::string& name) {
  auto found = catalog.collection(local_tenant, name);
  if (found || found.error().kind != ErrorKind::not_found) return found;
  Collection wanted;
  wanted.tenant = local_tenant;
  wanted.name = name;
  return catalog.create_collection(wanted);
}

/// Registers in one thread and works in this one, so that embedding starts while files are still being read.
Result<void> register_and_work(OpenStore& store, const IngestRequest& request, PathSources& sources, Tally& tally,
                               ProgressLine& line) {
  const CancelToken stop = interrupted_token();
  std::atomic<bool> registering = true;
  Result<IngestReport> registered;
  std::jthread registration([&] {
    registered = ingest_documents(store.catalog(), store.blobs(), request, [&] { return sources.next(); }, stop);
    registering = false;
  });
  WorkerEvents events;
  events.on_outcome = [&](const TaskOutcome& outcome) {
    count_outcome(tally, outcome);
    const std::scoped_lock lock(tally.mutex);
    line.update(tally.done(), std::max(sources.total(), tally.documents), tally.latest, Steady::now());
  };
  events.more_to_come = [&] { return registering.load(); };
  const auto worked = run_tasks(worker_ports(store), worker_options(store), events, stop);
  if (!worked) stop.cancel();
  registration.join();
  if (!worked) return fail(worked.error());
  if (stop.cancelled())
    return fail(ErrorKind::cancelled, "interrupted; nothing is lost: run the same command again to go on");
  if (!registered) return fail(registered.error());
  return {};
}

Json result_of(const Tally& tally, double seconds) {
  Json failures = Json::array();
  for (const auto& [external_id, error] : tally.failures)
    failures.push_back(Json{{"external_id", external_id}, {"error", error}});
  return Json{{"documents", tally.documents}, {"indexed", tally.indexed},
              {"unchanged", tally.unchanged}, {"failed", tally.failures.size()},
              {"chunks", tally.chunks},       {"tokens", tally.tokens},
              {"seconds", seconds},           {"failures", std::move(failures)}};
}

std::string result_as_text(const Terminal& terminal, const Tally& tally, double seconds) {
  std::string text =
      fmt::format("{} document{} in {}: {}", human_count(tally.documents), tally.documents == 1 ? "" : "s",
                  human_duration(seconds), terminal.good(human_count(tally.indexed) + " indexed"));
  if (tally.unchanged > 0) text += ", " + human_count(tally.unchanged) + " unchanged";
  if (!tally.failures.empty()) text += ", " + terminal.bad(human_count(tally.failures.size()) + " failed");
  if (tally.indexed > 0)
    text += fmt::format(
        "\n{} chunks, {} tokens, {} tokens/s", human_count(tally.chunks), human_count(tally.tokens),
        human_count(static_cast<std::uint64_t>(static_cast<double>(tally.tokens) / std::max(seconds, 1e-3))));
  for (const auto& [external_id, error] : tally.failures)
    text += "\n  " + terminal.bad("✗ ") + printable(external_id) + ": " + printable(error);
  return text + "\n";
}

Result<int> ingest(const Context& context, OpenStore& store, const Options& options) {
  CAIRN_TRY(const std::unique_ptr<PathSources> sources,
            PathSources::open(options.paths, options.format, store.folder()));
  CAIRN_TRY(const Collection collection, collection_named(store.catalog(), options.collection));
  Tally tally;
  IngestRequest request;
  request.collection = collection.id;
  request.priority = options.priority;
  request.on_source = [&](const IngestedSource& source) { count_source(tally, source); };
  const auto start = Steady::now();
  {
    ProgressLine line(context.terminal, "Indexing", start);
    CAIRN_CHECK(register_and_work(store, request, *sources, tally, line));
  }
  const double seconds = std::chrono::duration<double>(Steady::now() - start).count();
  if (context.json) context.terminal.print_line(dump(result_of(tally, seconds)));
  else if (tally.documents == 0) context.terminal.print_line("There are no files to ingest there.");
  else context.terminal.print(result_as_text(context.terminal, tally, seconds));
  return tally.failures.empty() ? exit_done : exit_partly_failed;
}

}  // namespace

void add_ingest(CLI::App& root, Context& context) {
  CLI::App* command = root.add_subcommand(
      "ingest", "Add files and folders to a collection; a rerun goes on and skips what is unchanged");
  command->footer(
      "Examples:\n  cairn ingest ~/Documents\n  cairn ingest handbook.pdf prices.xlsx --collection office\n"
      "  cairn ingest corpus.jsonl --format jsonl --json");
  const auto options = std::make_shared<Options>();
  command->add_option("path", options->paths, "Files and folders")->required();
  command->add_option("--collection", options->collection, "Where they go; made when it is new")->capture_default_str();
  command
      ->add_option("--format", options->format, "What the paths hold: files, a BEIR folder, or JSON lines of documents")
      ->check(CLI::IsMember({"auto", "beir", "jsonl"}))
      ->capture_default_str();
  command->add_option("--priority", options->priority, "0 (first) to 9 (last)")
      ->check(CLI::Range(0, 9))
      ->capture_default_str();
  command->callback([&context, options] {
    context.exit_code =
        with_store(context, Access::write, [&](OpenStore& store) { return ingest(context, store, *options); });
  });
}

}  // namespace cairn::cli
