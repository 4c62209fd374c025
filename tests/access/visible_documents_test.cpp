#include "app/visible_documents.h"

#include <algorithm>

#include "app/test_store.h"

namespace cairn::testing {
namespace {

class Visibility : public ::testing::Test {
 protected:
  Visibility() {
    add("open.md", "The harbour opens at dawn.", {});
    add("board.md", "The harbour budget is nine million.", {"group:board"});
    add("ada.md", "The harbour diary of Ada.", {"user:ada"});
    store.work();
  }

  void add(const std::string& external_id, const std::string& text, std::vector<std::string> acl) {
    DocumentFacts facts;
    facts.acl = std::move(acl);
    store.ingest({{.external_id = external_id, .facts = facts, .content = text}});
  }

  static Principal caller(std::vector<std::string> groups, const std::string& tenant = "local") {
    return {.tenant = TenantId(tenant),
            .name = "caller",
            .groups = std::move(groups),
            .is_owner = false,
            .scopes = {Scope::query},
            .credential = CredentialKind::user,
            .credential_id = "x",
            .session = {},
            .limits = {}};
  }

  DocumentId id(const std::string& external_id) const { return document_id(store.collection.id, external_id); }

  std::vector<std::string> listed(const Principal& principal, std::size_t limit = 50) const {
    std::vector<std::string> names;
    DocumentFilter filter;
    filter.collection = store.collection.id;
    filter.limit = limit;
    do {
      const auto page = must(visible_documents(*store.catalog, principal, filter));
      for (const Document& document : page.items) names.push_back(document.external_id);
      filter.cursor = page.next_cursor;
    } while (!filter.cursor.empty());
    return names;
  }

  std::vector<std::string> found(const Principal& principal, std::size_t limit = 10) const {
    const Searcher searcher(*store.catalog, *store.blobs, store.embedders, store.clock, {});
    SearchRequest request;
    request.query = "harbour";
    request.mode = SearchMode::lexical;
    request.limit = limit;
    std::vector<std::string> names;
    for (const Hit& hit : must(searcher.search(principal, request)).hits) names.push_back(hit.external_id);
    std::ranges::sort(names);
    return names;
  }

