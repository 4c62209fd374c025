#include "app/search.h"

#include <gtest/gtest.h>

#include <numeric>

#include "app/test_store.h"

namespace cairn {
namespace {

using testing::fails_with;
using testing::must;

class SearchTest : public ::testing::Test {
 protected:
  void add(std::string id, std::string text, nlohmann::json metadata = nlohmann::json::object(),
           std::vector<std::string> acl = {}) {
    DocumentFacts facts;
    facts.metadata = std::move(metadata);
    facts.acl = std::move(acl);
    store.ingest({{.external_id = std::move(id), .facts = std::move(facts), .content = std::move(text)}});
    store.work();
  }

  Result<SearchResponse> try_search(SearchRequest request, const Principal& principal = {}) {
    const Searcher searcher(*store.catalog, *store.blobs, store.embedders, store.clock, SearchTuning{});
    return searcher.search(principal, request);
  }

  SearchResponse search(SearchRequest request, const Principal& principal = {}) {
    return must(try_search(std::move(request), principal));
  }

  std::vector<std::string> ids(SearchRequest request, const Principal& principal = {}) {
    std::vector<std::string> found;
    for (const Hit& hit : search(std::move(request), principal).hits) found.push_back(hit.external_id);
    return found;
  }

  static SearchRequest lexical(std::string query) { return {.query = std::move(query), .mode = SearchMode::lexical}; }

  testing::TestStore store;
};

using Ids = std::vector<std::string>;

TEST_F(SearchTest, a_hit_says_where_it_stands) {
  add("a.txt", "Herons nest in the reeds.", {{"year", 2026}});
  add("b.txt", "The pump needs oil.");
  const SearchResponse response = search({.query = "heron"});
  ASSERT_FALSE(response.hits.empty());
  const Hit& hit = response.hits.front();
  EXPECT_EQ(hit.external_id, "a.txt");
  EXPECT_EQ(hit.title, "a.txt");
  EXPECT_EQ(hit.text, "Herons nest in the reeds.");
  EXPECT_EQ(hit.span, (Span{0, 25}));
  EXPECT_EQ(hit.page, 1U);
  EXPECT_EQ(hit.collection, "papers");
  EXPECT_EQ(hit.metadata.at("year"), 2026);
  EXPECT_EQ(hit.chunk_id, chunk_id(hit.document, 1, 0));
  EXPECT_GT(hit.lexical_score, 0);
  EXPECT_EQ(response.manifests, (std::map<std::string, std::uint64_t>{{"papers", store.manifest().number}}));
  EXPECT_TRUE(response.complete);
}

TEST_F(SearchTest, refuses_an_empty_query_and_a_useless_limit) {
  EXPECT_TRUE(fails_with(ErrorKind::invalid, try_search({.query = ""})));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, try_search({.query = " \t\n\u3000"})));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, try_search({.query = "a", .limit = 0})));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, try_search({.query = "a", .filter = {{"a", {{"like", 1}}}}})));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, try_search({.query = "a", .collections = {"nowhere"}})));
}

