#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "contract/catalog_contract.h"
#include "ports/portable_catalog.h"

namespace cairn::testing {

/// A catalog of its own, on this clock, each time.
struct PortableHarness {
  virtual ~PortableHarness() = default;
  virtual PortableCatalog& catalog() = 0;
  virtual ManualClock& clock() = 0;
};
using MakePortable = std::function<std::unique_ptr<PortableHarness>()>;

/// A collection as read_collection() gives it.
struct WholeCollection {
  StoredCollection stored;
  std::vector<StoredDocument> documents;

  DocumentSource source() const {
    return [this](const auto& put) -> Result<void> {
      for (const StoredDocument& document : documents) CAIRN_CHECK(put(document));
      return {};
    };
  }
};

/// What ports/portable_catalog.h promises beyond catalog.h.
class PortableContract : public ::testing::TestWithParam<MakePortable> {
 protected:
  std::unique_ptr<PortableHarness> source = GetParam()(), target = GetParam()();

  static WholeCollection read(PortableHarness& from, const CollectionId& id) {
    WholeCollection whole;
    must(from.catalog().read_collection(id, {.on_collection =
                                                 [&](const StoredCollection& stored) {
                                                   whole = {stored, {}};
                                                   return Result<void>();
                                                 },
                                             .on_document =
                                                 [&](const StoredDocument& stored) {
                                                   whole.documents.push_back(stored);
                                                   return Result<void>();
                                                 }}));
    return whole;
  }

  static std::string name_of(int number) { return "doc" + std::to_string(1000 + number); }

  /// Documents in one segment, indexed; the first one is dead in an older segment.
  Collection fill(int documents) {
    PortableCatalog& catalog = source->catalog();
    const Collection made = must(catalog.create_collection({.tenant = local_tenant,
                                                            .name = "papers",
                                                            .description = "all of them",
                                                            .embedding_model = "model",
                                                            .chunking = {"sentence", 100, 10}}));
    std::vector<NewDocument> wanted;
    for (int i = 0; i < documents; ++i) wanted.push_back(new_document(name_of(i), "text " + std::to_string(i)));
    wanted.front().facts = {.title = "A title",
                            .url = "https://example.org/",
                            .language = "en",
                            .media_type = "text/plain",
                            .file_name = "a\xe9.txt",
                            .metadata = {{"a", {1, 2.5, "x"}}},
                            .acl = {"group:board", "user:ada"}};
    const auto registered = must(catalog.register_documents(made.id, wanted, default_priority));
    source->clock().advance(1s);
    Commit commit;
    ManifestEdit edit{.collection = made.id, .base = 0, .add = {}, .remove = {}, .tombstones = {}};
    edit.add = {segment_of("old", 1, 3), segment_of("new", static_cast<std::uint32_t>(documents), 9)};
    edit.tombstones = {{.segment = blob_of("old"), .document = 0, .chunks = 3}};
    commit.edits = {edit};
    for (const Task& task : must(catalog.claim({.node = NodeId("node"), .limit = registered.size(), .lease = 10s}))) {
      commit.completions.push_back({.lease = {.task = task.id, .epoch = task.epoch}, .error = ""});
      commit.indexed.push_back({.id = task.document,
                                .version = 1,
                                .title = "found title",
                                .language = "de",
                                .media_type = "text/markdown",
                                .pages = 2,
                                .chunks = 3,
                                .tokens = 44});
    }
    EXPECT_FALSE(must(catalog.commit(commit)).refusal);
    return must(catalog.collection(made.id));
  }

  /// As another catalog would want it, under this name.
  WholeCollection for_target(WholeCollection whole, const std::string& name) {
    whole.stored.collection.name = name;
    whole.stored.collection.id = must(target->catalog().next_collection_id(local_tenant, name));
    for (StoredDocument& stored : whole.documents)
      stored.document.id = document_id(whole.stored.collection.id, stored.document.external_id);
    return whole;
  }

