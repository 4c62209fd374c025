#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "extract_worker/document.h"

namespace cairn::extraction {

// What passes between cairn and cairn-extract over one stream socket; the parent's half is in adapters/extract/wire.h.
// docs/explanation/extraction.md describes the fields. All numbers are little-endian, strings are a length and bytes.
//
//   request   magic u32, name, media type, max_text u64, max_expanded u64, max_ratio u64, cpu_seconds u32, content
//   reply     magic u32, length u64 of what follows, peak memory of the worker in kB u64, status u8
//             status 0: title, media type, pages u32, text, paths u32 × (parts u32 × string), blocks u32 × block
//             status 1: error kind u8, message
//   block     start u32, end u32, kind u8, page u32, path u32

inline constexpr std::uint32_t kRequestMagic = 0x31515843;  // "CXQ1"
inline constexpr std::uint32_t kReplyMagic = 0x31525843;    // "CXR1"

/// Exit codes of the worker that the parent explains.
inline constexpr int kExitOutOfMemory = 77;
inline constexpr int kExitSandboxFailed = 78;
inline constexpr int kExitBadRequest = 79;

struct Request {
  std::string name;
  std::string media_type;
  Limits limits;
  std::uint32_t cpu_seconds = 0;
  std::string content;
};

/// Reads the next request from `fd`; false at the end of the stream. Exits with kExitBadRequest on anything else.
bool read_request(int fd, Request& request);

/// Whole reply, ready to be written.
std::string encode_reply(const Result<Document>& result, std::uint64_t peak_memory_kb);

/// Writes all of it; false when the parent is gone.
bool write_all(int fd, std::string_view bytes);

}  // namespace cairn::extraction
