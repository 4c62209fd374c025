#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"
#include "ports/embedder.h"

namespace cairn {

/// What `cairn eval checking` prints: how well true sentences are told from false ones.
struct CheckingReport {
  struct Counts {
    std::uint64_t right = 0, all = 0;
    double share() const { return all == 0 ? 1 : static_cast<double>(right) / static_cast<double>(all); }
  };
  Counts all, true_kept, false_found;
  std::map<std::string, Counts> by_kind;  ///< "en true", "en number", "zh-Hant negation", …
  double p50_ms = 0, p95_ms = 0;          ///< Of one sentence.
};

nlohmann::ordered_json to_json(const CheckingReport& report);

struct CheckingOptions {
  std::filesystem::path file;          ///< JSON lines: evidence (one text or several), context, language, true, false.
  std::filesystem::path details_file;  ///< One JSON line for each sentence that was judged wrongly; empty: none.
};

/// Checks every sentence of a planted set as those of an answer are checked. Errors: `invalid` for a broken file.
Result<CheckingReport> evaluate_checking(const EmbedderSet& embedders, const CheckingOptions& options);

}  // namespace cairn
