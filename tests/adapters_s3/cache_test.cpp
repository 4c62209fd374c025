#include <fstream>

#include "adapters/s3/blob_cache.h"
#include "adapters/s3/s3_blob_store.h"
#include "adapters_s3/object_server.h"
#include "base/sha256.h"
#include "contract/expect_result.h"
#include "contract/temporary_folder.h"

namespace cairn::testing {
namespace {

namespace fs = std::filesystem;

class BlobCacheTest : public ::testing::Test {
 protected:
  TemporaryFolder folder;

  static BlobId keep(s3::BlobCache& cache, const std::string& text) {
    const BlobId id(to_hex(Sha256::of(as_bytes(text))));
    auto file = must(s3::CacheFile::create(cache.folder()));
    must(file.append(as_bytes(text)));
    must(cache.keep(std::move(file), id));
    return id;
  }
  static bool holds(s3::BlobCache& cache, const BlobId& id) { return cache.view(id).has_value(); }
};

TEST_F(BlobCacheTest, DropsWhatWasNotUsedForLongest) {
  s3::BlobCache cache(folder.path(), 250);
  must(cache.open());
  const BlobId a = keep(cache, std::string(100, 'a')), b = keep(cache, std::string(100, 'b'));
  const BlobView view = must(cache.view(b));
  EXPECT_TRUE(holds(cache, a));
  const BlobId c = keep(cache, std::string(100, 'c'));
  EXPECT_TRUE(holds(cache, a));
  EXPECT_FALSE(holds(cache, b));
  EXPECT_TRUE(holds(cache, c));
  EXPECT_EQ(as_text(view.bytes()), std::string(100, 'b')) << "an open view stays";
}

TEST_F(BlobCacheTest, KeepsTheNewestHoweverLarge) {
  s3::BlobCache cache(folder.path(), 10);
  must(cache.open());
  keep(cache, "small");
  EXPECT_TRUE(holds(cache, keep(cache, std::string(100, 'x'))));
}

TEST_F(BlobCacheTest, KnowsItsFilesAgainAfterARestart) {
  std::optional<s3::BlobCache> cache(std::in_place, folder.path(), 250);
  must(cache->open());
  const BlobId a = keep(*cache, std::string(100, 'a'));
  keep(*cache, std::string(100, 'b'));
  cache.emplace(folder.path(), 250);
  must(cache->open());
  EXPECT_TRUE(holds(*cache, a));
  keep(*cache, std::string(100, 'c'));
  const auto files = std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator());
  EXPECT_EQ(files, 2) << "the budget counts what was there";
}

TEST_F(BlobCacheTest, RemovesWhatDeadProcessesLeftButNotWhatIsBeingWritten) {
  const fs::path dead = folder.path() / "writing-dead", alive = folder.path() / "writing-alive";
  std::ofstream(dead) << "x";
  std::ofstream(alive) << "x";
  fs::last_write_time(dead, fs::file_time_type::clock::now() - std::chrono::hours(48));
  s3::BlobCache cache(folder.path(), 250);
  must(cache.open());
  EXPECT_FALSE(fs::exists(dead));
  EXPECT_TRUE(fs::exists(alive));
}

TEST_F(BlobCacheTest, ServesWhatItHasWhileTheServerIsAway) {
  ObjectServer server;
  const auto store = must(
      open_s3_blob_store({.endpoint = server.url(), .bucket = "bucket", .cache_folder = folder.path(), .attempts = 1}));
  const BlobId id = must(put_blob(*store, as_bytes("text")));
  server.refuse_all();
  EXPECT_EQ(as_text(must(store->open(id)).bytes()), "text");
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, store->info(id)));
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, put_blob(*store, as_bytes("more"))));
}

}  // namespace
}  // namespace cairn::testing
