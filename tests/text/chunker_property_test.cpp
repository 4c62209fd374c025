#include <gtest/gtest.h>

#include <algorithm>

#include "chunk_support.h"

namespace cairn::text {
namespace {

constexpr ChunkStrategy kStrategies[] = {ChunkStrategy::recursive, ChunkStrategy::fixed, ChunkStrategy::sentence,
                                         ChunkStrategy::semantic};

TestDocument random_document(std::uint32_t seed) {
  std::mt19937 random(seed);
  TestDocument document;
  std::vector<std::string> path;
  const std::size_t count = 1 + random() % 12;
  for (std::size_t i = 0; i < count; ++i) {
    const auto kind = static_cast<BlockKind>(random() % 6);
    const std::string words = random_text(static_cast<std::uint32_t>(random()), 1 + random() % 120);
    if (kind == BlockKind::heading) {
      path.resize(std::min<std::size_t>(path.size(), random() % 3));
      document.heading(words, path);
      path.push_back("h" + std::to_string(i));
    } else {
      document.add(kind, words, path, static_cast<std::uint32_t>(i));
    }
  }
  return document;
}

bool is_blank(std::string_view character) {
  static constexpr std::string_view kBlanks[] = {" ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u0085",
                                                 "\u00A0", "\u1680", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};
  return std::ranges::find(kBlanks, character) != std::end(kBlanks) || (character >= "\u2000" && character <= "\u200A");
}

void expect_covered(const TestDocument& document, const std::vector<ChunkSpan>& chunks, const std::string& where) {
  const utf8::CodePointIndex index(document.text);
  std::vector<bool> covered(index.size(), false);
  for (const ChunkSpan& found : chunks)
    std::fill(covered.begin() + found.span.start, covered.begin() + found.span.end, true);
  for (const Block& block : document.blocks) {
    for (std::uint32_t i = block.span.start; i < block.span.end; ++i) {
      ASSERT_TRUE(covered[i] || is_blank(index.slice({i, i + 1}))) << where << " character " << i;
    }
  }
}

TEST(ChunkerProperty, CoversAllBlocksInOrderWithinTheLimit) {
  const Tokenizer tokenizer = small_tokenizer();
  for (std::uint32_t seed = 0; seed < 150; ++seed) {
    const TestDocument document = random_document(seed);
    for (const ChunkStrategy strategy : kStrategies) {
      const std::uint32_t max = 8 + seed % 5 * 30;
      const std::string where =
          "seed " + std::to_string(seed) + " strategy " + std::to_string(static_cast<int>(strategy));
      const auto chunks =
          chunks_of(document, {.strategy = strategy, .max_tokens = max, .overlap_tokens = seed % 3 * max / 8});
      std::uint32_t start = 0;
      for (const ChunkSpan& found : chunks) {
        ASSERT_LT(found.span.start, found.span.end) << where;
        ASSERT_LE(found.span.end, utf8::length(document.text)) << where;
        ASSERT_GE(found.span.start, start) << where;
        start = found.span.start;
        ASSERT_LE(tokenizer.count(slice(document.text, found.span)), max) << where;
      }
      expect_covered(document, chunks, where);
    }
  }
}

TEST(ChunkerProperty, WithoutOverlapNoCharacterIsInTwoChunks) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const TestDocument document = random_document(seed);
    for (const ChunkStrategy strategy : kStrategies) {
      std::uint32_t end = 0;
      for (const ChunkSpan& found : chunks_of(document, {.strategy = strategy, .max_tokens = 40})) {
        ASSERT_GE(found.span.start, end) << "seed " << seed;
        end = found.span.end;
      }
    }
  }
}

TEST(ChunkerProperty, TheSameDocumentIsCutTheSameWay) {
  const TestDocument document = random_document(5);
  const auto first = texts_of(document, {.max_tokens = 30});
  EXPECT_EQ(texts_of(document, {.max_tokens = 30}), first);
}

/// Piece counts asked for stay in proportion to the text, however it is made: no part is read again and again.
TEST(ChunkerProperty, TokenisesEachPartOfAnEndlessLineAFewTimesOnly) {
  for (const std::string_view part : {"x", "字", "word ", "The cat. ", ",", "\u0301"}) {
    std::string line;
    while (line.size() < 400000) line += part;
    const TestDocument document = TestDocument().paragraph(line);
    for (const ChunkStrategy strategy : kStrategies) {
      ChunkingModel model = small_model();
      std::size_t bytes = 0;
      model.piece_spans = [&bytes, spans = model.piece_spans](std::string_view text) {
        bytes += text.size();
        return spans(text);
      };
      ASSERT_TRUE(chunk(document.text, document.blocks, "en",
                        {.strategy = strategy, .max_tokens = 64, .overlap_tokens = 8}, model));
      EXPECT_LT(bytes, 12 * line.size()) << part << " strategy " << static_cast<int>(strategy);
    }
  }
}

}  // namespace
}  // namespace cairn::text
