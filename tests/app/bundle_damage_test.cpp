// Bundles that are cut off, changed or made up, and stores that fail on the way: all of a collection, or nothing.
#include <gmock/gmock.h>

#include "adapters/fault/faulty_blob_store.h"
#include "app/bundle/bundle_reader.h"
#include "app/bundle/bundle_writer.h"
#include "app/bundle/tar.h"
#include "app/bundle_fixture.h"

namespace cairn {
namespace {

using testing::BundleBytes;
using testing::BundleStore;
using testing::EmptyStore;
using testing::fails_with;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::must;

std::string small_bundle() {
  BundleStore source;
  source.add("a.txt", "Herons nest in the reeds.");
  source.add("b.txt", "The pump needs oil.");
  source.add("a.txt", "Herons left the reeds.");
  return source.exported();
}

Result<bundle::Reader> read(const std::string& bytes) {
  return bundle::Reader::open(BlobView(as_bytes(bytes), nullptr), {}, {});
}

/// An entry as the writer makes it.
std::string entry(const std::string& name, const std::string& content) {
  return tar::header(name, content.size()) + content + std::string(tar::padding(content.size()), '\0');
}

/// The entries of a bundle by name, in order.
std::vector<std::pair<std::string, std::string>> entries_of(const std::string& bytes) {
  std::vector<std::pair<std::string, std::string>> all;
  tar::Reader reader(as_bytes(bytes));
  while (const auto found = must(reader.next())) all.emplace_back(found->name, std::string(as_text(found->content)));
  return all;
}

/// A whole bundle of these entries, whose end is right again.
std::string joined(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string bytes;
  Sha256 hash;
  bundle::Totals totals;
  for (const auto& [name, content] : entries) {
    if (name == "end.json") continue;
    const std::string whole = entry(name, content);
    bytes += whole;
    const bool is_blob = name.starts_with("segments/") || name.starts_with("files/");
    totals.segments += name.starts_with("segments/") ? 1U : 0U;
    totals.files += name.starts_with("files/") ? 1U : 0U;
    if (name.starts_with("documents/"))
      totals.documents += static_cast<std::uint64_t>(std::ranges::count(content, '\n'));
    hash.update(as_bytes(whole).first(tar::block_bytes));
    hash.update(as_bytes(whole).subspan(is_blob ? tar::block_bytes + content.size() : tar::block_bytes));
  }
  totals.sha256 = to_hex(hash.finish());
  return bytes + entry("end.json", bundle::to_text(totals) + "\n") + std::string(1024, '\0');
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("'" + from + "' is not there");
  return text.replace(at, from.size(), to);
}

/// With `from` in the entry whose name begins so.
std::string changed(const std::string& bytes, const std::string& name, const std::string& from, const std::string& to) {
  auto entries = entries_of(bytes);
  for (auto& [found, content] : entries)
    if (found.starts_with(name)) content = replaced(content, from, to);
  return joined(entries);
}

TEST(BundleDamage, TheTestsOwnJoinMakesWhatTheWriterMakes) {
  const std::string bytes = small_bundle();
  EXPECT_EQ(joined(entries_of(bytes)), bytes);
}

TEST(BundleDamage, NoShorterBundleIsTaken) {
  const std::string bytes = small_bundle();
  for (std::size_t size = 0; size < bytes.size(); size += size < 4096 ? 61 : 509) {
    const auto refused = read(bytes.substr(0, size));
    ASSERT_FALSE(refused) << size;
    EXPECT_TRUE(refused.error().kind == ErrorKind::corrupt ||
                (size < 512 && refused.error().kind == ErrorKind::invalid))
        << size << ": " << refused.error().message;
  }
  EXPECT_FALSE(read(bytes.substr(0, bytes.size() - 1)));
  EXPECT_FALSE(read(bytes + "x"));
  EXPECT_FALSE(read(bytes + std::string(512, '\0')));
}

TEST(BundleDamage, EveryFlippedBitIsNoticed) {
  std::string bytes = small_bundle();
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const char was = bytes[i];
    bytes[i] = static_cast<char>(was ^ (1 << (i % 8)));
    EXPECT_FALSE(read(bytes)) << "byte " << i;
    bytes[i] = was;
  }
  EXPECT_TRUE(read(bytes));
}

TEST(BundleDamage, OfANewerVersionIsSaidToBe) {
  const auto refused = read(changed(small_bundle(), "cairn-bundle.json", R"("version":1)", R"("version":2)"));
  ASSERT_TRUE(fails_with(ErrorKind::unsupported, refused));
  EXPECT_THAT(refused.error().message, HasSubstr("update cairn"));
}

TEST(BundleDamage, OtherFilesAreNoBundles) {
  for (const std::string& bytes :
       {std::string(), std::string("PK\x03\x04"), std::string(4096, '\0'), std::string(4096, 'x'),
        joined({{"notes.txt", "hello"}}), joined({{"cairn-bundle.json", "{}"}}), joined({{"cairn-bundle.json", "[1"}})})
    EXPECT_TRUE(fails_with(ErrorKind::invalid, read(bytes))) << bytes.substr(0, 20);
}

TEST(BundleDamage, HostileNamesAndSizesAreRefused) {
  const auto entries = entries_of(small_bundle());
  for (const char* name : {"../../etc/passwd", "/etc/passwd", "files/../x", "segments/", "documents/000000.jsonl/x",
                           "files/0000000000000000000000000000000000000000000000000000000000000000"}) {
    for (const std::size_t place : {1U, 2U, 3U, 4U}) {
      auto more = entries;
      more.insert(more.begin() + static_cast<std::ptrdiff_t>(place), {name, "root:x:0:0"});
      EXPECT_TRUE(fails_with(ErrorKind::corrupt, read(joined(more)))) << name << " at " << place;
    }
  }
  for (const std::uint64_t size : {std::uint64_t{1} << 63, ~std::uint64_t{0}, std::uint64_t{1} << 40,
                                   (std::uint64_t{1} << 33) - 1, ~std::uint64_t{0} - 511, ~std::uint64_t{0} - 1023}) {
    for (const char* name : {"cairn-bundle.json", "manifest.jsonl", "documents/000000.jsonl"}) {
      std::string bytes;
      for (const auto& [found, content] : entries) {
        if (found == name) bytes += tar::header(name, size) + content;
        else bytes += entry(found, content);
      }
      EXPECT_TRUE(fails_with(ErrorKind::corrupt, read(bytes + std::string(1024, '\0')))) << name << " " << size;
    }
  }
}

TEST(BundleDamage, PartsThatDoNotFitTogetherAreRefused) {
  const std::string bytes = small_bundle();
  const auto entries = entries_of(bytes);
  for (std::size_t i = 0; i + 1 < entries.size(); ++i) {
    auto fewer = entries;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(read(joined(fewer))) << "without " << entries[i].first;
    auto swapped = entries;
    std::swap(swapped[i], swapped[i + 1]);
    EXPECT_TRUE(i + 2 == entries.size() || !read(joined(swapped))) << entries[i].first << " later";
    auto doubled = entries;
    doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(i), entries[i]);
    EXPECT_FALSE(read(joined(doubled))) << entries[i].first << " twice";
  }
}

