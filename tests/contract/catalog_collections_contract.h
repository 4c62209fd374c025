#pragma once

#include "contract/catalog_contract.h"

// Collections, settings and upkeep.

namespace cairn::testing {

TEST_P(CatalogContract, GivesBackACollectionByNameAndById) {
  Collection wanted;
  wanted.tenant = local_tenant;
  wanted.name = "會議 minutes";
  wanted.description = "What was decided";
  wanted.embedding_model = "some-model";
  wanted.chunking = {.strategy = "fixed", .max_tokens = 100, .overlap_tokens = 10};
  const Collection made = must(catalog().create_collection(wanted));
  EXPECT_FALSE(made.id.empty());
  harness->reopen();
  for (const Collection& found :
       {must(catalog().collection(local_tenant, wanted.name)), must(catalog().collection(made.id))}) {
    EXPECT_EQ(found.id, made.id);
    EXPECT_EQ(found.description, wanted.description);
    EXPECT_EQ(found.embedding_model, wanted.embedding_model);
    EXPECT_EQ(found.chunking, wanted.chunking);
    EXPECT_EQ(found.manifest, 0u);
    EXPECT_EQ(found.created_at, clock().now());
  }
}

TEST_P(CatalogContract, RefusesATakenNameAndKeepsTheExistingCollection) {
  const Collection first = make_collection("papers");
  Collection second;
  second.tenant = local_tenant;
  second.name = "papers";
  second.description = "another";
  EXPECT_TRUE(fails_with(ErrorKind::conflict, catalog().create_collection(second)));
  EXPECT_EQ(must(catalog().collection(first.id)).description, "");
  second.tenant = TenantId("other");
  EXPECT_TRUE(catalog().create_collection(second));
}

TEST_P(CatalogContract, RefusesBadNames) {
  for (const std::string& name :
       {std::string(), std::string("a/b"), std::string("a\nb"), std::string("\xff"), std::string(" a"),
        std::string(".."), std::string(513, 'a'), std::string("a\0b", 3)}) {
    Collection wanted;
    wanted.tenant = local_tenant;
    wanted.name = name;
    EXPECT_TRUE(fails_with(ErrorKind::invalid, catalog().create_collection(wanted))) << name;
  }
}

TEST_P(CatalogContract, GivesTheSameNameTheSameIdOnAnyMachineButNeverTwice) {
  const auto other_machine = GetParam()();
  Collection wanted;
  wanted.tenant = local_tenant;
  wanted.name = "papers";
  const Collection here = make_collection("papers");
  EXPECT_EQ(must(other_machine->catalog().create_collection(wanted)).id, here.id);
  must(catalog().delete_collection(here.id));
  EXPECT_NE(make_collection("papers").id, here.id);
}

TEST_P(CatalogContract, ListsATenantsCollectionsByName) {
  for (const char* name : {"b", "c", "a"}) make_collection(name);
  Collection foreign;
  foreign.tenant = TenantId("other");
  foreign.name = "aa";
  must(catalog().create_collection(foreign));
  std::vector<std::string> names;
  for (const Collection& found : must(catalog().collections(local_tenant))) names.push_back(found.name);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(must(catalog().all_collections()).size(), 4u);
}

TEST_P(CatalogContract, ForgetsADeletedCollectionWithEverythingInIt) {
  const Collection collection = make_collection();
  const RegisteredDocument indexed = add_indexed(collection, "a", "text");
  const RegisteredDocument running = add(collection, "b", "text b");
  const Task task = claim().at(0);
  const RegisteredDocument queued = add(collection, "c", "text c");
  must(catalog().delete_collection(collection.id));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().collection(collection.id)));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().collection(local_tenant, collection.name)));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().manifest(collection.id)));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().document(indexed.id)));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().task(queued.task)));
  EXPECT_EQ(must(catalog().renew({{.lease = lease_of(task), .progress = 0.5, .document_status = {}}}, 10s)),
            std::vector<TaskId>{running.task});
  EXPECT_TRUE(must(catalog().reachable_blobs()).empty());
  EXPECT_TRUE(must(catalog().verify()).empty());
  EXPECT_TRUE(catalog().delete_collection(collection.id)) << "deleting again is no error, so that it may be retried";
}

TEST_P(CatalogContract, SaysNotFoundForAnUnknownCollection) {
  const CollectionId unknown("nobody");
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().collection(unknown)));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().counts(unknown)));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().manifest(unknown)));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().document_counts(unknown)));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, catalog().register_documents(unknown, {new_document("a", "b")}, 5)));
}

TEST_P(CatalogContract, RemembersSettings) {
  EXPECT_EQ(must(catalog().setting("format")), "");
  must(catalog().set_setting("format", "1"));
  must(catalog().set_setting("format", "2"));
  harness->reopen();
  EXPECT_EQ(must(catalog().setting("format")), "2");
}

}  // namespace cairn::testing
