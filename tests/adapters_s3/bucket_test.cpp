#include "adapters/s3/bucket.h"

#include "adapters/s3/s3_blob_store.h"
#include "adapters_s3/object_server.h"
#include "base/sha256.h"
#include "contract/expect_result.h"
#include "contract/temporary_folder.h"

// What must not go wrong twice: takers that fail, and requests whose answer was lost although they were done.

namespace cairn::testing {
namespace {

class BucketTest : public ::testing::Test {
 protected:
  ObjectServer server;
  TemporaryFolder cache;
  S3Options options{.endpoint = server.url(),
                    .bucket = "bucket",
                    .cache_folder = cache.path(),
                    .part_bytes = 100'000,
                    .first_pause = std::chrono::milliseconds(1),
                    .idle_timeout = std::chrono::minutes(5)};
  std::unique_ptr<BlobStore> store = must(open_s3_blob_store(options));

  static std::string key_of(const BlobId& id) { return "blobs/" + id.value().substr(0, 2) + "/" + id.value(); }

  /// The answer to the first request that completes an upload is lost on its way.
  void lose_the_first_completion() {
    server.set_script(
        [seen = std::make_shared<std::atomic<int>>(0)](const ObjectRequest& request, int) -> std::optional<Mishap> {
          if (request.method != "POST" || !request.query.starts_with("uploadId=") || (*seen)++ > 0) return std::nullopt;
          return Mishap{.body = "", .cut_after = 0};
        });
  }
};

TEST_F(BucketTest, LeavesNothingOutWhenATakerFailsInTheMiddle) {
  const BlobId id = must(put_blob(*store, as_bytes(std::string(90'000, 'x'))));
  s3::Bucket bucket(options);
  std::uint64_t taken = 0;
  bool has_failed = false;
  const auto take = [&](Bytes bytes) -> Result<void> {
    if (taken > 0 && !std::exchange(has_failed, true)) return fail(ErrorKind::unavailable, "the disk is full");
    taken += bytes.size();
    return {};
  };
  const int before = server.requests();
  const auto got = bucket.get(key_of(id), take, [] { return Result<void>(); });
  ASSERT_TRUE(has_failed) << "the bytes came in one piece";
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, got));
  EXPECT_LT(taken, 90'000u);
  EXPECT_EQ(server.requests() - before, 1) << "nobody else's trouble passes by asking the server again";
}

TEST_F(BucketTest, TakesACompletionThatIsThereForDone) {
  lose_the_first_completion();
  const std::string text(250'000, 'y');
  const BlobId id = must(put_blob(*store, as_bytes(text)));
  EXPECT_EQ(server.object_count(), 1u);
  s3::Bucket bucket(options);
  EXPECT_EQ(must(bucket.head(key_of(id))).bytes, text.size());
}

TEST_F(BucketTest, NeverSaysOfAnUploadThatNothingIsThere) {
  server.set_script([](const ObjectRequest& request, int) -> std::optional<Mishap> {
    if (request.query.find("partNumber=2") == std::string::npos) return std::nullopt;
    return Mishap{.status = 404, .body = "<Error><Code>NoSuchUpload</Code></Error>"};
  });
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, put_blob(*store, as_bytes(std::string(250'000, 'z')))));
}

TEST_F(BucketTest, VerifiesWhatTheServerHasAndNotTheCache) {
  const BlobId id = must(put_blob(*store, as_bytes("kept in the cache too")));
  server.set_script([](const ObjectRequest& request, int) -> std::optional<Mishap> {
    if (request.method != "GET") return std::nullopt;
    return Mishap{.body = "", .distort = [](std::string& body) { body[0] ^= 1; }};
  });
  EXPECT_TRUE(store->open(id));
  EXPECT_TRUE(fails_with(ErrorKind::corrupt, store->verify(id)));
}

TEST_F(BucketTest, RemovesNothingForItsAgeWhenTheServerTellsNoTime) {
  ObjectServer timeless;
  timeless.say_no_date();
  options.endpoint = timeless.url();
  const auto other = must(open_s3_blob_store(options));
  const BlobId id = must(put_blob(*other, as_bytes("how old?")));
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, other->remove_older(id, std::chrono::milliseconds(0))));
  EXPECT_EQ(timeless.object_count(), 1u);
}

TEST_F(BucketTest, BelongsToOneCatalog) {
  options.prefix = "cairn/";
  options.owner = "the first";
  must(open_s3_blob_store(options));
  EXPECT_TRUE(open_s3_blob_store(options)) << "its own";
  options.owner = "another";
  const auto refused = open_s3_blob_store(options);
  ASSERT_TRUE(fails_with(ErrorKind::conflict, refused));
  EXPECT_NE(refused.error().message.find("cairn/store-id"), std::string::npos) << refused.error().message;
  options.prefix = "other/";
  EXPECT_TRUE(open_s3_blob_store(options));
}

TEST_F(BucketTest, SaysWhatIsInTheWayOfItsOwnersName) {
  options.owner = "the first";
  server.set_script([](const ObjectRequest& request, int) -> std::optional<Mishap> {
    if (!request.path.ends_with("store-id")) return std::nullopt;
    return Mishap{.body = "", .distort = [](std::string& body) { body.assign(5'000, 'x'); }};
  });
  EXPECT_FALSE(open_s3_blob_store(options));
}

}  // namespace
}  // namespace cairn::testing