  bool target_is_empty() {
    return must(target->catalog().all_collections()).empty() && must(target->catalog().reachable_blobs()).empty() &&
           must(target->catalog().last_change()) == 0;
  }
};

inline bool same(const StoredDocument& a, const StoredDocument& b) {
  const Document &x = a.document, &y = b.document;
  return x.external_id == y.external_id && x.facts == y.facts && x.content_hash == y.content_hash &&
         x.byte_size == y.byte_size && x.version == y.version && x.indexed_version == y.indexed_version &&
         x.status == y.status && x.error == y.error && x.pages == y.pages && x.chunks == y.chunks &&
         x.tokens == y.tokens && x.created_at == y.created_at && x.updated_at == y.updated_at &&
         a.found_title == b.found_title && a.found_language == b.found_language &&
         a.found_media_type == b.found_media_type && a.deletion_requested == b.deletion_requested;
}

TEST_P(PortableContract, WhatLeavesOneEntersAnotherAsItWas) {
  const Collection made = fill(1203);  // More than one page of any kind.
  const WholeCollection whole = read(*source, made.id);
  ASSERT_EQ(whole.documents.size(), 1203U);
  EXPECT_EQ(whole.documents.front().document.facts.title, "A title");
  EXPECT_EQ(whole.documents.front().found_title, "found title");
  const WholeCollection wanted = for_target(whole, "copy");
  target->clock().advance(1h);
  must(target->catalog().write_collection(wanted.stored, wanted.source()));

  const WholeCollection again = read(*target, wanted.stored.collection.id);
  EXPECT_EQ(again.stored.collection.name, "copy");
  EXPECT_EQ(again.stored.collection.description, "all of them");
  EXPECT_EQ(again.stored.collection.embedding_model, "model");
  EXPECT_EQ(again.stored.collection.chunking, made.chunking);
  EXPECT_EQ(again.stored.collection.manifest, made.manifest);
  EXPECT_EQ(again.stored.manifest.segments, whole.stored.manifest.segments);
  EXPECT_EQ(again.stored.manifest.tombstones, whole.stored.manifest.tombstones);
  ASSERT_EQ(again.documents.size(), whole.documents.size());
  for (std::size_t i = 0; i < again.documents.size(); ++i)
    EXPECT_TRUE(same(again.documents[i], whole.documents[i])) << whole.documents[i].document.external_id;
  EXPECT_EQ(must(target->catalog().counts(wanted.stored.collection.id)).documents, 1203U);
  EXPECT_EQ(must(target->catalog().verify()), std::vector<std::string>{});
}

TEST_P(PortableContract, UnfinishedDocumentsAreQueuedForWhatTheyWaitFor) {
  const Collection made = fill(3);
  PortableCatalog& catalog = source->catalog();
  must(catalog.register_documents(made.id, {new_document(name_of(1), "newer"), new_document("zoo", "z")}, 2));
  must(catalog.request_deletion(document_id(made.id, name_of(2)), 2));
  const WholeCollection wanted = for_target(read(*source, made.id), "copy");
  must(target->catalog().write_collection(wanted.stored, wanted.source()));
  const auto tasks = must(target->catalog().claim({.node = NodeId("node"), .limit = 10, .lease = 10s}));
  std::map<std::string, std::uint32_t> versions;
  for (const Task& task : tasks)
    versions[task.type + " " + must(target->catalog().document(task.document)).external_id] = task.document_version;
  EXPECT_EQ(versions, (std::map<std::string, std::uint32_t>{
                          {"ingest " + name_of(1), 2}, {"ingest zoo", 1}, {"delete " + name_of(2), 1}}));
  EXPECT_EQ(must(target->catalog().verify()), std::vector<std::string>{});
}

TEST_P(PortableContract, ReadsOneStateWhileOthersWrite) {
  const Collection made = fill(700);
  int seen = 0;
  must(source->catalog().read_collection(
      made.id, {.on_collection = [](const StoredCollection&) { return Result<void>(); },
                .on_document = [&](const StoredDocument& stored) -> Result<void> {
                  if (seen++ == 0)
                    CAIRN_CHECK(source->catalog().register_documents(
                        made.id, {new_document("zzz", "late"), new_document(name_of(650), "new")}, 5));
                  EXPECT_NE(stored.document.external_id, "zzz");
                  EXPECT_EQ(stored.document.version, 1U);
                  return {};
                }}));
  EXPECT_EQ(seen, 700);
}

TEST_P(PortableContract, AnErrorOnTheWayLeavesNothing) {
  const WholeCollection whole = read(*source, fill(600).id);
  const WholeCollection wanted = for_target(whole, "copy");
  const auto cut_off = [&](const auto& put) -> Result<void> {
    for (std::size_t i = 0; i < 550; ++i) CAIRN_CHECK(put(wanted.documents[i]));
    return fail(ErrorKind::cancelled, "enough");
  };
  EXPECT_TRUE(fails_with(ErrorKind::cancelled, target->catalog().write_collection(wanted.stored, cut_off)));
  EXPECT_TRUE(target_is_empty());
  WholeCollection doubled = wanted;
  doubled.documents.push_back(doubled.documents.front());
  EXPECT_FALSE(target->catalog().write_collection(doubled.stored, doubled.source()));
  EXPECT_TRUE(target_is_empty());
  EXPECT_TRUE(fails_with(ErrorKind::invalid, target->catalog().write_collection(wanted.stored, whole.source())))
      << "documents of another collection";
  WholeCollection impossible = wanted;
  impossible.stored.manifest.tombstones.push_back({.segment = blob_of("nowhere"), .document = 0, .chunks = 1});
  EXPECT_TRUE(
      fails_with(ErrorKind::invalid, target->catalog().write_collection(impossible.stored, impossible.source())));
  EXPECT_TRUE(target_is_empty());
  must(target->catalog().write_collection(wanted.stored, wanted.source()));
}

TEST_P(PortableContract, ATakenNameAndAnotherIdAreConflicts) {
  const WholeCollection wanted = for_target(read(*source, fill(2).id), "copy");
  WholeCollection other_id = wanted;
  other_id.stored.collection.id = CollectionId("0123456789abcdef0123456789abcdef");
  EXPECT_TRUE(fails_with(ErrorKind::conflict, target->catalog().write_collection(other_id.stored, other_id.source())));
  EXPECT_TRUE(target_is_empty());
  must(target->catalog().write_collection(wanted.stored, wanted.source()));
  EXPECT_TRUE(fails_with(ErrorKind::conflict, target->catalog().write_collection(wanted.stored, wanted.source())));
  EXPECT_EQ(must(target->catalog().document_counts(wanted.stored.collection.id))[5], 2U);
  EXPECT_TRUE(fails_with(ErrorKind::not_found, target->catalog().read_collection(CollectionId("nothing"), {})));
}

}  // namespace cairn::testing
