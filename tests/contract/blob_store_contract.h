#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/sha256.h"
#include "contract/expect_result.h"
#include "ports/blob_store.h"

namespace cairn::testing {

/// A store under test, and whatever it needs to live.
class BlobStoreHarness {
 public:
  virtual ~BlobStoreHarness() = default;
  virtual BlobStore& store() = 0;
  /// Closes the store and opens it again on the same bytes.
  virtual void reopen() = 0;
};

using MakeBlobStore = std::function<std::unique_ptr<BlobStoreHarness>()>;

/// Every promise of ports/blob_store.h. An adapter's test instantiates it with how to make one.
class BlobStoreContract : public ::testing::TestWithParam<MakeBlobStore> {
 protected:
  std::unique_ptr<BlobStoreHarness> harness = GetParam()();

  BlobStore& store() { return harness->store(); }
  static std::string name_of(std::string_view text) { return to_hex(Sha256::of(as_bytes(text))); }
  std::string read(const BlobId& id) { return std::string(as_text(must(store().open(id)).bytes())); }
  std::set<std::string> listed() {
    std::set<std::string> names;
    must(store().list([&](const BlobInfo& blob) { return names.insert(blob.id.value()), true; }));
    return names;
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(BlobStoreContract);

TEST_P(BlobStoreContract, NamesABlobByItsHashAndGivesItsBytesBack) {
  const BlobId id = must(put_blob(store(), as_bytes("some bytes")));
  EXPECT_EQ(id.value(), name_of("some bytes"));
  EXPECT_EQ(read(id), "some bytes");
  EXPECT_TRUE(store().verify(id));
}

TEST_P(BlobStoreContract, KeepsTheEmptyBlob) {
  const BlobId id = must(put_blob(store(), Bytes()));
  EXPECT_EQ(id.value(), name_of(""));
  EXPECT_TRUE(must(store().open(id)).bytes().empty());
  EXPECT_EQ(must(store().info(id)).bytes, 0u);
}

TEST_P(BlobStoreContract, StaysReadableAfterItWasLetGo) {
  std::string whole;
  for (int i = 0; whole.size() < 100'000; ++i) whole += std::to_string(i);
  const BlobView view = must(store().open(must(put_blob(store(), as_bytes(whole)))));
  view.let_go(view.bytes());
  view.let_go(view.bytes().subspan(5'001, 60'000));
  EXPECT_EQ(as_text(view.bytes()), whole);
  BlobView().let_go({});
}

TEST_P(BlobStoreContract, DoesNotCareHowTheBytesArrive) {
  std::string whole;
  const auto writer = must(store().create());
  for (const std::size_t size : {1u, 0u, 100'000u, 300'000u, 7u, 200'000u, 600'000u}) {
    const std::string piece(size, static_cast<char>('a' + whole.size() % 26));
    must(writer->append(as_bytes(piece)));
    whole += piece;
  }
  const BlobId id = must(writer->finish());
  EXPECT_EQ(id.value(), name_of(whole));
  EXPECT_EQ(read(id), whole);
}

TEST_P(BlobStoreContract, ShowsNothingOfABlobBeforeItIsFinished) {
  const auto writer = must(store().create());
  must(writer->append(as_bytes("half a blob")));
  EXPECT_TRUE(listed().empty());
  EXPECT_TRUE(fails_with(ErrorKind::not_found, store().open(BlobId(name_of("half a blob")))));
}

TEST_P(BlobStoreContract, LeavesNothingOfABlobThatIsDropped) {
  {
    const auto writer = must(store().create());
    must(writer->append(as_bytes(std::string(1'000'000, 'x'))));
  }
  harness->reopen();
  EXPECT_TRUE(listed().empty());
}

TEST_P(BlobStoreContract, KeepsOneCopyOfTheSameBytes) {
  const BlobId first = must(put_blob(store(), as_bytes("twice")));
  const BlobId second = must(put_blob(store(), as_bytes("twice")));
  EXPECT_EQ(first, second);
  EXPECT_EQ(listed(), std::set<std::string>{first.value()});
}

TEST_P(BlobStoreContract, KeepsSyncedBlobsOverAReopening) {
  std::set<std::string> names;
  for (int i = 0; i < 40; ++i) names.insert(must(put_blob(store(), as_bytes("blob " + std::to_string(i)))).value());
  must(store().sync());
  harness->reopen();
  EXPECT_EQ(listed(), names);
}

TEST_P(BlobStoreContract, SyncsWhenThereIsNothingToSync) {
  EXPECT_TRUE(store().sync());
  EXPECT_TRUE(store().sync());
}

TEST_P(BlobStoreContract, SyncsAlthoughABlobWasRemovedBefore) {
  const BlobId id = must(put_blob(store(), as_bytes("short life")));
  must(store().remove(id));
  EXPECT_TRUE(store().sync());
}

TEST_P(BlobStoreContract, SaysHowLargeABlobIs) {
  const BlobId id = must(put_blob(store(), as_bytes("12345")));
  const BlobInfo info = must(store().info(id));
  EXPECT_EQ(info.id, id);
  EXPECT_EQ(info.bytes, 5u);
  EXPECT_GT(info.modified_at.time_since_epoch().count(), 0);
}

TEST_P(BlobStoreContract, SaysNotFoundForWhatItDoesNotHave) {
  for (const std::string& name :
       {name_of("never written"), std::string("short"), std::string(), std::string("../../etc/passwd")}) {
    EXPECT_TRUE(fails_with(ErrorKind::not_found, store().open(BlobId(name)))) << name;
    EXPECT_TRUE(fails_with(ErrorKind::not_found, store().info(BlobId(name)))) << name;
  }
}

TEST_P(BlobStoreContract, StopsListingWhenAsked) {
  for (int i = 0; i < 10; ++i) must(put_blob(store(), as_bytes(std::to_string(i))));
  int seen = 0;
  must(store().list([&](const BlobInfo&) { return ++seen < 3; }));
  EXPECT_EQ(seen, 3);
}

TEST_P(BlobStoreContract, RemovesABlobAndDoesNotMindDoingItAgain) {
  const BlobId id = must(put_blob(store(), as_bytes("to be removed")));
  must(store().remove(id));
  must(store().remove(id));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, store().open(id)));
  EXPECT_TRUE(listed().empty());
}

TEST_P(BlobStoreContract, RemovesForItsAgeOnlyWhatIsOld) {
  const BlobId id = must(put_blob(store(), as_bytes("young")));
  EXPECT_FALSE(must(store().remove_older(id, std::chrono::hours(1))));
  EXPECT_EQ(read(id), "young");
  EXPECT_TRUE(must(store().remove_older(id, std::chrono::milliseconds(0))));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, store().open(id)));
  EXPECT_TRUE(must(store().remove_older(id, std::chrono::hours(1)))) << "it is not there any more";
}

