#include "text/chunker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chunk_support.h"

namespace cairn::text {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Path = std::vector<std::string>;

TEST(Chunker, ShortTextIsOneChunk) {
  const auto document = TestDocument().paragraph("The cat sat.", {}, 3).paragraph("The mat.", {}, 4);
  const auto chunks = chunks_of(document, {});
  ASSERT_THAT(chunks, SizeIs(1));
  EXPECT_EQ(slice(document.text, chunks[0].span), document.text);
  EXPECT_EQ(chunks[0].page, 3u);
}

TEST(Chunker, NothingGivesNothing) {
  EXPECT_THAT(chunks_of({}, {}), IsEmpty());
  EXPECT_THAT(chunks_of(TestDocument().paragraph(" \n "), {}), IsEmpty());
}

TEST(Chunker, CutsBetweenParagraphsRatherThanInside) {
  const std::string two = sentence(5) + " " + sentence(5);
  const auto document = TestDocument().paragraph(two).paragraph(two);
  EXPECT_THAT(texts_of(document, {.max_tokens = 20}), ElementsAre(two, two));
}

TEST(Chunker, NeverCutsASentenceThatFits) {
  TestDocument document;
  std::string words;
  for (int i = 1; i < 30; ++i) words += sentence(static_cast<std::size_t>(i % 7 + 2)) + " ";
  document.paragraph(words);
  for (const ChunkStrategy strategy : {ChunkStrategy::recursive, ChunkStrategy::sentence, ChunkStrategy::semantic}) {
    for (const std::string& text : texts_of(document, {.strategy = strategy, .max_tokens = 16})) {
      EXPECT_TRUE(text.starts_with("The") && text.ends_with(".")) << text;
    }
  }
}

TEST(Chunker, AHeadingStaysWithTheTextBelowIt) {
  const auto document = TestDocument()
                            .heading("The mat")
                            .paragraph(sentence(14), {"The mat"})
                            .heading("The cat")
                            .paragraph(sentence(14), {"The cat"});
  const auto chunks = chunks_of(document, {.max_tokens = 20});
  ASSERT_THAT(chunks, SizeIs(2));
  EXPECT_EQ(slice(document.text, chunks[1].span), "The cat\n\n" + sentence(14));
  EXPECT_EQ(chunks[1].heading_path, Path{"The cat"});
}

TEST(Chunker, SectionsAreKeptApart) {
  const auto document =
      TestDocument().heading("A").paragraph(sentence(8), {"A"}).heading("B").paragraph(sentence(8), {"B"});
  EXPECT_THAT(chunks_of(document, {.max_tokens = 32}), SizeIs(2));
}

TEST(Chunker, SmallSectionsAreMergedUnderTheHeadingTheyShare) {
  TestDocument document;
  document.heading("A");
  for (const char* name : {"a", "b", "c"}) { document.heading(name, {"A"}).paragraph(sentence(4), {"A", name}); }
  const auto chunks = chunks_of(document, {.max_tokens = 64});
  ASSERT_THAT(chunks, SizeIs(1));
  EXPECT_EQ(chunks[0].heading_path, Path{"A"});
  EXPECT_EQ(slice(document.text, chunks[0].span), document.text);
}

TEST(Chunker, KnowsTheHeadingsInsideAChunk) {
  const auto document = TestDocument().heading("A").heading("a", {"A"}).paragraph(sentence(4), {"A", "a"});
  for (const ChunkStrategy strategy : {ChunkStrategy::recursive, ChunkStrategy::sentence, ChunkStrategy::fixed}) {
    const auto chunks = chunks_of(document, {.strategy = strategy, .max_tokens = 64});
    ASSERT_THAT(chunks, SizeIs(1));
    ASSERT_THAT(chunks[0].headings, SizeIs(2));
    EXPECT_EQ(slice(document.text, chunks[0].headings[0]), "A");
    EXPECT_EQ(slice(document.text, chunks[0].headings[1]), "a");
  }
}

TEST(Chunker, ATitleAloneJoinsWhatFollows) {
  const auto document = TestDocument().heading("cat").heading("mat").paragraph(sentence(20), {"mat"});
  EXPECT_THAT(chunks_of(document, {.max_tokens = 32}), SizeIs(1));
}

TEST(Chunker, ATableRowStaysWhole) {
  TestDocument document;
  for (int i = 0; i < 12; ++i) document.add(BlockKind::table_row, "the cat. | The mat. | sat");
  for (const std::string& text : texts_of(document, {.max_tokens = 24})) {
    EXPECT_TRUE(text.starts_with("the cat.") && text.ends_with("sat")) << text;
  }
}

TEST(Chunker, AnIntroductionStaysWithItsList) {
  TestDocument document;
  document.paragraph(sentence(9)).paragraph("The cat:");
  for (int i = 0; i < 2; ++i) document.add(BlockKind::list_item, "the cat sat on the mat");
  const auto texts = texts_of(document, {.max_tokens = 18});
  ASSERT_THAT(texts, SizeIs(2));
  EXPECT_TRUE(texts[1].starts_with("The cat:")) << texts[1];
}

TEST(Chunker, CodeIsCutBetweenLines) {
  std::string code;
  for (int i = 0; i < 20; ++i) code += "  the cat. sat on\n";
  TestDocument document;
  document.add(BlockKind::code, code);
  for (const std::string& text : texts_of(document, {.max_tokens = 16})) EXPECT_TRUE(text.ends_with("on")) << text;
}

TEST(Chunker, ASentenceLongerThanAChunkIsCutAtAClause) {
  std::string words = "The cat sat on the mat, the cat sat on the mat the cat sat";
  const auto texts = texts_of(TestDocument().paragraph(words), {.max_tokens = 10});
  ASSERT_FALSE(texts.empty());
  EXPECT_EQ(texts[0], "The cat sat on the mat,");
}

TEST(Chunker, AWordIsNotCutWhereItCanBeAvoided) {
  std::string words;
  for (int i = 0; i < 200; ++i) words += "running ";
  for (const ChunkStrategy strategy : {ChunkStrategy::recursive, ChunkStrategy::fixed}) {
    for (const std::string& text : texts_of(TestDocument().paragraph(words), {.strategy = strategy, .max_tokens = 9})) {
      EXPECT_TRUE(text.starts_with("running") && text.ends_with("running")) << text;
    }
  }
}

TEST(Chunker, ChineseWithoutMarksIsCutBetweenCharacters) {
  std::string words;
  for (int i = 0; i < 100; ++i) words += "公司年假";
  const auto texts = texts_of(TestDocument().paragraph(words), {.max_tokens = 64});
  EXPECT_THAT(texts, SizeIs(7));
  for (const std::string& text : texts) EXPECT_LE(utf8::length(text), 64u);
}

TEST(Chunker, OverlapRepeatsWholeSentences) {
  TestDocument document;
  std::string words;
  for (int i = 0; i < 10; ++i) words += "The cat sat on. ";
  document.paragraph(words);
  for (const ChunkStrategy strategy : {ChunkStrategy::recursive, ChunkStrategy::sentence}) {
    const auto chunks = chunks_of(document, {.strategy = strategy, .max_tokens = 20, .overlap_tokens = 6});
    ASSERT_GT(chunks.size(), 2u);
    for (std::size_t i = 1; i < chunks.size(); ++i) {
      const Span shared{chunks[i].span.start, chunks[i - 1].span.end};
      EXPECT_EQ(slice(document.text, shared), "The cat sat on.");
    }
  }
}

TEST(Chunker, FixedChunksOverlapByWords) {
  std::string words;
  for (int i = 0; i < 60; ++i) words += "cat ";
  const TestDocument document = TestDocument().paragraph(words);
  const auto chunks = chunks_of(document, {.strategy = ChunkStrategy::fixed, .max_tokens = 16, .overlap_tokens = 4});
  ASSERT_GT(chunks.size(), 2u);
  for (std::size_t i = 1; i < chunks.size(); ++i) {
    EXPECT_EQ(slice(document.text, {chunks[i].span.start, chunks[i - 1].span.end}), "cat cat cat cat");
  }
}

TEST(Chunker, FixedChunksIgnoreStructure) {
  const auto document =
      TestDocument().heading("A").paragraph("the cat", {"A"}).heading("B").paragraph("the mat", {"B"});
  EXPECT_THAT(texts_of(document, {.strategy = ChunkStrategy::fixed, .max_tokens = 64}), ElementsAre(document.text));
}

TEST(Chunker, SemanticChunksPartWhereNeighboursDiffer) {
  std::string words;
  for (int i = 0; i < 4; ++i) words += "The cat sat on. ";
  for (int i = 0; i < 4; ++i) words += "Cat sat on mat. ";
  const auto texts = texts_of(TestDocument().paragraph(words), {.strategy = ChunkStrategy::semantic, .max_tokens = 30});
  ASSERT_THAT(texts, SizeIs(2));
  EXPECT_TRUE(texts[1].starts_with("Cat")) << texts[1];
}

TEST(Chunker, AnErrorOfTheModelIsPassedOn) {
  ChunkingModel model = small_model();
  model.neighbour_similarity = [](const auto&) -> Result<std::vector<float>> {
    return fail(ErrorKind::unavailable, "down");
  };
  const auto document = TestDocument().paragraph("The cat. The mat.");
  const auto result = chunk(document.text, document.blocks, "en", {.strategy = ChunkStrategy::semantic}, model);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
}

TEST(Chunker, BadOptionsAndBadBlocksAreRefused) {
  const auto document = TestDocument().paragraph("The cat.");
  const auto kind_of = [&](const ChunkingOptions& options, const std::vector<Block>& blocks) {
    const auto result = chunk(document.text, blocks, "en", options, small_model());
    return result ? std::string("fine") : to_string(result.error().kind);
  };
  EXPECT_EQ(kind_of({.max_tokens = 0}, document.blocks), "invalid");
  EXPECT_EQ(kind_of({.max_tokens = 64, .overlap_tokens = 60}, document.blocks), "invalid");
  EXPECT_EQ(kind_of({}, {{.span = {0, 99}}}), "invalid");
  EXPECT_EQ(kind_of({}, {{.span = {4, 8}}, {.span = {0, 3}}}), "invalid");
  EXPECT_EQ(kind_of({}, {{.span = {3, 1}}}), "invalid");
}

TEST(Chunker, AnEndlessParagraphIsReadInPartsWithoutCuttingASentence) {
  std::string words;
  for (std::size_t i = 0; words.size() < 300000; ++i) words += sentence(3 + i % 9) + " ";
  for (const ChunkStrategy strategy : {ChunkStrategy::recursive, ChunkStrategy::sentence}) {
    std::string together;
    for (const std::string& text :
         texts_of(TestDocument().paragraph(words), {.strategy = strategy, .max_tokens = 32})) {
      ASSERT_TRUE(text.starts_with("The") && text.ends_with(".")) << text;
      together += text + " ";
    }
    EXPECT_EQ(together, words);
  }
}

TEST(Chunker, AnEndlessWordIsCutByCharacters) {
  const auto document = TestDocument().paragraph(std::string(100000, 'x'));
  for (const ChunkSpan& found : chunks_of(document, {.max_tokens = 32})) EXPECT_LE(found.span.size(), 32u * 16);
}

}  // namespace
}  // namespace cairn::text
