#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "api/cli/context.h"
#include "api/cli/sources.h"

namespace cairn::cli {

struct IngestOptions {
  std::vector<std::filesystem::path> paths;
  std::string collection = "default", format = "auto";
  int priority = default_priority;
};

/// What became of the documents.
struct IngestTally {
  std::uint64_t documents = 0, indexed = 0, unchanged = 0, chunks = 0, tokens = 0;
  std::map<std::string, std::string> failures;  ///< External id → reason.
  double seconds = 0;

  std::uint64_t done() const { return indexed + unchanged + failures.size(); }
  double tokens_per_second() const { return seconds > 0 ? static_cast<double>(tokens) / seconds : 0; }
};

/// Brings the sources into the collection (made when it is new), from the first byte read to the last document
/// searchable, with progress on a terminal. Errors: `cancelled` (interrupted), those of the use cases.
Result<IngestTally> run_ingest(const Context& context, OpenStore& store, const IngestOptions& options,
                               PathSources& sources);

}  // namespace cairn::cli
