#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/result.h"
#include "text/block.h"

namespace cairn {

struct ExtractRequest {
  Bytes content;
  std::string file_name;   ///< A hint for the type; may be empty.
  std::string media_type;  ///< A stronger hint; may be empty. "text/plain" is believed.
  CancelToken cancel;
};

struct ExtractedText {
  std::string text;  ///< Canonical text: well-formed UTF-8, '\n' line ends.
  std::vector<text::Block> blocks;
  std::uint32_t pages = 0;
  std::string title;       ///< From the document itself; may be empty.
  std::string media_type;  ///< What it turned out to be.
};

/// Turns a file's bytes into canonical text. Hostile input costs a bounded amount of time and memory.
class TextExtractor {
 public:
  virtual ~TextExtractor() = default;

  /// Blocks until done; any number of threads. Errors: `invalid` (broken, encrypted, empty, too large: the message
  /// tells a person what to do; not to be retried), `unsupported` (type), `cancelled`, `unavailable` (the extraction
  /// program cannot run; may be retried).
  virtual Result<ExtractedText> extract(const ExtractRequest& request) = 0;
};

}  // namespace cairn
