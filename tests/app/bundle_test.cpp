// Collections leave a store as one bundle and enter another.
#include <gmock/gmock.h>

#include "app/bundle/tar.h"
#include "app/bundle_fixture.h"
#include "app/collect_garbage.h"

namespace cairn {
namespace {

using testing::BundleBytes;
using testing::BundleStore;
using testing::EmptyStore;
using testing::fails_with;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::must;

const std::vector<std::string> queries = {"heron number 7", "reeds", "the board's fortune", "patient", "number three"};

void expect_same_hits(BundleStore& one, BundleStore& other, const std::string& name) {
  for (const std::string& query : queries)
    for (const SearchMode mode : {SearchMode::hybrid, SearchMode::dense, SearchMode::lexical})
      EXPECT_EQ(other.found(name, query, mode), one.found("papers", query, mode)) << query;
}

/// A row of the catalog without what belongs to the store that it is in.
nlohmann::json facts_of(const Document& document) {
  return {{"external_id", document.external_id},
          {"hash", document.content_hash.value()},
          {"bytes", document.byte_size},
          {"version", document.version},
          {"indexed", document.indexed_version},
          {"status", to_string(document.status)},
          {"error", document.error},
          {"pages", document.pages},
          {"chunks", document.chunks},
          {"tokens", document.tokens},
          {"created", document.created_at.time_since_epoch().count()},
          {"updated", document.updated_at.time_since_epoch().count()},
          {"title", document.facts.title},
          {"language", document.facts.language},
          {"media_type", document.facts.media_type},
          {"metadata", document.facts.metadata},
          {"acl", document.facts.acl}};
}

nlohmann::json all_facts(const BundleStore& store, const std::string& name) {
  nlohmann::json all = nlohmann::json::array();
  const Collection collection = must(store.catalog->collection(local_tenant, name));
  for (const Document& document : must(store.catalog->documents({.collection = collection.id, .limit = 1000})).items)
    all.push_back(facts_of(document));
  return all;
}

TEST(Bundle, GivesTheSameHitsAndScoresInAnotherStore) {
  BundleStore source, target;
  must(target.catalog->create_collection({.tenant = local_tenant, .name = "other"}));
  source.fill();
  const ImportReport report = must(target.try_import(source.exported(), {.collection = "copy"}));
  EXPECT_EQ(report.documents, 12U);
  EXPECT_EQ(report.collection.manifest, source.manifest().number);
  EXPECT_EQ(report.chunks, must(source.catalog->counts(source.collection.id)).chunks);
  EXPECT_THAT(report.missing_models, IsEmpty());
  expect_same_hits(source, target, "copy");
  EXPECT_EQ(all_facts(target, "copy"), all_facts(source, "papers"));
  EXPECT_THAT(target.problems(), IsEmpty());
}

TEST(Bundle, KeepsTheIdsWhereTheStoreWouldGiveTheSameOnes) {
  BundleStore source;
  source.fill();
  const testing::TemporaryFolder folder;
  const auto catalog =
      must(open_sqlite_catalog({.folder = folder.path(), .access = SqliteAccess::write, .clock = &source.clock}));
  const auto blobs = must(open_directory_blob_store({.folder = folder.path(), .access = DirectoryAccess::write}));
  const std::string bytes = source.exported();
  const auto report = must(import_collection({.catalog = *catalog, .blobs = *blobs, .embedders = source.embedders},
                                             BlobView(as_bytes(bytes), nullptr), {}, {}));
  EXPECT_EQ(report.collection.id, source.collection.id);
  EXPECT_EQ(must(catalog->manifest(report.collection.id)).segments, source.manifest().segments);
}

TEST(Bundle, EntersTheStoreThatItCameFromUnderAnotherName) {
  BundleStore store;
  store.fill();
  must(store.try_import(store.exported(), {.collection = "copy"}));
  expect_same_hits(store, store, "copy");
  EXPECT_THAT(store.problems(), IsEmpty());
}

TEST(Bundle, OfACopyIsTheCopysBundle) {
  BundleStore source;
  source.fill();
  EmptyStore target;
  must(target.try_import(source.exported(), {.collection = "copy"}));
  BundleBytes again;
  must(target.try_export(again, {.collection = "copy"}));
  EmptyStore third;
  must(third.try_import(again.bytes));
  expect_same_hits(source, third, "copy");
  EXPECT_EQ(all_facts(third, "copy"), all_facts(source, "papers"));
}

TEST(Bundle, OfTheSameStateIsTheSameToTheByte) {
  BundleStore store;
  store.fill();
  EXPECT_EQ(store.exported(), store.exported());
}

TEST(Bundle, HidesWhatTheAclHides) {
  BundleStore source;
  source.fill();
  EmptyStore target;
  must(target.try_import(source.exported()));
  const Principal guest{.name = "guest", .groups = {"group:staff"}, .is_owner = false};
  const Principal member{.name = "member", .groups = {"group:board"}, .is_owner = false};
  EXPECT_THAT(target.found("papers", "fortune", SearchMode::lexical, guest), IsEmpty());
  EXPECT_EQ(target.found("papers", "fortune", SearchMode::lexical, member).size(), 1U);
}

TEST(Bundle, OfAnEmptyCollectionMakesAnEmptyOne) {
  BundleStore source;
  EmptyStore target;
  const ImportReport report = must(target.try_import(source.exported()));
  EXPECT_EQ(report.documents, 0U);
  EXPECT_EQ(report.collection.manifest, 0U);
  target.collection = report.collection;
  target.add("first.txt", "The first heron.");
  EXPECT_EQ(target.found("papers", "heron").size(), 1U);
}

TEST(Bundle, KeepsSettingsAndNamesThatAreNoUtf8) {
  BundleStore source;
  source.collection = must(source.catalog->create_collection({.tenant = local_tenant,
                                                              .name = "報告",
                                                              .description = "Berichte\nund mehr",
                                                              .embedding_model = "fake",
                                                              .chunking = {"sentence", 64, 8}}));
  source.add("plain.txt", "A heron with a plain name.");
  const BlobId waiting = must(put_blob(*source.blobs, as_bytes("A heron with a strange name.")));
  must(source.catalog->register_documents(
      source.collection.id, {{.external_id = "latin\xe9.txt", .facts = {}, .content_hash = waiting, .byte_size = 28}},
      default_priority));
  BundleBytes bundle;
  must(source.try_export(bundle, {.collection = "報告"}));
  EmptyStore target;
  const Collection made = must(target.try_import(bundle.bytes)).collection;
  EXPECT_EQ(made.description, "Berichte\nund mehr");
  EXPECT_EQ(made.embedding_model, "fake");
  EXPECT_EQ(made.chunking, (Chunking{"sentence", 64, 8}));
  EXPECT_EQ(must(target.catalog->document(document_id(made.id, "latin\xe9.txt"))).content_hash, waiting);
  EXPECT_EQ(target.found("報告", "plain").size(), 1U);
}

TEST(Bundle, TakesInWhatWasStillWaiting) {
  BundleStore source;
  source.fill();
  source.ingest("late.txt", "The late heron catches the frog.");
  source.ingest("doc1", "Number one has a new text about frogs.");
  EmptyStore target;
  const ImportReport report = must(target.try_import(source.exported(), {.collection = "copy"}));
  EXPECT_EQ(report.queued, 2U);
  EXPECT_THAT(target.found("copy", "frog", SearchMode::lexical), IsEmpty());
  EXPECT_THAT(target.problems(), IsEmpty());
  target.work();
  source.work();
  EXPECT_EQ(target.found("copy", "frog", SearchMode::lexical).size(), 2U);
  expect_same_hits(source, target, "copy");
  EXPECT_THAT(target.problems(), IsEmpty());
}

TEST(Bundle, DeletesWhatWasToBeDeleted) {
  BundleStore source;
  source.fill();
  must(source.catalog->request_deletion(document_id(source.collection.id, "doc7"), default_priority));
  EmptyStore target;
  const Collection made = must(target.try_import(source.exported(), {.collection = "copy"})).collection;
  target.work();
  EXPECT_TRUE(fails_with(ErrorKind::not_found, target.catalog->document(document_id(made.id, "doc7"))));
  EXPECT_THAT(target.problems(), IsEmpty());
}

TEST(Bundle, LetsDocumentsBeReplacedAndUnchangedAfterwards) {
  BundleStore source;
  source.fill();
  EmptyStore target;
  target.collection = must(target.try_import(source.exported(), {.collection = "copy"})).collection;
  DocumentFacts facts;
  facts.title = "Title of doc2";
  facts.metadata = {{"year", 2026}, {"list", {1, 2.5, "x"}}};
  const std::string text = "The heron number 2 waits in the reeds.\nIt is patient.";
  const IngestReport same = target.ingest({{.external_id = "doc2", .facts = facts, .content = text}});
  EXPECT_EQ(same.unchanged, 1U);
  target.add("doc2", "Number two has left.");
  EXPECT_EQ(target.document("doc2").indexed_version, 2U);
  EXPECT_THAT(target.problems(), IsEmpty());
}

TEST(Bundle, RefusesANameThatIsTaken) {
  BundleStore source, target;
  source.fill();
  target.add("mine.txt", "A heron of my own.");
  const auto before = target.found("papers", "heron");
  const auto refused = target.try_import(source.exported());
  ASSERT_TRUE(fails_with(ErrorKind::conflict, refused));
  EXPECT_THAT(refused.error().message, HasSubstr("--collection"));
  EXPECT_EQ(target.found("papers", "heron"), before);
  EXPECT_TRUE(fails_with(ErrorKind::invalid, target.try_import(source.exported(), {.collection = "a/b"})));
}

TEST(Bundle, BelongsToTheTenantThatItIsImportedFor) {
  BundleStore source;
  source.fill();
  BundleStore target;
  must(target.try_import(source.exported(), {.tenant = TenantId("sales")}));
  EXPECT_EQ(target.found("papers", "reeds", SearchMode::lexical, {.tenant = TenantId("sales")}),
            source.found("papers", "reeds", SearchMode::lexical));
  EXPECT_THAT(target.found("papers", "reeds"), IsEmpty());
  EXPECT_THAT(target.problems(), IsEmpty());
}

TEST(Bundle, SaysWhichModelsAreMissingAndIsFoundByItsWords) {
  BundleStore source;
  source.fill();
  EmptyStore target;
  target.embedders = testing::FakeEmbedders();
  target.embedders.add("another");
  EXPECT_EQ(must(target.try_import(source.exported())).missing_models, std::vector<std::string>{"fake"});
  EXPECT_FALSE(target.found("papers", "reeds").empty());
  EXPECT_EQ(target.found("papers", "reeds", SearchMode::lexical), source.found("papers", "reeds", SearchMode::lexical));
}

TEST(Bundle, IsATarFileOfItsParts) {
  BundleStore store;
  store.fill();
  const std::string bytes = store.exported();
  tar::Reader entries(as_bytes(bytes));
  std::vector<std::string> folders;
  while (const auto entry = must(entries.next())) {
    const std::string folder = entry->name.substr(0, entry->name.find('/'));
    if (folders.empty() || folders.back() != folder) folders.push_back(folder);
  }
  EXPECT_EQ(folders, (std::vector<std::string>{"cairn-bundle.json", "manifest.jsonl", "documents", "segments", "files",
                                               "end.json"}));
}

TEST(Bundle, HoldsOneStateWhileBlobsGo) {
  BundleStore source;
  source.fill();
  BundleBytes bundle;
  ExportOptions wanted;
  bool changed = false;
  wanted.on_bytes = [&](std::uint64_t, std::uint64_t) {
    if (std::exchange(changed, true)) return;
    source.add("doc1", "Number one was replaced while it was copied.");
    must(collect_garbage(*source.catalog, *source.blobs, std::chrono::milliseconds(0), {}));
  };
  const ExportReport report = must(source.try_export(bundle, wanted));
  EXPECT_EQ(bundle.restarts, 2);
  EXPECT_TRUE(bundle.is_whole);
  EXPECT_EQ(report.manifest, source.manifest().number);
  EmptyStore target;
  must(target.try_import(bundle.bytes, {.collection = "copy"}));
  expect_same_hits(source, target, "copy");
  EXPECT_THAT(target.problems(), IsEmpty());
}

TEST(Bundle, OfADamagedStoreIsRefused) {
  BundleStore source;
  source.fill();
  BundleBytes bundle;
  const BlobId gone = source.document("doc2").content_hash;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(source.folder.path()))
    if (entry.path().filename() == gone.value()) std::filesystem::remove(entry.path());
  const auto refused = source.try_export(bundle);
  ASSERT_TRUE(fails_with(ErrorKind::corrupt, refused));
  EXPECT_THAT(refused.error().message, HasSubstr("fsck"));
  EXPECT_FALSE(bundle.is_whole);
}

TEST(Bundle, OfACollectionThatIsNotThereIsRefused) {
  BundleStore store;
  BundleBytes bundle;
  EXPECT_TRUE(fails_with(ErrorKind::not_found, store.try_export(bundle, {.collection = "nowhere"})));
  EXPECT_TRUE(bundle.bytes.empty());
}

TEST(Bundle, KeepsGarbageCollectionAwayFromWhatHasNoNameYet) {
  BundleStore source;
  source.fill();
  const std::string bytes = source.exported();
  EmptyStore target;
  ImportOptions wanted;
  std::uint64_t removed = 0;
  // Another node collects whatever has no name, however young it is.
  wanted.on_bytes = [&](std::uint64_t, std::uint64_t) {
    removed += must(collect_garbage(*target.catalog, *target.blobs, std::chrono::milliseconds(0), {})).removed;
  };
  must(target.try_import(bytes, wanted));
  EXPECT_EQ(removed, 0U);
  EXPECT_THAT(target.problems(), IsEmpty());
}

}  // namespace
}  // namespace cairn
