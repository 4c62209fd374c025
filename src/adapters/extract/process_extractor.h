#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "ports/text_extractor.h"

namespace cairn::extract {

struct ProcessExtractorOptions {
  std::filesystem::path worker;  ///< The program cairn-extract, which stands beside cairn.

  std::uint64_t max_content_mb = 100;         ///< extract.max_content_mb
  std::uint64_t max_text_mb = 20;             ///< extract.max_text_mb: canonical text of one document.
  std::uint64_t max_expanded_mb = 200;        ///< extract.max_expanded_mb: a ZIP package, unpacked.
  std::uint64_t max_expansion_ratio = 200;    ///< extract.max_expansion_ratio
  std::uint64_t max_memory_mb = 1000;         ///< extract.max_memory_mb: address space of a worker.
  std::chrono::milliseconds timeout{60'000};  ///< extract.timeout_seconds: wall time of one document.

  /// A worker is replaced after this many documents, after any failure that was not a plain verdict, and once it has
  /// used more memory than `retire_above_mb`, since memory given to a process seldom comes back.
  std::uint32_t documents_per_worker = 500;
  std::uint64_t retire_above_mb = 96;
};

/// Extracts text in child processes that are closed in: see docs/explanation/extraction.md. One child serves one call
/// at a time; idle ones are kept for the next call, so many small files cost one start. A child that crashes, hangs or
/// answers nonsense fails its document only. Any number of threads.
class ProcessExtractor final : public TextExtractor {
 public:
  explicit ProcessExtractor(ProcessExtractorOptions options);
  ~ProcessExtractor() override;

  Result<ExtractedText> extract(const ExtractRequest& request) override;

 private:
  class Pool;
  ProcessExtractorOptions options_;
  std::unique_ptr<Pool> pool_;
};

}  // namespace cairn::extract
