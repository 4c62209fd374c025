#include <gmock/gmock.h>

#include "adapters/s3/s3_blob_store.h"
#include "adapters_s3/object_server.h"
#include "base/sha256.h"
#include "contract/expect_result.h"
#include "contract/temporary_folder.h"

// Servers in trouble, and ways there that are cut or lie.

namespace cairn::testing {
namespace {

using ::testing::HasSubstr;

class S3Faults : public ::testing::Test {
 protected:
  ObjectServer server;
  std::optional<TemporaryFolder> cache;
  std::unique_ptr<BlobStore> store = open();

  S3Options options() {
    cache.emplace();
    return {.endpoint = server.url(),
            .bucket = "bucket",
            .access_key = "key",
            .secret_key = "secret",
            .cache_folder = cache->path(),
            .part_bytes = 100'000,
            .attempts = 3,
            .first_pause = std::chrono::milliseconds(1),
            .idle_timeout = std::chrono::minutes(1)};
  }

  /// With an empty cache.
  std::unique_ptr<BlobStore> open() { return must(open_s3_blob_store(options())); }

  static std::string text_of(std::size_t size) {
    std::string text;
    for (int i = 0; text.size() < size; ++i) text += std::to_string(i) + ' ';
    text.resize(size);
    return text;
  }

  BlobId put(const std::string& text) { return must(put_blob(*store, as_bytes(text))); }

  /// The first `count` requests with this method go wrong.
  void first(int count, const std::string& method, const Mishap& mishap) {
    auto left = std::make_shared<std::atomic<int>>(count);
    server.set_script([=](const ObjectRequest& request, int) -> std::optional<Mishap> {
      if (request.method != method || left->fetch_sub(1) <= 0) return std::nullopt;
      return mishap;
    });
  }
};

TEST_F(S3Faults, AreOutwaitedWhileTheServerIsBusy) {
  first(2, "PUT", {.status = 503, .body = "<Error><Code>SlowDown</Code></Error>"});
  const BlobId id = put("text");
  first(2, "GET", {.status = 500, .body = "oops"});
  store = open();
  EXPECT_EQ(as_text(must(store->open(id)).bytes()), "text");
}

TEST_F(S3Faults, AreReportedWhenTheyLast) {
  const BlobId id = put("text");
  store = open();
  first(1'000, "GET", {.status = 500, .body = ""});
  const int before = server.requests();
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, store->open(id)));
  EXPECT_EQ(server.requests() - before, 3);
  first(1'000, "PUT", {.status = 503, .body = ""});
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, put_blob(*store, as_bytes("other"))));
  first(1'000, "HEAD", {.status = 503, .body = ""});
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, store->info(id)));
}

