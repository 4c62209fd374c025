#include "app/quotas.h"

#include <atomic>
#include <thread>

#include "access/access_fixture.h"

namespace cairn::testing {
namespace {

class Quota : public AccessFixture {
 protected:
  Principal key_with(KeyLimits limits) const {
    return must(authenticate(make_key({.scopes = {Scope::ingest}, .limits = limits}).secret));
  }
  void store_document(const std::string& collection, const TenantId& tenant, std::uint64_t bytes) const {
    const Collection made = must(catalog->create_collection({.tenant = tenant, .name = collection}));
    NewDocument document;
    document.external_id = "a";
    document.content_hash = BlobId(to_hex(Sha256::of(as_bytes(collection))));
    document.byte_size = bytes;
    must(catalog->register_documents(made.id, {document}, default_priority));
  }
};

TEST_F(Quota, AKeysDayIsUsedUpAndTheNextBeginsAnew) {
  const Principal key = key_with({.documents_per_day = 10, .bytes_per_day = 1000});
  must(access->quotas.admit(key, 9, 900));
  EXPECT_TRUE(fails_with(ErrorKind::limited, access->quotas.admit(key, 2, 1)));
  const auto refused = access->quotas.admit(key, 1, 101);
  ASSERT_TRUE(fails_with(ErrorKind::limited, refused));
  clock.advance(*refused.error().retry_after);
  EXPECT_TRUE(access->quotas.admit(key, 1, 101).has_value());
}

TEST_F(Quota, ARestartGivesNothingBack) {
  const MadeKey key = make_key({.scopes = {Scope::ingest}, .limits = {.documents_per_day = 10}});
  must(access->quotas.admit(must(authenticate(key.secret)), 9, 1));
  open();
  EXPECT_TRUE(fails_with(ErrorKind::limited, access->quotas.admit(must(authenticate(key.secret)), 2, 1)));
  EXPECT_TRUE(access->quotas.admit(must(authenticate(key.secret)), 1, 1).has_value());
}

TEST_F(Quota, ATenantIsFullByWhatItHasStoredAndOthersAreNot) {
  must(store->set_quota(TenantId("acme"), {.max_documents = 2, .max_bytes = 1000}));
  store_document("papers", TenantId("acme"), 600);
  store_document("other", local_tenant, 5000);
  Principal user;
  user.tenant = TenantId("acme");
  EXPECT_TRUE(fails_with(ErrorKind::forbidden, access->quotas.admit(user, 1, 401)));
  EXPECT_TRUE(access->quotas.admit(user, 1, 400).has_value());
  EXPECT_TRUE(fails_with(ErrorKind::forbidden, access->quotas.admit(user, 1, 0)));
  EXPECT_TRUE(access->quotas.admit(Principal{}, 1'000, 1 << 30).has_value());
}

TEST_F(Quota, ASlowUploadGetsNoMoreThanThereIs) {
  must(store->set_quota(local_tenant, {.max_documents = 0, .max_bytes = 1000}));
  must(access->quotas.admit(Principal{}, 1, 600));
  clock.advance(6s);  // What is stored is read anew now and then.
  EXPECT_TRUE(fails_with(ErrorKind::forbidden, access->quotas.admit(Principal{}, 0, 600)));
  must(access->quotas.admit(Principal{}, 0, 400));
  access->quotas.settle(local_tenant, 1, 1000);
  EXPECT_TRUE(fails_with(ErrorKind::forbidden, access->quotas.admit(Principal{}, 1, 1)));
  clock.advance(6s);
  EXPECT_TRUE(access->quotas.admit(Principal{}, 1, 1).has_value()) << "nothing of it was registered";
}

TEST_F(Quota, SpaceThatWasFreedCanBeUsedSoon) {
  must(store->set_quota(local_tenant, {.max_documents = 1, .max_bytes = 0}));
  store_document("papers", local_tenant, 1);
  EXPECT_FALSE(access->quotas.admit(Principal{}, 1, 1).has_value());
  must(catalog->delete_collection(must(catalog->collection(local_tenant, "papers")).id));
  clock.advance(5s);
  EXPECT_TRUE(access->quotas.admit(Principal{}, 1, 1).has_value());
}

TEST_F(Quota, UploadersAtOnceGetNoMoreThanThereIs) {
  const Principal key = key_with({.documents_per_day = 100});
  std::atomic<int> admitted = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 100; ++i) admitted += access->quotas.admit(key, 1, 1).has_value();
      });
  }
  EXPECT_EQ(admitted, 100);
}

TEST_F(Quota, AnAmountThatWouldOverflowIsRefused) {
  const Principal key = key_with({.bytes_per_day = 1000});
  must(access->quotas.admit(key, 0, 1));
  EXPECT_TRUE(fails_with(ErrorKind::limited, access->quotas.admit(key, 0, UINT64_MAX)));
}

}  // namespace
}  // namespace cairn::testing
