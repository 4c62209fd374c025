// A whole store against a map: random ingestion, replacement, deletion, merging, collection and reopening, and searches
// in between.
#include <gmock/gmock.h>

#include <random>
#include <set>

#include "app/collect_garbage.h"
#include "app/compact.h"
#include "app/search.h"
#include "app/test_store.h"
#include "app/verify_store.h"

namespace cairn {
namespace {

using testing::must;
using testing::TestStore;

constexpr int documents = 25;
constexpr int words = 60;

struct RankedChunk {
  std::string external_id;
  Span span;
  double score = 0;
};

class StoreModel {
 public:
  explicit StoreModel(std::uint64_t seed) : random_(seed) {}

  void step() {
    switch (below(12)) {
      case 0: remove(); break;
      case 1: merge(); break;
      case 2: must(collect_garbage(*store_.catalog, *store_.blobs, {}, {})); break;
      case 3: store_.open(); break;
      case 4:
      case 5: work(); break;
      case 6: check_search(); break;
      default: ingest(); break;
    }
  }

  /// Nothing queued any more: the store is the map.
  void check_idle() {
    work();
    ASSERT_EQ(contents(), expected_);
    const StoreVerification verified = must(verify_store(*store_.catalog, *store_.blobs, {}, {}));
    for (const StoreProblem& problem : verified.problems) ADD_FAILURE() << problem.subject << ": " << problem.message;
  }

  /// The same documents in a store of their own, ingested at once, rank the same (invariant 9).
  void check_ranking_against_fresh_store() {
    TestStore fresh;
    std::vector<IngestSource> sources;
    for (const auto& [id, text] : expected_) sources.push_back({.external_id = id, .facts = {}, .content = text});
    fresh.ingest(std::move(sources));
    fresh.work();
    for (const SearchMode mode : {SearchMode::lexical, SearchMode::dense, SearchMode::hybrid}) {
      const std::string query = word() + " " + word() + " " + word();
      const auto here = search(store_, query, mode), there = search(fresh, query, mode);
      ASSERT_EQ(here.size(), there.size()) << query;
      for (std::size_t i = 0; i < here.size(); ++i) {
        EXPECT_EQ(here[i].external_id, there[i].external_id) << query << " at " << i;
        EXPECT_EQ(here[i].span, there[i].span) << query << " at " << i;
        EXPECT_DOUBLE_EQ(here[i].score, there[i].score) << query << " at " << i;
      }
    }
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  std::string any_id() { return "doc" + std::to_string(below(documents)); }
  /// A word that no other content has, of consonants, so that no stemmer and no word breaker touches it.
  static std::string mark(std::uint64_t number) {
    std::string text = "q";
    for (int shift = 12; shift >= 0; shift -= 4) text += "bcdfghjklmnpqrtv"[number >> shift & 15];
    return text + "x";
  }
  std::string word() { return "word" + std::to_string(below(words)); }

  void ingest() {
    const std::string id = any_id();
    std::string text = mark(++last_mark_);
    for (std::uint64_t i = 5 + below(40); i > 0; --i) text += " " + word();
    store_.ingest(id, text);
    expected_[id] = text;
  }

  void remove() {
    const std::string id = any_id();
    if (expected_.erase(id) > 0)
      must(store_.catalog->request_deletion(document_id(store_.collection.id, id), default_priority));
  }

  void work() {
    store_.work();
    const std::uint64_t number = store_.manifest().number;
    EXPECT_GE(number, last_manifest_);
    last_manifest_ = number;
  }

  void merge() {
    must(compact(*store_.catalog, *store_.blobs,
                 {.collection = store_.collection.id, .policy = {.fan_in = 2, .dead_share = 0.01, .thorough = true}},
                 {}));
  }

  std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> texts;
    for (const auto& [id, document] : store_.live()) texts[id] = document.text;
    return texts;
  }

  /// Each content has a mark of its own: a search for it finds this document, if that is what the manifest holds, and
  /// nothing that was deleted or replaced (invariants 2 and 5).
  void check_search() {
    const auto live = contents();
    const Searcher searcher(*store_.catalog, *store_.blobs, store_.embedders, store_.clock, {});
    for (std::uint64_t number = last_mark_ > 5 ? last_mark_ - 5 : 1; number <= last_mark_; ++number) {
      const std::string token = mark(number);
      const auto found = must(
          searcher.search({}, {.query = token, .collections = {"papers"}, .mode = SearchMode::lexical, .limit = 100}));
      EXPECT_EQ(found.manifests, (std::map<std::string, std::uint64_t>{{"papers", store_.manifest().number}}));
      std::set<std::string> ids, wanted;
      for (const Hit& hit : found.hits) ids.insert(hit.external_id);
      for (const auto& [id, text] : live)
        if (text.starts_with(token + " ")) wanted.insert(id);
      EXPECT_EQ(ids, wanted) << token;
    }
  }

  static std::vector<RankedChunk> search(const TestStore& store, const std::string& query, SearchMode mode) {
    const Searcher searcher(*store.catalog, *store.blobs, store.embedders, store.clock, {});
    std::vector<RankedChunk> ranked;
    for (const Hit& hit :
         must(searcher.search({}, {.query = query, .collections = {"papers"}, .mode = mode, .limit = 20})).hits)
      ranked.push_back({hit.external_id, hit.span, hit.score});
    return ranked;
  }

  std::mt19937_64 random_;
  TestStore store_;
  std::map<std::string, std::string> expected_;
  std::uint64_t last_mark_ = 0, last_manifest_ = 0;
};

class StoreAgainstModel : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(StoreAgainstModel, HoldsAndFindsWhatTheMapHolds) {
  const std::uint64_t seed = GetParam() != 0 ? GetParam() : std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  StoreModel model(seed);
  for (int round = 0; round < 4 && !HasFailure(); ++round) {
    for (int i = 0; i < 40; ++i) model.step();
    model.check_idle();
  }
  model.check_ranking_against_fresh_store();
}

INSTANTIATE_TEST_SUITE_P(Seeds, StoreAgainstModel, ::testing::Values(1, 2, 3, 0));

}  // namespace
}  // namespace cairn
