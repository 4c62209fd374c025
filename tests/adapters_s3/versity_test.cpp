#include <arpa/inet.h>
#include <sys/socket.h>

#include <stdexcept>

#include "adapters/s3/request.h"
#include "adapters_s3/s3_harness.h"
#include "contract/child_process.h"

namespace cairn::testing {
namespace {

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

std::filesystem::path versity_program() {
  std::error_code missing;
  for (const auto& folder : std::filesystem::directory_iterator(CAIRN_CACHE_DIR, missing))
    if (std::filesystem::exists(folder.path() / "versitygw") &&
        folder.path().filename().string().starts_with("versitygw-"))
      return folder.path() / "versitygw";
  throw std::runtime_error("there is no versitygw in " CAIRN_CACHE_DIR ": run scripts/s3-server");
}

/// versitygw over a folder of its own, for all tests of this program; each has a bucket of its own.
class VersityServer {
 public:
  static VersityServer& shared() {
    static VersityServer server;
    return server;
  }

  S3Options options(const std::string& bucket) const {
    return {.endpoint = "http://127.0.0.1:" + std::to_string(port_),
            .bucket = bucket,
            .access_key = "cairn",
            .secret_key = "a secret/key+",
            .part_bytes = 5u << 20};
  }

  std::string new_bucket() {
    const std::string name = "bucket-" + std::to_string(++buckets_);
    const S3Options wanted = options(name);
    const auto made = s3::Sender(wanted).send({.method = "PUT"});
    if (!made || made->status != 200)
      throw std::runtime_error("versitygw makes no bucket: " + (made ? made->body : made.error().message));
    return name;
  }

 private:
  /// A port that was free may be taken when the server comes to it: then another is tried.
  VersityServer() {
    std::filesystem::create_directories(folder_.path() / "objects");
    std::filesystem::create_directories(folder_.path() / "attributes");
    for (int attempt = 0; attempt < 5; ++attempt) {
      port_ = free_port();
      const S3Options account = options("");
      server_ = ChildProcess(
          {"setpriv", "--pdeathsig", "KILL", versity_program().string(), "--port", "127.0.0.1:" + std::to_string(port_),
           "--access", account.access_key, "--secret", account.secret_key, "posix", "--sidecar",
           (folder_.path() / "attributes").string(), (folder_.path() / "objects").string()},
          folder_.path() / "server.log");
      if (answers()) return;
    }
    throw std::runtime_error("versitygw does not start");
  }

  bool answers() const {
    const S3Options wanted = options("bucket");
    s3::Sender sender(wanted);
    while (server_.is_running()) {
      if (sender.send({.method = "HEAD"})) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  TemporaryFolder folder_;
  int port_ = 0, buckets_ = 0;
  ChildProcess server_;
};

class VersityHarness final : public S3Harness {
 public:
  VersityHarness() { reopen(); }

 private:
  S3Options options() const override { return VersityServer::shared().options(bucket_); }

  std::string bucket_ = VersityServer::shared().new_bucket();
};

INSTANTIATE_TEST_SUITE_P(Versity, BlobStoreContract,
                         ::testing::Values([] { return std::make_unique<VersityHarness>(); }));

TEST(VersityBlobs, GoThereInPartsAndComeBackWhole) {
  VersityHarness harness;
  std::string whole;
  for (int i = 0; whole.size() < (13u << 20); ++i) whole += std::to_string(i) + " ";
  const BlobId id = must(put_blob(harness.store(), as_bytes(whole)));
  harness.reopen();
  EXPECT_EQ(must(harness.store().info(id)).bytes, whole.size());
  EXPECT_EQ(as_text(must(harness.store().open(id)).bytes()), whole);
}

TEST(VersityBlobs, WithAWrongSecretSayWhatToCheck) {
  const TemporaryFolder cache;
  S3Options options = VersityServer::shared().options(VersityServer::shared().new_bucket());
  options.secret_key = "another";
  options.cache_folder = cache.path();
  const auto refused = open_s3_blob_store(options);
  ASSERT_TRUE(fails_with(ErrorKind::unavailable, refused));
  EXPECT_NE(refused.error().message.find("blobs.access_key"), std::string::npos) << refused.error().message;
}

TEST(VersityBlobs, WithoutABucketSayThatItIsMissing) {
  const TemporaryFolder cache;
  S3Options options = VersityServer::shared().options("no-such-bucket");
  options.cache_folder = cache.path();
  const auto refused = open_s3_blob_store(options);
  ASSERT_TRUE(fails_with(ErrorKind::unavailable, refused));
  EXPECT_NE(refused.error().message.find("no bucket"), std::string::npos) << refused.error().message;
}

}  // namespace
}  // namespace cairn::testing
