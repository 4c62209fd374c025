#include <fstream>

#include "adapters/s3/blob_cache.h"
#include "adapters/s3/s3_blob_store.h"
#include "adapters_s3/object_server.h"
#include "base/sha256.h"
#include "contract/expect_result.h"
#include "contract/temporary_folder.h"

// What a process finds in the cache folder that another one left there, or still uses.

namespace cairn::testing {
namespace {

namespace fs = std::filesystem;

class CacheOfAnother : public ::testing::Test {
 protected:
  ObjectServer server;
  TemporaryFolder folder;
  std::unique_ptr<BlobStore> store = open();

  std::unique_ptr<BlobStore> open(std::uint64_t cache_bytes = 1'000'000) const {
    return must(open_s3_blob_store(
        {.endpoint = server.url(), .bucket = "bucket", .cache_folder = folder.path(), .cache_bytes = cache_bytes}));
  }
  void reopen(std::uint64_t cache_bytes = 1'000'000) {
    store.reset();
    store = open(cache_bytes);
  }
  BlobId put(const std::string& text) { return must(put_blob(*store, as_bytes(text))); }
  std::string read(const BlobId& id) { return std::string(as_text(must(store->open(id)).bytes())); }
  fs::path file(const BlobId& id) const { return folder.path() / id.value(); }
  void used_hours_ago(const BlobId& id, int hours) const {
    fs::last_write_time(file(id), fs::file_time_type::clock::now() - std::chrono::hours(hours));
  }
};

TEST_F(CacheOfAnother, IsNotBelievedWhereAPowerCutLeftANameWithoutItsBytes) {
  const BlobId empty = put("first text"), zeros = put("other text");
  fs::resize_file(file(empty), 0);
  std::ofstream(file(zeros), std::ios::trunc) << std::string(10, '\0');
  reopen();
  EXPECT_EQ(read(empty), "first text");
  EXPECT_EQ(read(zeros), "other text");
}

TEST_F(CacheOfAnother, IsBelievedWhereItsBytesAreRight) {
  const BlobId id = put("text");
  reopen();
  const int before = server.requests();
  EXPECT_EQ(read(id), "text");
  EXPECT_EQ(server.requests(), before);
}

TEST_F(CacheOfAnother, KeepsWhatWasUsedLast) {
  const std::string hundred(99, 'x');
  const BlobId a = put("a" + hundred), b = put("b" + hundred), c = put("c" + hundred);
  used_hours_ago(a, 2);
  used_hours_ago(b, 3);
  used_hours_ago(c, 1);
  reopen(250);
  EXPECT_TRUE(fs::exists(file(a)));
  EXPECT_FALSE(fs::exists(file(b)));
  EXPECT_TRUE(fs::exists(file(c)));
}

TEST_F(CacheOfAnother, CountsWhatIsOpenedAsUsed) {
  const BlobId a = put("a"), b = put("b");
  used_hours_ago(a, 3);
  used_hours_ago(b, 2);
  read(a);
  EXPECT_GT(fs::last_write_time(file(a)), fs::last_write_time(file(b)));
}

TEST_F(CacheOfAnother, IsLeftAloneWhileThatProcessLives) {
  const auto files = [&] { return std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()); };
  const BlobId id = put("the first one's");
  auto second = open();
  const BlobId other = must(put_blob(*second, as_bytes("the second one's")));
  EXPECT_FALSE(fs::exists(file(other))) << "the first could not count it";
  EXPECT_EQ(as_text(must(second->open(id)).bytes()), "the first one's");
  second.reset();
  EXPECT_EQ(files(), 1) << "it took its own folder with it";
}

}  // namespace
}  // namespace cairn::testing
