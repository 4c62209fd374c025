#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "adapters/postgres/database.h"
#include "adapters/postgres/postgres_catalog.h"
#include "adapters_postgres/postgres_server.h"
#include "base/sha256.h"
#include "contract/expect_result.h"

namespace cairn::testing {

/// Tests with several catalogs on one schema, as several nodes have them, and the database's own clock.
class Nodes : public ::testing::Test {
 protected:
  PostgresServer& server = PostgresServer::shared();
  std::string schema = PostgresServer::new_schema();

  std::shared_ptr<PostgresDatabase> open_database(std::chrono::milliseconds longest_pause = patient_pause) const {
    return must(open_postgres({.url = server.url(), .schema = schema, .longest_pause = longest_pause}));
  }
  /// A node behind a pooler that gives each transaction another session.
  std::unique_ptr<Catalog> open_pooled_node() const {
    return make_postgres_catalog(must(open_postgres({.url = server.pooled_url(), .schema = schema})), nullptr);
  }
  std::unique_ptr<Catalog> open_node() const { return make_postgres_catalog(open_database(), nullptr); }

  static Collection make_collection(Catalog& catalog, const std::string& name = "papers") {
    Collection wanted;
    wanted.tenant = local_tenant;
    wanted.name = name;
    return must(catalog.create_collection(wanted));
  }

  static std::vector<NewDocument> documents(const std::string& name, int count) {
    std::vector<NewDocument> made(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < made.size(); ++i) {
      made[i].external_id = name + " " + std::to_string(i);
      made[i].content_hash = BlobId(to_hex(Sha256::of(as_bytes(made[i].external_id))));
    }
    return made;
  }

  static std::uint64_t count_documents(const Catalog& catalog, const Collection& collection) {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : must(catalog.document_counts(collection.id))) sum += count;
    return sum;
  }

  /// Cuts every connection of Cairn's.
  void cut_connections() const {
    server.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'cairn'");
  }
};

}  // namespace cairn::testing
