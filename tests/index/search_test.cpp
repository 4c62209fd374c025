#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "index/corpus.h"
#include "index/lexical_scan.h"

namespace cairn::index {
namespace {

using test::Corpus;

const VectorSpace space{"test-model", 48, {}};

/// A hit named by what does not depend on segments.
struct Hit {
  DocumentKey key{};
  std::uint32_t ordinal = 0;
  float score = 0;
  bool operator==(const Hit&) const = default;
};

std::vector<Hit> hits(const Snapshot& snapshot, std::span<const Candidate> candidates) {
  std::vector<Hit> out;
  for (const Candidate& each : candidates) {
    const Segment& segment = *snapshot.segments()[each.segment].segment;
    const StoredChunk chunk = segment.chunk(each.chunk);
    out.push_back({segment.key(chunk.document), chunk.ordinal, each.score});
  }
  return out;
}

/// All live chunks of a snapshot, in no particular order.
std::vector<Candidate> all_chunks(const Snapshot& snapshot) {
  std::vector<Candidate> out;
  for (std::uint32_t s = 0; s < snapshot.segments().size(); ++s) {
    const LiveSegment& live = snapshot.segments()[s];
    for (std::uint32_t d = 0; d < live.segment->document_count(); ++d) {
      if (std::ranges::binary_search(live.tombstones, d)) continue;
      const Span chunks = live.segment->chunks_of(d);
      for (std::uint32_t c = chunks.start; c < chunks.end; ++c) out.push_back({s, c, 0});
    }
  }
  return out;
}

std::vector<Hit> best(std::vector<Hit> all, std::size_t limit) {
  std::ranges::sort(all, [](const Hit& a, const Hit& b) {
    return std::tuple(-a.score, a.key, a.ordinal) < std::tuple(-b.score, b.key, b.ordinal);
  });
  all.resize(std::min(all.size(), limit));
  return all;
}

/// Documents spread over segments; every `dead`-th of each segment is a tombstone, whose document also lives elsewhere.
struct Spread {
  std::vector<LiveSegment> segments;
  std::vector<DocumentInput> live;
};

Spread spread(std::uint32_t document_count, std::uint32_t segment_count, bool with_tombstones) {
  Corpus corpus(11, space);
  Spread out;
  for (std::uint32_t i = 0; i < document_count; ++i) out.live.push_back(corpus.document(i));
  Corpus noise(12, space);
  for (std::uint32_t s = 0; s < segment_count; ++s) {
    SegmentWriter writer(space);
    LiveSegment& live = out.segments.emplace_back();
    for (std::uint32_t i = 0; i < document_count; ++i) {
      if ((i * 7 + i / 5) % segment_count != s) {
        if (!with_tombstones || i % 9 != s % 9) continue;
        live.tombstones.push_back(writer.document_count());  // An old version of a document that lives elsewhere.
        EXPECT_TRUE(writer.add(noise.document(i)));
      } else {
        EXPECT_TRUE(writer.add(out.live[i]));
      }
    }
    live.segment = test::open(test::write(writer));
  }
  return out;
}

std::vector<std::vector<WeightedTerm>> queries() {
  return {{{"t0", 1}},
          {{"t59", 1}},
          {{"t0", 1}, {"t1", 1}, {"t2", 1}, {"t3", 0.5f}},
          {{"t40", 2}, {"t1", 1}, {"t55", 1}, {"absent", 1}},
          {{"t7", 1}, {"t7", 1}, {"t30", 1}},
          {{"absent", 1}},
          {}};
}

void expect_what_scoring_every_chunk_finds(const Snapshot& snapshot) {
  for (const auto& terms : queries()) {
    std::vector<Candidate> all = all_chunks(snapshot);
    snapshot.score_lexical(terms, {}, all);
    std::erase_if(all, [](const Candidate& each) { return each.score == 0; });
    for (const std::size_t limit : {1, 10, 100, 5000}) {
      const auto found = snapshot.search_lexical(terms, limit, nullptr, {});
      EXPECT_EQ(hits(snapshot, found), best(hits(snapshot, all), limit));
    }
  }
}

TEST(Lexical, FindsExactlyWhatScoringEveryChunkFinds) {
  const Spread data = spread(600, 3, true);
  expect_what_scoring_every_chunk_finds(Snapshot(data.segments));
}

TEST(Lexical, FindsTheSameInASegmentOfManyScoreWindows) {
  const Spread data = spread(3'000, 1, true);
  ASSERT_GT(data.segments[0].segment->chunk_count(), 2 * ScoreWindow::size);
  expect_what_scoring_every_chunk_finds(Snapshot(data.segments));
}

TEST(Lexical, ScoresAreBm25OverLiveChunks) {
  const Spread data = spread(200, 2, true);
  const Snapshot snapshot(data.segments);
  double chunks = 0, length = 0, with_term = 0;
  for (const DocumentInput& document : data.live) {
    for (const ChunkInput& chunk : document.chunks) {
      ++chunks;
      length += chunk.length;
      with_term += std::ranges::any_of(chunk.terms, [](const auto& term) { return term.term == "t5"; });
    }
  }
  EXPECT_EQ(snapshot.live_chunk_count(), chunks);
  EXPECT_EQ(snapshot.document_frequency("t5"), with_term);
  const std::vector<WeightedTerm> terms{{"t5", 2}, {"absent", 1}};
  std::map<std::pair<DocumentKey, std::uint32_t>, const ChunkInput*> inputs;
  for (const DocumentInput& document : data.live)
    for (std::uint32_t i = 0; i < document.chunks.size(); ++i) inputs[{document.key, i}] = &document.chunks[i];
  const auto found = snapshot.search_lexical(terms, 1000, nullptr, {.k1 = 1.2f, .b = 0.75f});
  ASSERT_EQ(found.size(), with_term);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const Hit hit = hits(snapshot, found)[i];
    const ChunkInput& chunk = *inputs.at({hit.key, hit.ordinal});
    const double tf = std::ranges::find(chunk.terms, "t5", &TermFrequency::term)->frequency;
    const double norm = 1.2 * (0.25 + 0.75 * chunk.length * chunks / length);
    const double expected = 2 * std::log(1 + (chunks - with_term + 0.5) / (with_term + 0.5)) * tf * 2.2 / (tf + norm);
    EXPECT_NEAR(hit.score, expected, 1e-5 * expected);
    const auto parts = snapshot.explain_lexical(terms, {.k1 = 1.2f, .b = 0.75f}, found[i]);
    EXPECT_EQ(parts, (std::vector<float>{hit.score, 0}));
  }
}

TEST(Dense, ScoresComeCloseToTheInnerProduct) {
  const Spread data = spread(200, 1, false);
  const Snapshot snapshot(data.segments);
  Corpus corpus(5, space);
  const std::vector<float> query = corpus.vector();
  const auto found = snapshot.search_dense("test-model", query, 1000, nullptr, {});
  ASSERT_EQ(found.size(), snapshot.live_chunk_count());
  std::map<DocumentKey, const DocumentInput*> inputs;
  for (const DocumentInput& document : data.live) inputs[document.key] = &document;
  for (const Hit& hit : hits(snapshot, found)) {
    const std::vector<float>& vector = inputs.at(hit.key)->chunks[hit.ordinal].vector;
    float product = 0;
    for (std::size_t i = 0; i < vector.size(); ++i) product += vector[i] * query[i];
    EXPECT_NEAR(hit.score, product, 4e-3);
  }
}

TEST(Dense, FindsTheBestOfTheFineCodeWhenAllAreReRanked) {
  const Spread data = spread(500, 3, true);
  const Snapshot snapshot(data.segments);
  Corpus corpus(6, space);
  for (int i = 0; i < 5; ++i) {
    const std::vector<float> query = corpus.vector();
    std::vector<Candidate> all = all_chunks(snapshot);
    snapshot.score_dense("test-model", query, all);
    for (const std::size_t limit : {1, 10, 2000})
      EXPECT_EQ(hits(snapshot,
                     snapshot.search_dense("test-model", query, limit, nullptr, {.doubt = INFINITY, .rerank = 5000})),
                best(hits(snapshot, all), limit));
  }
}

TEST(Dense, AnotherModelOrSizeFindsNothing) {
  const Spread data = spread(20, 1, false);
  const Snapshot snapshot(data.segments);
  EXPECT_TRUE(snapshot.search_dense("other", std::vector<float>(48, 0.1f), 5, nullptr, {}).empty());
  EXPECT_TRUE(snapshot.search_dense("test-model", std::vector<float>(47, 0.1f), 5, nullptr, {}).empty());
  EXPECT_EQ(snapshot.models().size(), 1u);
}

/// Everything a search can say, to be compared over spreads.
std::vector<std::vector<Hit>> answers(const Snapshot& snapshot) {
  std::vector<std::vector<Hit>> out;
  Corpus corpus(8, space);
  const Filter filter{.kind = Filter::Kind::equals_any, .property = "group", .values = {"a", "c"}};
  for (const Filter* each : {static_cast<const Filter*>(nullptr), &filter}) {
    for (const auto& terms : queries()) out.push_back(hits(snapshot, snapshot.search_lexical(terms, 20, each, {})));
    for (int i = 0; i < 5; ++i)
      out.push_back(
          hits(snapshot, snapshot.search_dense("test-model", corpus.vector(), 20, each, {.doubt = 2, .rerank = 100})));
  }
  return out;
}

TEST(Snapshot, HitsAndScoresDoNotDependOnTheSpreadOverSegments) {
  const auto expected = answers(Snapshot(spread(1200, 1, false).segments));
  EXPECT_EQ(expected[0].size(), 20u);
  for (const std::uint32_t segments : {1u, 3u, 7u}) {
    for (const bool tombstones : {false, true}) {
      const Spread data = spread(1200, segments, tombstones);
      EXPECT_EQ(answers(Snapshot(data.segments)), expected) << segments << " segments, tombstones " << tombstones;

      const auto whole = test::open(test::merged(data.segments));
      ASSERT_TRUE(whole);
      EXPECT_TRUE(whole->verify());
      EXPECT_EQ(whole->document_count(), 1200u);
      EXPECT_EQ(answers(Snapshot({{whole, {}}})), expected) << segments << " segments merged";
    }
  }
}

TEST(Merge, KeepsEverythingOfLiveDocuments) {
  const Spread data = spread(300, 4, true);
  const auto whole = test::open(test::merged(data.segments));
  ASSERT_TRUE(whole);
  for (const DocumentInput& input : data.live) {
    const auto document = whole->find(input.key);
    ASSERT_TRUE(document);
    EXPECT_EQ(whole->stored(*document), input.stored);
    EXPECT_EQ(whole->text(*document).value(), input.text);
    ASSERT_EQ(whole->chunks_of(*document).size(), input.chunks.size());
    for (std::uint32_t i = 0; i < input.chunks.size(); ++i) {
      const StoredChunk chunk = whole->chunk(whole->chunks_of(*document).start + i);
      EXPECT_EQ(chunk.span, input.chunks[i].span);
      EXPECT_EQ(chunk.heading_path, input.chunks[i].heading_path);
    }
  }
}

TEST(Merge, OfOneWholeSegmentGivesTheSameBytes) {
  Corpus corpus(9, space);
  std::vector<DocumentInput> inputs;
  for (std::uint32_t i = 0; i < 50; ++i) inputs.push_back(corpus.document(i));
  const std::string bytes = test::write(space, inputs);
  const std::vector<LiveSegment> one{{test::open(bytes), {}}};
  EXPECT_EQ(test::merged(one), bytes);
}

TEST(Merge, StopsWhenCancelledAndRefusesMixedModels) {
  const Spread data = spread(20, 2, false);
  const CancelToken cancel;
  cancel.cancel();
  const ByteSink nowhere = [](Bytes) -> Result<void> { return {}; };
  EXPECT_EQ(merge(data.segments, cancel, nowhere).error().kind, ErrorKind::cancelled);
  std::vector<LiveSegment> mixed = data.segments;
  mixed.push_back({test::open(test::write({}, {})), {}});
  EXPECT_EQ(merge(mixed, CancelToken{}, nowhere).error().kind, ErrorKind::invalid);
  EXPECT_EQ(merge({}, CancelToken{}, nowhere).error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace cairn::index
