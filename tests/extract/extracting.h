#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "extract_worker/formats.h"

namespace cairn::extraction::testing {

/// A block with its own text, easy to compare and to print.
struct Seen {
  text::BlockKind kind;
  std::string text;
  auto operator<=>(const Seen&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  return out << "{" << static_cast<int>(seen.kind) << ", \"" << seen.text << "\"}";
}

inline Document extracted(std::string_view content, std::string_view name, const Limits& limits = {}) {
  auto result = extract_document(content, name, "", limits);
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return result ? *std::move(result) : Document();
}

inline std::string error_of(std::string_view content, std::string_view name, const Limits& limits = {}) {
  const auto result = extract_document(content, name, "", limits);
  return result ? "no error" : result.error().message;
}

/// Blocks in order; also checks that what lies between them is white space, as text/block.h promises.
inline std::vector<Seen> blocks_of(const Document& document) {
  const utf8::CodePointIndex index(document.text);
  std::vector<Seen> out;
  std::uint32_t reached = 0;
  for (const auto& block : document.blocks) {
    EXPECT_EQ(index.slice({reached, block.span.start}).find_first_not_of(" \n"), std::string_view::npos);
    out.push_back({block.kind, std::string(index.slice(block.span))});
    reached = block.span.end;
  }
  EXPECT_EQ(reached, index.size());
  return out;
}

/// Heading path of each block, joined by '/'.
inline std::vector<std::string> paths_of(const Document& document) {
  std::vector<std::string> out;
  for (const auto& block : document.blocks) {
    std::string path;
    for (const auto& part : document.paths[block.path]) path += (path.empty() ? "" : "/") + part;
    out.push_back(path);
  }
  return out;
}

}  // namespace cairn::extraction::testing
