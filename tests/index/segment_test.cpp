#include "index/segment.h"

#include <gtest/gtest.h>

#include "index/corpus.h"
#include "index/format.h"

namespace cairn::index {
namespace {

using test::Corpus;

const VectorSpace space_of_24{"test-model", 24, {}};

std::vector<DocumentInput> documents(std::uint32_t seed, std::uint32_t count, const VectorSpace& space) {
  Corpus corpus(seed, space);
  std::vector<DocumentInput> out;
  for (std::uint32_t i = 0; i < count; ++i) out.push_back(corpus.document(i));
  return out;
}

/// A segment with one bit of this byte flipped is refused, or fails its verification.
void expect_flip_noticed(std::string bytes, std::size_t byte) {
  bytes[byte] = static_cast<char>(bytes[byte] ^ (1 << (byte % 8)));
  const auto segment = Segment::open(as_bytes(bytes));
  const auto checked = segment ? segment->verify() : Result<void>(fail(segment.error()));
  ASSERT_FALSE(checked) << "byte " << byte;
  ASSERT_EQ(checked.error().kind, ErrorKind::corrupt) << "byte " << byte;
}

TEST(Segment, GivesBackEverythingThatWasWritten) {
  const auto inputs = documents(1, 300, space_of_24);
  const auto segment = test::open(test::write(space_of_24, inputs));
  ASSERT_TRUE(segment);
  ASSERT_TRUE(segment->verify());
  ASSERT_EQ(segment->document_count(), 300u);
  EXPECT_EQ(segment->space().model, "test-model");
  std::uint32_t chunk = 0;
  for (std::uint32_t i = 0; i < inputs.size(); ++i) {
    EXPECT_EQ(segment->find(inputs[i].key), i);
    EXPECT_EQ(segment->key(i), inputs[i].key);
    EXPECT_EQ(segment->stored(i), inputs[i].stored);
    EXPECT_EQ(segment->text(i).value(), inputs[i].text);
    const utf8::CodePointIndex text(inputs[i].text);
    ASSERT_EQ(segment->chunks_of(i).start, chunk);
    for (std::uint32_t k = 0; k < inputs[i].chunks.size(); ++k, ++chunk) {
      const StoredChunk stored = segment->chunk(chunk);
      const ChunkInput& input = inputs[i].chunks[k];
      EXPECT_EQ(stored.document, i);
      EXPECT_EQ(stored.ordinal, k);
      EXPECT_EQ(stored.span, input.span);
      EXPECT_EQ(stored.page, input.page);
      EXPECT_EQ(stored.heading_path, input.heading_path);
      EXPECT_EQ(segment->text(i, stored.span).value(), text.slice(input.span));
    }
    ASSERT_EQ(segment->chunks_of(i).end, chunk);
  }
  EXPECT_FALSE(segment->find(test::key_of(300)));
}

TEST(Segment, KeepsLongTextsOverManyBlocks) {
  DocumentInput document;
  for (int i = 0; i < 40'000; ++i) document.text += i % 7 == 0 ? "𠮷" : "word " + std::to_string(i);
  const auto segment = test::open(test::write({}, std::span(&document, 1)));
  ASSERT_TRUE(segment);
  ASSERT_TRUE(segment->verify());
  EXPECT_EQ(segment->text(0).value(), document.text);
  const utf8::CodePointIndex text(document.text);
  for (std::uint32_t start = 0; start < text.size(); start += 7919)
    for (const std::uint32_t size : {0u, 1u, 300u, 40'000u})
      EXPECT_EQ(segment->text(0, {start, start + size}).value(), text.slice({start, start + size}));
}

/// Enough of it for a dictionary.
std::vector<DocumentInput> long_documents() {
  std::vector<DocumentInput> out;
  for (std::uint32_t d = 0; d < 4; ++d) {
    DocumentInput document{.key = test::key_of(d)};
    for (std::uint32_t i = 0; i < 12'000; ++i)
      document.text += "Article " + std::to_string(i * 2654435761u % 9973) + (i % 5 == 0 ? ": 會議紀錄。" : ", see ");
    out.push_back(std::move(document));
  }
  return out;
}

TEST(Segment, KeepsAnyAmountOfTextInLittleRoom) {
  const auto inputs = long_documents();
  const std::string bytes = test::write({}, inputs);
  const auto segment = test::open(bytes);
  ASSERT_TRUE(segment);
  ASSERT_TRUE(segment->verify());
  std::size_t text_bytes = 0;
  for (std::uint32_t i = 0; i < inputs.size(); ++i) {
    ASSERT_EQ(segment->text(i).value(), inputs[i].text);
    text_bytes += inputs[i].text.size();
  }
  EXPECT_LT(bytes.size(), text_bytes / 2);
}

TEST(Segment, NoticesDamageInTheDictionaryOfItsTexts) {
  const std::string bytes = test::write({}, long_documents());
  // The texts are the first section.
  for (std::size_t i = sizeof(FileHeader); i < sizeof(FileHeader) + 8'000; i += 41) expect_flip_noticed(bytes, i);
}

TEST(Segment, ReadsVersionOneWhichHadNoDictionary) {
  const auto inputs = documents(6, 5, space_of_24);
  std::string bytes = test::write(space_of_24, inputs);
  const auto at = [&](std::size_t offset) { return as_bytes(std::string_view(bytes)).subspan(offset); };
  auto header = load<FileHeader>(at(0).data());
  auto trailer = load<FileTrailer>(at(bytes.size() - sizeof(FileTrailer)).data());
  header.version = trailer.version = 1;
  trailer.checksum =
      trailer_checksum(header, at(trailer.table_offset).first(trailer.sections * sizeof(SectionEntry)), trailer);
  bytes.replace(0, sizeof header, as_text(bytes_of(header)));
  bytes.replace(bytes.size() - sizeof trailer, sizeof trailer, as_text(bytes_of(trailer)));
  const auto segment = test::open(bytes);
  ASSERT_TRUE(segment);
  EXPECT_TRUE(segment->verify());
  EXPECT_EQ(segment->text(3).value(), inputs[3].text);
}

TEST(Segment, EmptySegmentsOpenAndFindNothing) {
  for (const VectorSpace& space : {VectorSpace{}, space_of_24}) {
    const auto segment = test::open(test::write(space, {}));
    ASSERT_TRUE(segment);
    EXPECT_TRUE(segment->verify());
    EXPECT_EQ(segment->chunk_count(), 0u);
    EXPECT_FALSE(segment->find(DocumentKey{}));
    const Snapshot snapshot({{segment, {}}});
    EXPECT_TRUE(snapshot.models().empty());
    EXPECT_TRUE(snapshot.search_dense("test-model", std::vector<float>(24, 0.2f), 5, nullptr, {}).empty());
    EXPECT_TRUE(snapshot.search_lexical(std::vector<WeightedTerm>{{"a", 1}}, 5, nullptr, {}).empty());
  }
}

TEST(Segment, TheSameDocumentsGiveTheSameBytes) {
  const auto inputs = documents(2, 100, space_of_24);
  EXPECT_EQ(test::write(space_of_24, inputs), test::write(space_of_24, inputs));
}

TEST(Segment, TermsMayBeShortLongAndManyAndAreFoundExactly) {
  Corpus corpus(3, {});
  std::vector<DocumentInput> inputs(2);
  const std::string huge(64 * 1024, 'y');
  inputs[0].key = test::key_of(0);
  inputs[1].key = test::key_of(1);
  ChunkInput& chunk = inputs[0].chunks.emplace_back();
  for (const std::string& term :
       {std::string("a"), std::string("會"), huge, huge + "z", std::string("\0b", 2), std::string()})
    chunk.terms.push_back({term, 3});
  for (int i = 0; i < 1000; ++i) chunk.terms.push_back({"term" + std::to_string(i), 1});
  inputs[1].chunks.emplace_back().terms = {{"a", 100'000}};
  const auto segment = test::open(test::write({}, inputs));
  ASSERT_TRUE(segment);
  ASSERT_TRUE(segment->verify());
  const Snapshot snapshot({{segment, {}}});
  for (const TermFrequency& term : chunk.terms)
    EXPECT_EQ(snapshot.document_frequency(term.term), term.term == "a" ? 2u : 1u);
  for (const std::string& absent :
       {std::string("b"), huge + "a", std::string("term"), std::string("zzz"), huge.substr(1)})
    EXPECT_EQ(snapshot.document_frequency(absent), 0u);
}

TEST(SegmentWriter, RefusesWhatItCouldNotGiveBack) {
  SegmentWriter writer({"test-model", 2, {}});
  DocumentInput good;
  good.text = "會議";
  good.chunks.push_back({.span = {0, 2}, .terms = {{"a", 1}}, .length = 1, .vector = {1, 0}});
  const auto refused = [&](auto change) {
    DocumentInput bad = good;
    bad.key = test::key_of(7);
    change(bad);
    const auto added = writer.add(bad);
    return !added && added.error().kind == ErrorKind::invalid;
  };
  ASSERT_TRUE(writer.add(good));
  EXPECT_TRUE(refused([&](DocumentInput& d) { d.key = good.key; }));
  EXPECT_TRUE(refused([](DocumentInput& d) { d.chunks[0].span.end = 3; }));
  EXPECT_TRUE(refused([](DocumentInput& d) { d.chunks[0].span = {2, 1}; }));
  EXPECT_TRUE(refused([](DocumentInput& d) { d.chunks[0].vector = {1}; }));
  EXPECT_TRUE(refused([](DocumentInput& d) { d.chunks[0].vector = {}; }));
  EXPECT_TRUE(refused([](DocumentInput& d) { d.chunks[0].vector[1] = NAN; }));
  EXPECT_TRUE(refused([](DocumentInput& d) { d.chunks[0].terms.push_back({"a", 2}); }));
  EXPECT_TRUE(refused([](DocumentInput& d) { d.chunks[0].terms[0].frequency = 0; }));
  EXPECT_TRUE(refused([](DocumentInput& d) { d.text = "\xE6"; }));
  EXPECT_TRUE(refused([](DocumentInput& d) { d.properties.push_back({"n", std::nan("")}); }));
  EXPECT_EQ(writer.document_count(), 1u);
  const auto segment = test::open(test::write(writer));
  ASSERT_TRUE(segment);
  EXPECT_TRUE(segment->verify());
}

TEST(SegmentWriter, PassesOnTheErrorOfItsSink) {
  SegmentWriter writer({});
  ASSERT_TRUE(writer.add({.text = "x"}));
  const auto written =
      writer.finish([](Bytes) -> Result<void> { return fail(ErrorKind::unavailable, "The disk is full."); });
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().message, "The disk is full.");
}

TEST(Segment, NoticesEveryFlippedBit) {
  const auto inputs = documents(4, 12, space_of_24);
  const std::string bytes = test::write(space_of_24, inputs);
  for (std::size_t i = 0; i < bytes.size(); ++i) expect_flip_noticed(bytes, i);
}

TEST(Segment, NoticesMissingAndSurplusBytes) {
  const std::string bytes = test::write(space_of_24, documents(5, 5, space_of_24));
  for (std::size_t size = 0; size < bytes.size(); size += 97) {
    const auto segment = Segment::open(as_bytes(std::string_view(bytes).substr(0, size)));
    ASSERT_FALSE(segment);
    EXPECT_EQ(segment.error().kind, ErrorKind::corrupt);
  }
  const std::string longer = bytes + '\0';
  EXPECT_FALSE(Segment::open(as_bytes(longer)));
}

TEST(Segment, SaysThatANewerVersionIsUnsupported) {
  std::string bytes = test::write({}, {});
  bytes[8] = format_version + 1;
  bytes[bytes.size() - 12] = format_version + 1;
  const auto segment = Segment::open(as_bytes(bytes));
  ASSERT_FALSE(segment);
  EXPECT_EQ(segment.error().kind, ErrorKind::unsupported);
}

}  // namespace
}  // namespace cairn::index
