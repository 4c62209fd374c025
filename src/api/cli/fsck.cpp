#include <CLI/CLI.hpp>
#include <chrono>

#include "api/cli/commands.h"
#include "api/cli/progress.h"
#include "api/cli/work.h"
#include "app/verify_store.h"

namespace cairn::cli {
namespace {

Json to_json(const StoreVerification& found) {
  Json problems = Json::array();
  for (const StoreProblem& problem : found.problems)
    problems.push_back(Json{{"kind", problem.kind}, {"subject", problem.subject}, {"message", problem.message}});
  return Json{{"clean", found.clean()},
              {"problems", std::move(problems)},
              {"collections", found.collections},
              {"documents", found.documents},
              {"segments", found.segments},
              {"chunks", found.chunks},
              {"blobs", found.blobs},
              {"blob_bytes", found.blob_bytes},
              {"unreferenced_blobs", found.unreferenced_blobs},
              {"unreferenced_bytes", found.unreferenced_bytes}};
}

std::string as_text(const Terminal& terminal, const StoreVerification& found) {
  std::string text;
  for (const StoreProblem& problem : found.problems)
    text +=
        terminal.bad("✗ ") + problem.kind + " " + printable(problem.subject) + ": " + printable(problem.message) + "\n";
  text += found.clean() ? terminal.good("clean") : terminal.bad(human_count(found.problems.size()) + " problems");
  text += ": " + human_count(found.documents) + " documents, " + human_count(found.chunks) + " chunks, " +
          human_count(found.segments) + " segments, " + human_count(found.blobs) + " blobs (" +
          human_bytes(found.blob_bytes) + ")";
  if (found.unreferenced_blobs > 0)
    text += "; " + human_count(found.unreferenced_blobs) + " blobs (" + human_bytes(found.unreferenced_bytes) +
            ") wait for collection";
  return text + "\n";
}

Result<int> verify(const Context& context, OpenStore& store) {
  std::uint64_t total = 0, done = 0;
  CAIRN_CHECK(store.blobs().list([&](const BlobInfo& blob) {
    total += blob.bytes;
    return true;
  }));
  ProgressLine line(context.terminal, "Verifying bytes", std::chrono::steady_clock::now());
  const auto on_blob = [&](std::uint64_t bytes) {
    done = bytes;
    line.update(done, std::max(done, total), "", std::chrono::steady_clock::now());
  };
  CAIRN_TRY(const StoreVerification found, verify_store(store.catalog(), store.blobs(), on_blob, interrupted_token()));
  if (context.json) context.terminal.print_line(dump(to_json(found)));
  else context.terminal.print(as_text(context.terminal, found));
  return found.clean() ? exit_done : exit_failed;
}

}  // namespace

void add_fsck(CLI::App& root, Context& context) {
  CLI::App* command = root.add_subcommand("fsck", "Verify everything that is stored: catalog, blobs, segments, counts");
  command->footer("Reads every byte. Run it while nothing is being ingested. Exit code 1 when something is damaged.");
  command->callback([&context] {
    context.exit_code = with_store(context, Access::read, [&](OpenStore& store) { return verify(context, store); });
  });
}

}  // namespace cairn::cli
