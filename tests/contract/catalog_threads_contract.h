#pragma once

#include <atomic>
#include <set>
#include <thread>

#include "contract/catalog_contract.h"

// Several threads at once.

namespace cairn::testing {

TEST_P(CatalogContract, CompletesEachTaskOnceHoweverManyThreadsClaim) {
  constexpr int documents = 60;
  const Collection collection = make_collection();
  for (int i = 0; i < documents; ++i) add(collection, std::to_string(i), "text");
  std::atomic<int> committed = 0, refused = 0;
  const auto work = [&] {
    while (committed < documents) {
      for (const Task& task : claim(3)) {
        while (!commits(ingest_commit(collection, task)))
          ++refused;  // Somebody else's manifest came first: read again.
        ++committed;
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  }
  EXPECT_EQ(committed, documents);
  const Manifest manifest = must(catalog().manifest(collection.id));
  EXPECT_EQ(manifest.number, static_cast<std::uint64_t>(documents));
  std::set<BlobId> segments;
  for (const SegmentRecord& segment : manifest.segments) segments.insert(segment.blob);
  EXPECT_EQ(segments.size(), static_cast<std::size_t>(documents));
  EXPECT_EQ(must(catalog().task_counts(local_tenant)).at(static_cast<std::size_t>(TaskStatus::succeeded)),
            static_cast<std::uint64_t>(documents));
  EXPECT_TRUE(must(catalog().verify()).empty());
}

TEST_P(CatalogContract, ReadsOneWholeManifestWhileOthersAreCommitted) {
  const Collection collection = make_collection();
  std::jthread reader([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const Manifest manifest = must(catalog().manifest(collection.id));
      // Manifest n holds segment n alone, with n tombstones.
      ASSERT_EQ(manifest.segments.size(), manifest.number == 0 ? 0u : 1u);
      ASSERT_EQ(manifest.tombstones.size(), manifest.number);
      if (manifest.number > 0) { ASSERT_EQ(manifest.segments.at(0).blob, blob_of(std::to_string(manifest.number))); }
    }
  });
  for (std::uint32_t number = 1; number <= 50; ++number) {
    ManifestChange change;
    change.add.push_back(segment_of(std::to_string(number), 100, 100));
    if (number > 1) change.remove.push_back(blob_of(std::to_string(number - 1)));
    for (std::uint32_t i = 0; i < number; ++i)
      change.tombstones.push_back({.segment = blob_of(std::to_string(number)), .document = i, .chunks = 1});
    ASSERT_TRUE(commits(edit(collection, change)));
  }
}

}  // namespace cairn::testing