TEST(BundleDamage, RowsThatLieAreRefusedAndLeaveNothingBehind) {
  const std::string bytes = small_bundle();
  const std::string page = "documents/";
  const bool has_deleted = entries_of(bytes)[1].second.find(R"("deleted":[[)") < entries_of(bytes)[1].second.find('\n');
  const std::string comma = has_deleted ? "," : "";
  const std::vector<std::string> lies = {
      changed(bytes, page, R"("external_id":"b.txt")", R"("external_id":"a.txt")"),
      changed(bytes, page, R"("external_id":"b.txt")", R"("external_id":"c.txt")"),
      changed(bytes, page, R"("external_id":"b.txt")", R"("external_id":"")"),
      changed(bytes, page, R"("external_id":"b.txt")", R"("external_id":{"hex":"00"})"),
      changed(bytes, page, R"("indexed_version":2)", R"("indexed_version":1)"),
      changed(bytes, page, R"("indexed_version":2)", R"("indexed_version":3)"),
      changed(bytes, page, R"("version":2})", R"("version":1})"),
      changed(bytes, page, R"("indexed_version":1)", R"("indexed_version":0)"),
      changed(bytes, page, R"("status":"indexed")", R"("status":"perfect")"),
      changed(bytes, page, R"("bytes":)", R"("bytes":1)"),
      changed(bytes, page, R"("chunks":1)", R"("chunks":-1)"),
      changed(bytes, page, R"("pages":1)", R"("pages":9223372036854775808)"),
      changed(bytes, page, R"("pages":1)", R"("pages":1,"more":1)"),
      changed(bytes, page, R"("metadata":{)", R"("metadata":)" + std::string(100'000, '[') + "{"),
      changed(bytes, "manifest.jsonl", R"("documents":)", R"("documents":1)"),
      changed(bytes, "manifest.jsonl", R"("chunks":)", R"("chunks":1)"),
      changed(bytes, "manifest.jsonl", R"("deleted":[)", R"("deleted":[[0,1],[0,1])" + comma),
      changed(bytes, "manifest.jsonl", R"("deleted":[)", R"("deleted":[[7,1])" + comma),
      changed(bytes, "manifest.jsonl", R"("model":"fake")", R"("model":"real")"),
      changed(bytes, "cairn-bundle.json", R"("manifest":)", R"("manifest":0,"was":)"),
      changed(bytes, "cairn-bundle.json", R"("manifest":)", R"("manifest":9999999999999999999)")};
  int number = 0;
  for (const std::string& lie : lies) {
    EmptyStore target;
    EXPECT_FALSE(target.try_import(lie)) << "lie " << number;
    EXPECT_TRUE(target.has_no("papers")) << "lie " << number;
    EXPECT_THAT(target.problems(), IsEmpty());
    ++number;
  }
}

/// Whatever fails on the way, either all of it is there and right, or nothing.
TEST(BundleDamage, AStoreThatFailsHasAllOfItOrNothing) {
  BundleStore source;
  source.fill();
  const std::string bytes = source.exported();
  int failed = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    EmptyStore target;
    const auto plan = std::make_shared<FaultPlan>(FaultOptions{.seed = seed, .rate = 0.02, .crash_point = {}});
    FaultyBlobStore blobs(*target.blobs, plan);
    const auto done = import_collection({.catalog = *target.catalog, .blobs = blobs, .embedders = target.embedders},
                                        BlobView(as_bytes(bytes), nullptr), {}, {});
    if (!done) {
      ++failed;
      EXPECT_TRUE(fails_with(ErrorKind::unavailable, done)) << plan->describe();
      EXPECT_TRUE(target.has_no("papers")) << plan->describe();
      must(target.try_import(bytes));  // Repeating it ends well.
    }
    EXPECT_EQ(target.found("papers", "heron"), source.found("papers", "heron")) << plan->describe();
    EXPECT_THAT(target.problems(), IsEmpty()) << plan->describe();
  }
  EXPECT_GT(failed, 5);
  EXPECT_LT(failed, 40);
}

TEST(BundleDamage, CancelledAtAnyPointLeavesNothing) {
  BundleStore source;
  source.fill();
  const std::string bytes = source.exported();
  bool ended = false;
  for (int at = 1; !ended; at += 5) {
    EmptyStore target;
    const CancelToken cancel;
    int calls = 0;
    ImportOptions wanted;
    wanted.on_bytes = [&](std::uint64_t, std::uint64_t) {
      if (++calls == at) cancel.cancel();
    };
    const auto done = target.try_import(bytes, wanted, cancel);
    ended = calls < at;
    if (ended) break;
    EXPECT_TRUE(fails_with(ErrorKind::cancelled, done)) << at;
    EXPECT_TRUE(target.has_no("papers")) << at;
    EXPECT_THAT(target.problems(), IsEmpty()) << at;
  }
}

TEST(BundleDamage, AnExportThatCannotWriteSaysSo) {
  BundleStore source;
  source.fill();
  const std::size_t size = source.exported().size();
  for (std::size_t room = 0; room < size; room += size / 12) {
    BundleBytes bundle;
    BundleTarget target = bundle.target();
    target.append = [&](Bytes more) -> Result<void> {
      if (bundle.bytes.size() + more.size() > room) return fail(ErrorKind::unavailable, "the disk is full");
      bundle.bytes.append(as_text(more));
      return {};
    };
    EXPECT_TRUE(fails_with(ErrorKind::unavailable,
                           export_collection(*source.catalog, *source.blobs, {.collection = "papers"}, target, {})));
    EXPECT_FALSE(bundle.is_whole);
  }
  BundleBytes bundle;
  const CancelToken cancel;
  cancel.cancel();
  EXPECT_TRUE(fails_with(ErrorKind::cancelled, source.try_export(bundle, {}, cancel)));
  EXPECT_FALSE(bundle.is_whole);
}

}  // namespace
}  // namespace cairn