TEST_F(S3Faults, OfCutDownloadsCostOnlyTheRest) {
  const std::string text = text_of(50'000);
  const BlobId id = put(text);
  store = open();
  first(2, "GET", {.body = "", .cut_after = 20'000});
  EXPECT_EQ(as_text(must(store->open(id)).bytes()), text);
  EXPECT_EQ(server.seen().back().headers.at("range"), "bytes=40000-");
}

TEST_F(S3Faults, OfCutDownloadsAreSurvivedWithoutRanges) {
  server.ignore_ranges();
  const std::string text = text_of(50'000);
  const BlobId id = put(text);
  store = open();
  first(1, "GET", {.body = "", .cut_after = 20'000});
  EXPECT_EQ(as_text(must(store->open(id)).bytes()), text);
}

TEST_F(S3Faults, OfServersThatOnlySendBeginningsAreReported) {
  server.ignore_ranges();
  const BlobId id = put(text_of(50'000));
  store = open();
  first(1'000, "GET", {.body = "", .cut_after = 20'000});
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, store->open(id)));
}

TEST_F(S3Faults, ThatChangeBytesAreNoticed) {
  const BlobId id = put(text_of(1'000));
  const Mishap lie{.body = "", .distort = [](std::string& body) { body[500] ^= 1; }};
  store = open();
  first(1, "GET", lie);
  EXPECT_EQ(as_text(must(store->open(id)).bytes()), text_of(1'000)) << "it was asked for again";
  store = open();
  first(2, "GET", lie);
  EXPECT_TRUE(fails_with(ErrorKind::corrupt, store->open(id)));
  EXPECT_EQ(as_text(must(store->open(id)).bytes()), text_of(1'000)) << "and nothing wrong was kept";
}

TEST_F(S3Faults, OfSilentServersEnd) {
  const BlobId id = put("text");
  S3Options impatient = options();
  impatient.idle_timeout = std::chrono::seconds(1);
  store = must(open_s3_blob_store(impatient));
  first(1, "GET", {.body = "", .is_silent = true});
  EXPECT_EQ(as_text(must(store->open(id)).bytes()), "text");
}

TEST_F(S3Faults, OfOnePartAreRepaired) {
  const std::string text = text_of(350'000);
  server.set_script(
      [seen = std::make_shared<std::atomic<int>>(0)](const ObjectRequest& request, int) -> std::optional<Mishap> {
        if (request.query.find("partNumber=2") == std::string::npos || (*seen)++ > 0) return std::nullopt;
        return Mishap{.status = 500, .body = ""};
      });
  const BlobId id = put(text);
  store = open();
  EXPECT_EQ(as_text(must(store->open(id)).bytes()), text);
  EXPECT_EQ(server.unfinished_uploads(), 0u);
}

TEST_F(S3Faults, ThatLastLeaveNoPartsBehind) {
  server.set_script([](const ObjectRequest& request, int) -> std::optional<Mishap> {
    if (request.query.find("partNumber=3") == std::string::npos) return std::nullopt;
    return Mishap{.status = 500, .body = ""};
  });
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, put_blob(*store, as_bytes(text_of(350'000)))));
  EXPECT_EQ(server.unfinished_uploads(), 0u);
  EXPECT_EQ(server.object_count(), 0u);
}

TEST_F(S3Faults, InASuccessThatIsNoneAreSeen) {
  server.set_script([](const ObjectRequest& request, int) -> std::optional<Mishap> {
    if (request.method != "POST" || request.query.starts_with("uploads=")) return std::nullopt;
    return Mishap{.status = 200, .body = "<?xml version=\"1.0\"?><Error><Code>InternalError</Code></Error>"};
  });
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, put_blob(*store, as_bytes(text_of(250'000)))));
}

TEST_F(S3Faults, InListsAreReported) {
  put("text");
  first(1, "GET", {.status = 200, .body = "<html>not S3</html>"});
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, store->list([](const BlobInfo&) { return true; })));
}

TEST_F(S3Faults, AreNotMadeOfManyPages) {
  for (int i = 0; i < 8; ++i) put(std::to_string(i));
  server.set_page(3);
  int seen = 0;
  must(store->list([&](const BlobInfo& blob) { return seen += blob.bytes == 1 ? 1 : 0, true; }));
  EXPECT_EQ(seen, 8);
}

TEST_F(S3Faults, SayWhatToCheck) {
  first(1, "GET", {.status = 403, .body = "<Error><Code>SignatureDoesNotMatch</Code></Error>"});
  EXPECT_THAT(open_s3_blob_store(options()).error().message, HasSubstr("blobs.access_key"));
  first(1, "GET", {.status = 404, .body = "<Error><Code>NoSuchBucket</Code></Error>"});
  EXPECT_THAT(open_s3_blob_store(options()).error().message, HasSubstr("blobs.bucket"));
  first(1, "GET", {.status = 301, .body = "<Error><Code>PermanentRedirect</Code></Error>"});
  EXPECT_THAT(open_s3_blob_store(options()).error().message, HasSubstr("blobs.region"));
  S3Options wrong = options();
  wrong.endpoint = "127.0.0.1:80";
  EXPECT_TRUE(fails_with(ErrorKind::invalid, open_s3_blob_store(wrong)));
}

TEST_F(S3Faults, DoNotHideThatUploadsCarryTheirChecksums) {
  put("text");
  const auto seen = server.seen();
  const auto upload = std::ranges::find(seen, "PUT", &ObjectRequest::method);
  ASSERT_NE(upload, seen.end());
  EXPECT_EQ(upload->headers.at("x-amz-content-sha256"), to_hex(Sha256::of(as_bytes("text"))));
  EXPECT_EQ(upload->headers.at("x-amz-checksum-sha256"), "mC2ePrmW9VnmM/TRlN7zdh2Qn1o7ZH0ahR/q1nwyydE=");
  EXPECT_THAT(upload->headers.at("authorization"), HasSubstr("x-amz-checksum-sha256"));
}

}  // namespace
}  // namespace cairn::testing
