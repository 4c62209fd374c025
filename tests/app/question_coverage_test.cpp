#include "app/question_coverage.h"

#include <gtest/gtest.h>

#include "app/search.h"
#include "app/test_store.h"

namespace cairn {
namespace {

using testing::must;

class QuestionCoverageTest : public ::testing::Test {
 protected:
  void add(std::string id, std::string text) {
    store.ingest({{.external_id = std::move(id), .facts = {}, .content = std::move(text)}});
    store.work();
  }

  /// By external id, of all chunks that have the word "river".
  std::map<std::string, double> coverage(std::string_view question) {
    const Searcher searcher(*store.catalog, *store.blobs, store.embedders, store.clock, SearchTuning{});
    const FoundChunks found = must(searcher.find({}, {.query = "river", .mode = SearchMode::lexical}));
    text::Analyzer analyzer;
    const auto shares = question_coverage(found.snapshot->snapshot, lexical_query(analyzer, question), found.places);
    std::map<std::string, double> by_id;
    for (std::size_t i = 0; i < shares.size(); ++i) by_id[found.response.hits[i].external_id] = shares[i];
    return by_id;
  }

  testing::TestStore store;
};

TEST_F(QuestionCoverageTest, rare_words_count_more_and_unknown_ones_not_at_all) {
  add("both", "Herons nest near the river.");
  add("common", "The river floods, and the river dries.");
  const auto shares = coverage("do herons or unicorns live by the river");
  EXPECT_NEAR(shares.at("both"), 1, 1e-9);
  EXPECT_GT(shares.at("common"), 0);
  EXPECT_LT(shares.at("common"), 0.5);
}

TEST_F(QuestionCoverageTest, is_nothing_when_no_word_is_known) {
  add("a", "The river floods.");
  EXPECT_EQ(coverage("unicorns").at("a"), 0);
}

TEST_F(QuestionCoverageTest, stems_of_one_word_in_several_languages_count_once) {
  add("english", "The nations beside the river.");
  add("unstemmed", "Nations und der Fluss: river, die Nationen, im Land, der Staaten und der Welt.");
  text::Analyzer analyzer;
  EXPECT_GT(lexical_query(analyzer, "nations").terms.size(), 1U);
  for (const auto& [id, share] : coverage("nations")) EXPECT_TRUE(share == 0 || share == 1) << id << ' ' << share;
  EXPECT_EQ(coverage("nations").at("english"), 1);
}

}  // namespace
}  // namespace cairn