TEST_F(SearchTest, survives_queries_that_are_huge_tiny_or_empty_of_meaning) {
  add("a.txt", "Herons nest in the reeds. It is what it is.");
  std::string huge;
  while (huge.size() < 100'000) huge += "word" + std::to_string(huge.size()) + " ";
  huge += "鷺";
  EXPECT_NO_THROW(search({.query = huge}));
  EXPECT_NO_THROW(search({.query = "x"}));
  EXPECT_NO_THROW(search({.query = "?"}));
  EXPECT_NO_THROW(search({.query = "Где гнездятся цапли?"}));
  EXPECT_EQ(ids(lexical("what is it")), Ids{"a.txt"});
}

TEST_F(SearchTest, an_empty_store_has_no_hits) { EXPECT_TRUE(search({.query = "heron"}).hits.empty()); }

TEST_F(SearchTest, filters_by_metadata) {
  add("old.txt", "Herons nest here.", {{"year", 2019}});
  add("new.txt", "Herons nest here.", {{"year", 2026}});
  EXPECT_EQ(ids({.query = "herons", .filter = {{"year", {{"gte", 2020}}}}}), Ids{"new.txt"});
  EXPECT_EQ(ids({.query = "herons", .filter = {{"not", {{"year", 2026}}}}}), Ids{"old.txt"});
}

TEST_F(SearchTest, shows_a_document_only_to_its_groups) {
  add("open.txt", "Herons nest here.");
  add("closed.txt", "Herons nest here too.", nlohmann::json::object(), {"group:board"});
  const Principal guest{.name = "guest", .groups = {"group:staff"}, .is_owner = false};
  const Principal member{.name = "member", .groups = {"group:board"}, .is_owner = false};
  EXPECT_EQ(ids({.query = "herons"}, guest), Ids{"open.txt"});
  EXPECT_EQ(ids({.query = "herons"}, member).size(), 2U);
  EXPECT_EQ(ids({.query = "herons"}).size(), 2U);
}

TEST_F(SearchTest, another_tenant_sees_nothing) {
  add("a.txt", "Herons nest here.");
  const Principal stranger{.tenant = TenantId("other"), .name = "stranger", .groups = {}, .is_owner = true};
  EXPECT_TRUE(search({.query = "herons"}, stranger).hits.empty());
  EXPECT_TRUE(fails_with(ErrorKind::not_found, try_search({.query = "herons", .collections = {"papers"}}, stranger)));
}

TEST_F(SearchTest, finds_the_newest_version_only) {
  add("a.txt", "Herons nest in the reeds.");
  add("a.txt", "Otters sleep in the holt.");
  EXPECT_TRUE(ids(lexical("herons")).empty());
  const SearchResponse response = search(lexical("otters"));
  ASSERT_EQ(response.hits.size(), 1U);
  EXPECT_EQ(response.hits[0].version, 2U);
}

TEST_F(SearchTest, one_searcher_follows_new_manifests) {
  add("a.txt", "Herons nest in the reeds.");
  const Searcher searcher(*store.catalog, *store.blobs, store.embedders, store.clock, SearchTuning{});
  EXPECT_EQ(must(searcher.search({}, lexical("herons"))).hits.size(), 1U);
  add("b.txt", "More herons.");
  EXPECT_EQ(must(searcher.search({}, lexical("herons"))).hits.size(), 2U);
}

TEST_F(SearchTest, a_question_in_one_chinese_script_finds_the_other) {
  add("hant.txt", "圖書館週一開放，週日關閉。");
  EXPECT_EQ(ids(lexical("图书馆什么时候关闭")), Ids{"hant.txt"});
}

TEST_F(SearchTest, explains_scores_by_rankings_and_terms) {
  add("a.txt", "Herons nest in the reeds near the river.");
  add("b.txt", "The river floods the meadow.");
  SearchRequest request{.query = "herons by the river"};
  request.explain = true;
  const SearchResponse response = search(request);
  ASSERT_FALSE(response.hits.empty());
  const Hit& hit = response.hits.front();
  EXPECT_EQ(hit.external_id, "a.txt");
  const auto& lexical_part = hit.explanation.at("lexical");
  EXPECT_EQ(lexical_part.at("rank"), 1);
  double sum = 0;
  for (const auto& term : lexical_part.at("terms")) sum += term.at("contribution").get<double>();
  EXPECT_NEAR(sum, hit.lexical_score, 1e-3);
  EXPECT_EQ(hit.explanation.at("dense").at("model"), "fake");
  const auto part = [&](const char* name) {
    const auto& json = hit.explanation.at(name);
    return json.at("normalised").get<double>() * json.at("weight").get<double>();
  };
  const auto& coverage = hit.explanation.at("coverage");
  const double covered = coverage.at("share").get<double>() * coverage.at("weight").get<double>();
  EXPECT_NEAR(covered, SearchTuning{}.coverage_weight, 1e-6);
  EXPECT_NEAR(part("lexical") + part("dense") + covered, hit.score, 1e-6);
}

TEST_F(SearchTest, words_count_only_as_far_as_some_chunk_covers_the_question) {
  add("a.txt", "Herons nest.");
  add("b.txt", "Otters swim.");
  SearchRequest request{.query = "herons or otters"};
  request.explain = true;
  for (const Hit& hit : search(request).hits) {
    EXPECT_NEAR(hit.explanation.at("coverage").at("share").get<double>(), 0.5, 1e-6);
    EXPECT_NEAR(hit.explanation.at("lexical").at("weight").get<double>(), SearchTuning{}.lexical_weight / 2, 1e-6);
  }
  request.query = "herons";
  EXPECT_NEAR(search(request).hits.front().explanation.at("lexical").at("weight").get<double>(),
              SearchTuning{}.lexical_weight, 1e-6);
}

TEST_F(SearchTest, a_longer_list_begins_with_the_shorter_one) {
  for (int i = 0; i < 40; ++i)
    add("d" + std::to_string(i), i % 3 == 0 ? "Herons nest." : "Otters swim past nest " + std::to_string(i) + ".");
  const Ids shorter = ids({.query = "herons and otters at the nest", .limit = 5});
  Ids longer = ids({.query = "herons and otters at the nest", .limit = 40});
  longer.resize(shorter.size());
  EXPECT_EQ(shorter, longer);
}

TEST_F(SearchTest, hybrid_goes_on_without_a_model_that_is_gone_and_says_so) {
  add("a.txt", "Herons nest in the reeds.");
  testing::FakeEmbedders others;
  others.add("another");
  const Searcher searcher(*store.catalog, *store.blobs, others, store.clock, SearchTuning{});
  const SearchResponse response = must(searcher.search({}, {.query = "herons"}));
  EXPECT_EQ(response.hits.size(), 1U);
  EXPECT_FALSE(response.complete);
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, searcher.search({}, {.query = "herons", .mode = SearchMode::dense})));
}

TEST_F(SearchTest, the_ranking_does_not_depend_on_segments) {
  testing::TestStore together;
  std::vector<IngestSource> sources;
  for (int i = 0; i < 12; ++i) {
    const std::string id = "d" + std::to_string(i), text = i % 3 == 0 ? "Herons nest." : "Herons nest near otters.";
    sources.push_back({.external_id = id, .facts = {}, .content = text});
    add(id, text);
  }
  together.ingest(std::move(sources));
  together.work();
  const Searcher other(*together.catalog, *together.blobs, together.embedders, together.clock, SearchTuning{});
  const SearchResponse apart = search({.query = "herons and otters", .limit = 12});
  const SearchResponse one = must(other.search({}, {.query = "herons and otters", .limit = 12}));
  ASSERT_EQ(apart.hits.size(), one.hits.size());
  for (std::size_t i = 0; i < one.hits.size(); ++i) {
    EXPECT_EQ(apart.hits[i].external_id, one.hits[i].external_id) << i;
    EXPECT_EQ(apart.hits[i].score, one.hits[i].score) << i;
  }
}

}  // namespace
}  // namespace cairn
