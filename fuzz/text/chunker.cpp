// Any text, cut by any strategy into chunks that are in order, in bounds and cover every visible ASCII character. The
// first bytes choose the options; line breaks part blocks.
#include <cstdint>
#include <cstdlib>

#include "base/utf8.h"
#include "text/chunker.h"

namespace {

using namespace cairn;
using namespace cairn::text;

/// One piece a character that is not blank: as if the vocabulary held nothing else.
std::vector<Span> characters(std::string_view text) {
  std::vector<Span> spans;
  std::uint32_t position = 0;
  for (std::size_t at = 0; at < text.size(); ++position) {
    if (utf8::next(text, at) > ' ') spans.push_back({position, position + 1});
  }
  return spans;
}

std::vector<Block> blocks_of(std::string_view text) {
  std::vector<Block> blocks;
  std::uint32_t position = 0, start = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = utf8::next(text, at);
    ++position;
    if (c != '\n' && at < text.size()) continue;
    const auto kind = static_cast<BlockKind>(position % 6);
    blocks.push_back(
        {{start, position}, kind, 1, position % 3 == 0 ? std::vector<std::string>{"a"} : std::vector<std::string>{}});
    start = position;
  }
  return blocks;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string text = utf8::repair({reinterpret_cast<const char*>(data) + 2, size - 2});
  const ChunkingOptions options{.strategy = static_cast<ChunkStrategy>(data[0] % 4),
                                .max_tokens = 8u + data[1] % 64,
                                .overlap_tokens = data[0] / 4 % 4u};
  const ChunkingModel model{characters, [](const auto& sentences) -> Result<std::vector<float>> {
                              return std::vector<float>(sentences.size() - 1, 0.5F);
                            }};
  const auto chunks = chunk(text, blocks_of(text), data[0] % 2 == 0 ? "en" : "zh-Hant", options, model);
  if (!chunks) std::abort();
  const utf8::CodePointIndex index(text);
  std::vector<bool> covered(index.size(), false);
  for (const ChunkSpan& found : *chunks) {
    if (found.span.start >= found.span.end || found.span.end > index.size()) std::abort();
    if (characters(index.slice(found.span)).size() > options.max_tokens) std::abort();
    for (std::uint32_t i = found.span.start; i < found.span.end; ++i) covered[i] = true;
  }
  std::uint32_t position = 0;
  for (std::size_t at = 0; at < text.size(); ++position) {
    const char32_t c = utf8::next(text, at);
    if (c > ' ' && c < 0x7F && !covered[position]) std::abort();
  }
  return 0;
}
