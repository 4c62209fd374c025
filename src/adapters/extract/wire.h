#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/text_extractor.h"

namespace cairn::extract {

// The parent's half of the protocol with cairn-extract; the child's is in src/extract_worker/wire.h, which lists the
// fields. The child has read hostile bytes, so nothing in a reply is believed before it is checked.

inline constexpr std::uint32_t kRequestMagic = 0x31515843;
inline constexpr std::uint32_t kReplyMagic = 0x31525843;
inline constexpr std::size_t kReplyHeaderBytes = 12;

inline constexpr int kExitOutOfMemory = 77;
inline constexpr int kExitSandboxFailed = 78;

struct RequestLimits {
  std::uint64_t max_text_bytes = 0;
  std::uint64_t max_expanded_bytes = 0;
  std::uint64_t max_expansion_ratio = 0;
  std::uint32_t cpu_seconds = 0;
};

/// Everything of a request but the content, which follows it.
std::string encode_request_head(const ExtractRequest& request, const RequestLimits& limits);

/// Length of what follows the header, or an error for a foreign header or a length beyond `most`.
Result<std::uint64_t> read_reply_header(std::string_view header, std::uint64_t most);

struct Reply {
  Result<ExtractedText> result;
  std::uint64_t peak_memory_kb = 0;
};

/// Checks and takes over a reply's body: UTF-8, spans in order and inside the text, known kinds. The outer error means
/// that the child cannot be trusted any more; an error inside the reply is its verdict on the document.
Result<Reply> decode_reply(std::string_view body, std::uint64_t max_text_bytes);

}  // namespace cairn::extract
