#include "adapters/postgres/postgres_blob_store.h"
#include "adapters_postgres/postgres_server.h"
#include "contract/blob_store_contract.h"

namespace cairn::testing {
namespace {

class PostgresBlobHarness final : public BlobStoreHarness {
 public:
  PostgresBlobHarness() { reopen(); }
  BlobStore& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    const auto database = must(open_postgres({.url = PostgresServer::shared().url(), .schema = schema_}));
    store_ = make_postgres_blob_store(database, {.part_bytes = 100'000});
  }

 private:
  std::string schema_ = PostgresServer::new_schema();
  std::unique_ptr<BlobStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Postgres, BlobStoreContract,
                         ::testing::Values([] { return std::make_unique<PostgresBlobHarness>(); }));

class PostgresBlobs : public ::testing::Test {
 protected:
  std::string schema = PostgresServer::new_schema();
  std::shared_ptr<PostgresDatabase> database =
      must(open_postgres({.url = PostgresServer::shared().url(), .schema = schema}));
  std::unique_ptr<BlobStore> store = make_postgres_blob_store(database, {.part_bytes = 1'000, .largest_bytes = 5'000});

  std::string count(const std::string& table) const {
    return PostgresServer::shared().sql("SELECT count(*) FROM " + PostgresServer::quoted(schema) + "." + table);
  }
};

TEST_F(PostgresBlobs, RefusesWhatIsTooLargeAndKeepsNothingOfIt) {
  {
    const auto writer = must(store->create());
    must(writer->append(as_bytes(std::string(5'000, 'a'))));
    EXPECT_TRUE(fails_with(ErrorKind::invalid, writer->append(as_bytes("b"))));
    EXPECT_FALSE(writer->finish());
  }
  EXPECT_EQ(count("blob_parts"), "0");
  EXPECT_EQ(count("uploads"), "0");
}

TEST_F(PostgresBlobs, KeepsTheBytesOnceThatTwoWritersBring) {
  const auto first = must(store->create()), second = must(store->create());
  for (const auto* writer : {&first, &second}) must((*writer)->append(as_bytes(std::string(2'500, 'c'))));
  EXPECT_EQ(must(first->finish()), must(second->finish()));
  EXPECT_EQ(count("blob_parts"), "3");
  EXPECT_EQ(count("uploads"), "1");
}

TEST_F(PostgresBlobs, RemovesTheBytesToo) {
  must(store->remove(must(put_blob(*store, as_bytes(std::string(2'500, 'd'))))));
  EXPECT_EQ(count("blob_parts"), "0");
}

}  // namespace
}  // namespace cairn::testing
