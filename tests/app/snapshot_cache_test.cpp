#include "app/snapshot_cache.h"

#include <gtest/gtest.h>

#include "app/test_store.h"

namespace cairn {
namespace {

using testing::fails_with;
using testing::must;

/// Says that blobs are gone, so many times.
class VanishingBlobs final : public BlobStore {
 public:
  VanishingBlobs(BlobStore& inner, int vanished) : inner_(inner), vanished_(vanished) {}

  Result<BlobView> open(const BlobId& id) const override {
    ++opened;
    if (vanished_-- > 0) return fail(ErrorKind::not_found, "there is no blob " + id.value());
    return inner_.open(id);
  }
  Result<std::unique_ptr<BlobWriter>> create() override { return inner_.create(); }
  Result<void> sync() override { return inner_.sync(); }
  Result<BlobInfo> info(const BlobId& id) const override { return inner_.info(id); }
  Result<void> list(const std::function<bool(const BlobInfo&)>& visit) const override { return inner_.list(visit); }
  Result<void> verify(const BlobId& id) const override { return inner_.verify(id); }
  Result<void> remove(const BlobId& id) override { return inner_.remove(id); }
  Result<bool> remove_older(const BlobId& id, std::chrono::milliseconds age) override {
    return inner_.remove_older(id, age);
  }

  mutable int opened = 0;

 private:
  BlobStore& inner_;
  mutable int vanished_;
};

class SnapshotCacheTest : public ::testing::Test {
 protected:
  SnapshotCacheTest() {
    store.ingest("a.txt", "Herons nest in the reeds.");
    store.work();
  }

  std::vector<Collection> newest() { return must(store.catalog->collections(local_tenant)); }

  testing::TestStore store;
};

TEST_F(SnapshotCacheTest, opens_each_segment_once_while_the_manifest_stays) {
  const VanishingBlobs blobs(*store.blobs, 0);
  SnapshotCache cache(*store.catalog, blobs);
  const auto first = must(cache.open(newest(), nullptr));
  const auto second = must(cache.open(newest(), nullptr));
  EXPECT_EQ(first, second);
  EXPECT_EQ(blobs.opened, 1);
}

TEST_F(SnapshotCacheTest, a_new_manifest_opens_only_what_is_new) {
  const VanishingBlobs blobs(*store.blobs, 0);
  SnapshotCache cache(*store.catalog, blobs);
  const auto before = must(cache.open(newest(), nullptr));
  store.ingest("b.txt", "Otters sleep.");
  store.work();
  const auto after = must(cache.open(newest(), nullptr));
  EXPECT_GT(after->members[0].manifest, before->members[0].manifest);
  EXPECT_EQ(after->snapshot.live_document_count(), 2U);
  EXPECT_EQ(before->snapshot.live_document_count(), 1U);
}

TEST_F(SnapshotCacheTest, reads_the_manifest_again_when_a_segment_vanished) {
  const VanishingBlobs blobs(*store.blobs, 2);
  SnapshotCache cache(*store.catalog, blobs);
  EXPECT_EQ(must(cache.open(newest(), nullptr))->snapshot.live_document_count(), 1U);
  EXPECT_EQ(blobs.opened, 3);
}

TEST_F(SnapshotCacheTest, a_segment_that_stays_away_is_damage) {
  const VanishingBlobs blobs(*store.blobs, 1'000);
  SnapshotCache cache(*store.catalog, blobs);
  EXPECT_TRUE(fails_with(ErrorKind::corrupt, cache.open(newest(), nullptr)));
}

TEST_F(SnapshotCacheTest, knows_the_collection_of_each_segment) {
  must(store.catalog->create_collection({.tenant = local_tenant, .name = "empty"}));
  SnapshotCache cache(*store.catalog, *store.blobs);
  const auto snapshot = must(cache.open(newest(), nullptr));
  ASSERT_EQ(snapshot->members.size(), 2U);
  EXPECT_EQ(snapshot->member_of(0).name, "papers");
}

}  // namespace
}  // namespace cairn