  TestStore store;
  using Names = std::vector<std::string>;
};

TEST_F(Visibility, AnAclNamesWhoSeesADocumentAndAnEmptyOneTheTenant) {
  const Principal stranger = caller({}), member = caller({"group:board"}), ada = caller({"group:staff", "user:ada"});
  EXPECT_EQ(listed(stranger), Names{"open.md"});
  EXPECT_EQ(listed(member), (Names{"board.md", "open.md"}));
  EXPECT_EQ(listed(ada), (Names{"ada.md", "open.md"}));
  EXPECT_EQ(listed(Principal{}), (Names{"ada.md", "board.md", "open.md"}));
  for (const Principal& principal : {stranger, member, ada, Principal{}})
    EXPECT_EQ(found(principal), listed(principal));
}

TEST_F(Visibility, WhatIsHiddenIsNotFoundInTheWordsOfWhatIsNotThere) {
  const auto hidden = visible_document(*store.catalog, caller({}), id("board.md"));
  ASSERT_TRUE(fails_with(ErrorKind::not_found, hidden));
  const auto missing = visible_document(*store.catalog, caller({}), id("missing"));
  ASSERT_TRUE(fails_with(ErrorKind::not_found, missing));
  const auto without_id = [](std::string message, const DocumentId& named) {
    return message.erase(message.find(named.value()), named.value().size());
  };
  EXPECT_EQ(without_id(hidden.error().message, id("board.md")), without_id(missing.error().message, id("missing")));
  EXPECT_TRUE(visible_document(*store.catalog, caller({"group:board"}), id("board.md")).has_value());
}

TEST_F(Visibility, AnotherTenantSeesNothingWhateverItsGroupsAndScopes) {
  Principal owner = caller({"group:board"}, "other");
  owner.is_owner = true;
  owner.scopes = Scopes::all();
  for (const char* name : {"open.md", "board.md", "ada.md"}) {
    EXPECT_TRUE(fails_with(ErrorKind::not_found, visible_document(*store.catalog, owner, id(name))));
    EXPECT_TRUE(fails_with(ErrorKind::not_found,
                           visible_document(*store.catalog, caller({"group:board", "user:ada"}, "other"), id(name))));
  }
  EXPECT_EQ(found(owner), Names{});
}

TEST_F(Visibility, PagesAreFullAndCountsTellOnlyOfWhatIsSeen) {
  for (int i = 0; i < 9; ++i)
    add("more " + std::to_string(i), "text " + std::to_string(i), i % 3 == 0 ? Names{} : Names{"group:secret"});
  store.work();
  EXPECT_EQ(listed(caller({}), 2), (Names{"more 0", "more 3", "more 6", "open.md"}));
  const auto counts = [&](const Principal& principal) {
    return must(visible_counts(*store.catalog, principal, store.collection.id));
  };
  EXPECT_EQ(counts(caller({})).documents, 4u);
  EXPECT_EQ(counts(caller({})).chunks, 4u);
  EXPECT_EQ(counts(caller({})).bytes, 0u);
  EXPECT_EQ(counts(caller({"group:secret"})).documents, 10u);
  EXPECT_EQ(counts(caller({"group:secret", "group:board", "user:ada"})).bytes, counts(Principal{}).bytes);
  EXPECT_EQ(counts(Principal{}).documents, 12u);
}

TEST_F(Visibility, ANarrowedAclHidesADocumentAtOnceAndForGood) {
  add("open.md", "The harbour opens at dawn.", {"group:board"});
  EXPECT_EQ(found(caller({})), Names{}) << "the index does not know yet, the catalog does";
  EXPECT_EQ(listed(caller({})), Names{});
  EXPECT_EQ(found(caller({"group:board"})), (Names{"board.md", "open.md"}));
  store.work();
  EXPECT_EQ(found(caller({})), Names{});
  EXPECT_EQ(found(caller({"group:board"})), (Names{"board.md", "open.md"}));
}

TEST_F(Visibility, WhatStoodBehindHiddenHitsMovesUp) {
  for (int i = 0; i < 12; ++i)
    add("a" + std::to_string(i), "The harbour, the harbour, the harbour " + std::to_string(i), {});
  store.work();
  for (int i = 0; i < 12; ++i)
    add("a" + std::to_string(i), "The harbour, the harbour, the harbour " + std::to_string(i), {"group:board"});
  EXPECT_EQ(found(caller({}), 1), Names{"open.md"});
  EXPECT_EQ(found(caller({}), 3), Names{"open.md"});
}

TEST_F(Visibility, WhoMayNotSeeADocumentCanNeitherReplaceItNorDeleteItWithItsCollection) {
  const auto replace = [&](const Principal& principal, const std::string& name) {
    return may_replace(*store.catalog, principal, store.collection.id, name);
  };
  EXPECT_TRUE(fails_with(ErrorKind::not_found, replace(caller({}), "board.md")));
  EXPECT_TRUE(replace(caller({}), "open.md").has_value() && replace(caller({}), "new.md").has_value());
  EXPECT_TRUE(replace(caller({"group:board"}), "board.md").has_value() && replace(Principal{}, "board.md").has_value());
  EXPECT_TRUE(
      fails_with(ErrorKind::forbidden, may_delete(*store.catalog, caller({"group:board"}), store.collection.id)));
  EXPECT_TRUE(may_delete(*store.catalog, caller({"group:board", "user:ada"}), store.collection.id).has_value());
  EXPECT_TRUE(may_delete(*store.catalog, Principal{}, store.collection.id).has_value());
}

TEST_F(Visibility, TotalsAddUpOneTenant) {
  const auto totals = must(store.catalog->totals(local_tenant));
  EXPECT_EQ(totals.documents, 3u);
  EXPECT_GT(totals.bytes, 60u);
  EXPECT_EQ(must(store.catalog->totals(TenantId("other"))).documents, 0u);
}

}  // namespace
}  // namespace cairn::testing
