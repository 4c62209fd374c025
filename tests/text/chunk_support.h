#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support.h"
#include "text/chunker.h"

namespace cairn::text {

/// A document put together block by block, with a blank line between them.
struct TestDocument {
  std::string text;
  std::vector<Block> blocks;

  TestDocument& add(BlockKind kind, std::string_view words, std::vector<std::string> path = {},
                    std::uint32_t page = 0) {
    if (!text.empty()) text += "\n\n";
    const auto start = static_cast<std::uint32_t>(utf8::length(text));
    text += words;
    blocks.push_back({{start, static_cast<std::uint32_t>(utf8::length(text))}, kind, page, std::move(path)});
    return *this;
  }
  TestDocument& paragraph(std::string_view words, std::vector<std::string> path = {}, std::uint32_t page = 0) {
    return add(BlockKind::paragraph, words, std::move(path), page);
  }
  TestDocument& heading(std::string_view words, std::vector<std::string> path = {}) {
    return add(BlockKind::heading, words, std::move(path));
  }
};

/// The small tokenizer's pieces and, for neighbouring sentences, the share of letters that they have in common.
inline ChunkingModel small_model() {
  auto tokenizer = std::make_shared<Tokenizer>(small_tokenizer());
  return {[tokenizer](std::string_view text) { return tokenizer->piece_spans(text); },
          [](const std::vector<std::string_view>& sentences) -> Result<std::vector<float>> {
            std::vector<float> similarity;
            for (std::size_t i = 0; i + 1 < sentences.size(); ++i) {
              similarity.push_back(sentences[i].substr(0, 1) == sentences[i + 1].substr(0, 1) ? 1.0F : 0.0F);
            }
            return similarity;
          }};
}

inline std::vector<ChunkSpan> chunks_of(const TestDocument& document, const ChunkingOptions& options) {
  return chunk(document.text, document.blocks, "en", options, small_model()).value();
}

inline std::vector<std::string> texts_of(const TestDocument& document, const ChunkingOptions& options) {
  std::vector<std::string> texts;
  for (const ChunkSpan& found : chunks_of(document, options)) texts.push_back(slice(document.text, found.span));
  return texts;
}

/// A sentence of `words` words and a full stop: `words + 1` tokens.
inline std::string sentence(std::size_t words) {
  std::string text = "The";
  for (std::size_t i = 1; i < words; ++i) text += " cat";
  return text + ".";
}

}  // namespace cairn::text
