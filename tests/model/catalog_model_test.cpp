#include "model/catalog_model.h"

#include <gtest/gtest.h>

#include <random>

#include "adapters/sqlite/sqlite_catalog.h"
#include "base/sha256.h"
#include "contract/expect_result.h"
#include "contract/manual_clock.h"
#include "contract/seed.h"
#include "contract/temporary_folder.h"

// Random operations on a real catalog, closed and opened again in between, against a model in memory. After each
// operation both must have answered the same; every few operations everything in them is compared.

namespace cairn::testing {
namespace {

using namespace std::chrono_literals;

BlobId blob_of(const std::string& text) { return BlobId(to_hex(Sha256::of(as_bytes(text)))); }

class CatalogAgainstModel {
 public:
  explicit CatalogAgainstModel(std::uint64_t seed) : random_(seed) {
    open();
    Collection wanted;
    wanted.tenant = local_tenant;
    wanted.name = "papers";
    collection_ = must(catalog_->create_collection(wanted));
  }

  void step() {
    switch (pick(14)) {
      case 0:
      case 1:
      case 2: return register_some();
      case 3:
      case 4: return claim_some();
      case 5:
      case 6:
      case 7:
      case 8: return commit_one();
      case 9: return end_attempt();
      case 10: return request_deletion();
      case 11: return pick(2) == 0 ? cancel() : retry();
      case 12: return clock_.advance(std::chrono::milliseconds(pick(6'000)));
      default: return pick(5) == 0 ? open() : (void)0;
    }
  }

  void compare() {
    compare_documents();
    compare_tasks();
    compare_manifest();
    EXPECT_EQ(must(catalog_->verify()), std::vector<std::string>());
  }

 private:
  std::uint64_t pick(std::uint64_t below) { return random_() % below; }
  std::string some_name() { return "document " + std::to_string(pick(8)); }
  DocumentId id_of(const std::string& name) const { return document_id(collection_.id, name); }
  static BlobId blob_of_segment(const CatalogModel::Segment& segment) {
    return blob_of(segment.first + "#" + std::to_string(segment.second));
  }

  void open() {
    catalog_.reset();
    catalog_ = must(open_sqlite_catalog({.folder = folder_.path(), .access = SqliteAccess::write, .clock = &clock_}));
  }

  /// A task that ended or not, at random; nothing before the first.
  std::optional<TaskId> some_task() {
    if (model_.order.empty()) return std::nullopt;
    return model_.order[pick(model_.order.size())];
  }

  /// A lease that is or once was held.
  std::optional<Lease> some_lease() {
    if (leases_.empty()) return std::nullopt;
    const std::size_t recent = std::min<std::size_t>(leases_.size(), 6);
    return leases_[leases_.size() - 1 - pick(recent)];
  }

  void register_some() {
    std::vector<NewDocument> batch(1 + pick(3));
    std::vector<std::string> texts;
    for (NewDocument& document : batch) {
      document.external_id = some_name();
      texts.push_back("text " + std::to_string(pick(3)));
      document.content_hash = blob_of(texts.back());
    }
    const int priority = static_cast<int>(pick(10));
    const auto registered = must(catalog_->register_documents(collection_.id, batch, priority));
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto expected = model_.add(batch[i].external_id, texts[i]);
      EXPECT_EQ(registered[i].unchanged, expected.unchanged);
      EXPECT_EQ(registered[i].version, expected.version);
      if (expected.task) EXPECT_EQ(registered[i].task, *expected.task);
      else
        model_.add_task(
            registered[i].task,
            {.type = "ingest", .document = batch[i].external_id, .version = expected.version, .priority = priority});
    }
  }

  void claim_some() {
    const std::size_t limit = 1 + pick(3);
    const auto tasks = must(catalog_->claim({.node = NodeId("node"), .types = {}, .limit = limit, .lease = 5s}));
    std::vector<TaskId> ids;
    for (const Task& task : tasks) {
      ids.push_back(task.id);
      leases_.push_back({.task = task.id, .epoch = task.epoch});
    }
    EXPECT_EQ(ids, model_.claim(limit, clock_.now(), 5s));
  }

  void commit_one() {
    const auto lease = some_lease();
    if (!lease) return;
    const auto task = model_.tasks.at(lease->task);
    const std::uint64_t base = pick(10) == 0 ? model_.manifest + 1 : model_.manifest;
    const bool deletes = task.type == "delete";
    Commit commit;
    ManifestEdit edit{.collection = collection_.id, .base = base, .add = {}, .remove = {}, .tombstones = {}};
    for (const auto& segment : model_.segments)
      if (segment.first == task.document)
        edit.tombstones.push_back({.segment = blob_of_segment(segment), .document = 0, .chunks = 1});
    if (deletes) {
      commit.removed_documents.push_back(id_of(task.document));
    } else {
      const CatalogModel::Segment segment(task.document, static_cast<std::uint32_t>(model_.manifest));
      edit.add.push_back({.blob = blob_of_segment(segment), .bytes = 1, .documents = 1, .chunks = 1, .model = ""});
      IndexedDocument indexed;
      indexed.id = id_of(task.document);
      indexed.version = task.version;
      commit.indexed.push_back(indexed);
    }
    commit.edits.push_back(edit);
    commit.completions.push_back({.lease = *lease, .status = TaskStatus::succeeded, .error = ""});
    const bool committed = !must(catalog_->commit(commit)).refusal;
    EXPECT_EQ(committed, deletes ? model_.commit_deletion(*lease, base) : model_.commit_ingest(*lease, base));
  }

  void end_attempt() {
    const auto lease = some_lease();
    if (!lease) return;
    if (pick(3) == 0) {
      must(catalog_->release({*lease}));
      return model_.release(*lease);
    }
    if (pick(2) == 0) {
      must(catalog_->fail_task(*lease, "broken", std::nullopt));
      return model_.fail(*lease, std::nullopt);
    }
    must(catalog_->fail_task(*lease, "away", 3s));
    model_.fail(*lease, clock_.now() + 3s);
  }

  void request_deletion() {
    const std::string name = some_name();
    const auto asked = catalog_->request_deletion(id_of(name), 4);
    if (!model_.documents.contains(name)) {
      EXPECT_TRUE(fails_with(ErrorKind::not_found, asked));
      return;
    }
    const auto expected = model_.remove(name);
    if (expected) EXPECT_EQ(must(asked), *expected);
    else
      model_.add_task(
          must(asked),
          {.type = "delete", .document = name, .version = model_.documents.at(name).version, .priority = 4});
  }

  void cancel() {
    if (const auto id = some_task()) { EXPECT_EQ(catalog_->cancel_task(*id).has_value(), model_.cancel(*id)); }
  }

  void retry() {
    if (const auto id = some_task()) { EXPECT_EQ(catalog_->retry_task(*id).has_value(), model_.retry(*id)); }
  }

  void compare_documents() {
    const DocumentFilter all{.collection = collection_.id, .status = {}, .text = "", .cursor = "", .limit = 1'000};
    const auto found = must(catalog_->documents(all)).items;
    EXPECT_EQ(found.size(), model_.documents.size());
    for (const Document& document : found) {
      const auto expected = model_.documents.find(document.external_id);
      if (expected == model_.documents.end()) {
        ADD_FAILURE() << document.external_id << " should be gone";
        continue;
      }
      EXPECT_EQ(document.version, expected->second.version) << document.external_id;
      EXPECT_EQ(document.indexed_version, expected->second.indexed_version) << document.external_id;
      EXPECT_EQ(document.status, expected->second.status) << document.external_id;
      EXPECT_EQ(document.content_hash, blob_of(expected->second.text)) << document.external_id;
    }
  }

  void compare_tasks() {
    for (const auto& [id, expected] : model_.tasks) {
      const Task task = must(catalog_->task(id));
      EXPECT_EQ(task.status, expected.status) << id.value();
      EXPECT_EQ(task.attempts, expected.attempts) << id.value();
      EXPECT_EQ(task.epoch, expected.epoch) << id.value();
      EXPECT_EQ(task.document_version, expected.version) << id.value();
    }
  }

  void compare_manifest() {
    const Manifest manifest = must(catalog_->manifest(collection_.id));
    EXPECT_EQ(manifest.number, model_.manifest);
    std::vector<BlobId> found, expected;
    for (const SegmentRecord& segment : manifest.segments) found.push_back(segment.blob);
    for (const auto& segment : model_.segments) expected.push_back(blob_of_segment(segment));
    EXPECT_EQ(found, expected);
    std::set<BlobId> found_dead, expected_dead;
    for (const Tombstone& tombstone : manifest.tombstones) found_dead.insert(tombstone.segment);
    for (const auto& segment : model_.dead) expected_dead.insert(blob_of_segment(segment));
    EXPECT_EQ(found_dead, expected_dead);
    EXPECT_EQ(must(catalog_->counts(collection_.id)).documents, model_.segments.size() - model_.dead.size());
  }

  TemporaryFolder folder_;
  ManualClock clock_;
  std::unique_ptr<Catalog> catalog_;
  Collection collection_;
  CatalogModel model_;
  std::vector<Lease> leases_;
  std::mt19937_64 random_;
};

TEST(CatalogModelTest, AnswersLikeTheModelWhateverHappens) {
  const std::uint64_t first = first_seed();
  for (std::uint64_t seed = first; seed < first + 20 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(describe_seed(seed));
    CatalogAgainstModel both(seed);
    for (int i = 0; i < 400 && !::testing::Test::HasFailure(); ++i) {
      both.step();
      if (i % 20 == 0) both.compare();
    }
    both.compare();
  }
}

}  // namespace
}  // namespace cairn::testing