TEST_P(BlobStoreContract, VerifiesOnlyWhatItHas) {
  EXPECT_TRUE(store().verify(must(put_blob(store(), as_bytes("whole")))));
  EXPECT_TRUE(fails_with(ErrorKind::not_found, store().verify(BlobId(name_of("never written")))));
}

TEST_P(BlobStoreContract, KeepsAnOpenViewReadableAfterTheBlobIsRemoved) {
  const std::string bytes(100'000, 'v');
  const BlobId id = must(put_blob(store(), as_bytes(bytes)));
  const BlobView view = must(store().open(id));
  must(store().remove(id));
  EXPECT_EQ(as_text(view.bytes()), bytes);
}

TEST_P(BlobStoreContract, CanWriteARemovedBlobAgain) {
  const BlobId id = must(put_blob(store(), as_bytes("back again")));
  must(store().remove(id));
  must(put_blob(store(), as_bytes("back again")));
  EXPECT_EQ(read(id), "back again");
}

TEST_P(BlobStoreContract, TakesBlobsFromManyThreads) {
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 50; ++i) {
        const std::string text =
            std::to_string(i % 2 == 0 ? thread : 9) + " " + std::to_string(i);  // Half of them are shared.
        EXPECT_EQ(must(put_blob(store(), as_bytes(text))).value(), name_of(text));
        if (i % 10 == 0) must(store().sync());
      }
    });
  threads.clear();
  EXPECT_EQ(listed().size(), 4u * 25 + 25);
}

}  // namespace cairn::testing
