#include "adapters/s3/s3_blob_store.h"

#include <algorithm>

#include "adapters/s3/blob_cache.h"
#include "adapters/s3/bucket.h"
#include "base/sha256.h"
#include "base/shared_work.h"

namespace cairn {
namespace s3 {
namespace {

constexpr int objects_a_page = 1'000;

std::unexpected<Error> no_such_blob(const BlobId& id) {
  return fail(ErrorKind::not_found, "there is no blob " + id.value() + ": run `cairn fsck` to see what misses it");
}

/// What a store and its writers share. Writers keep it alive.
struct Shared {
  explicit Shared(const S3Options& wanted)
      : options(wanted), bucket(options), cache(options.cache_folder, options.cache_bytes) {}

  std::string folder() const { return options.prefix + "blobs/"; }
  std::string key_of(const BlobId& id) const { return folder() + id.value().substr(0, 2) + "/" + id.value(); }

  const S3Options options;
  Bucket bucket;
  BlobCache cache;
};

/// Only the whole blob has a name, so it waits in a file until it is whole.
class Writer final : public BlobWriter {
 public:
  explicit Writer(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

  Result<void> append(Bytes bytes) override {
    if (finished_) return fail(ErrorKind::internal, "a blob was written to after it was finished");
    if (error_) return fail(*error_);
    auto written = write(bytes);
    if (!written) error_ = written.error();
    return written;
  }

  Result<BlobId> finish() override {
    if (finished_) return fail(ErrorKind::internal, "a blob was finished twice");
    CAIRN_CHECK(append({}));
    finished_ = true;
    const BlobId id(to_hex(hash_.finish()));
    CAIRN_CHECK(shared_->bucket.put(shared_->key_of(id), file_->descriptor(), file_->bytes(), id.value()));
    (void)shared_->cache.keep(std::move(*file_), id);  // Without it the blob is merely loaded when it is opened.
    file_.reset();
    return id;
  }

 private:
  Result<void> write(Bytes bytes) {
    if (!file_) {
      CAIRN_TRY(auto file, CacheFile::create(shared_->cache.folder()));
      file_.emplace(std::move(file));
    }
    hash_.update(bytes);
    return file_->append(bytes);
  }

  std::shared_ptr<Shared> shared_;
  std::optional<CacheFile> file_;
  Sha256 hash_;
  std::optional<Error> error_;
  bool finished_ = false;
};

class S3BlobStore final : public BlobStore {
 public:
  explicit S3BlobStore(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

  Result<std::unique_ptr<BlobWriter>> create() override { return std::make_unique<Writer>(shared_); }

  Result<void> sync() override { return {}; }  // What is finished is in the bucket.

  Result<BlobView> open(const BlobId& id) const override {
    if (!is_blob_id(id.value())) return no_such_blob(id);
    if (auto cached = shared_->cache.view(id); cached || cached.error().kind != ErrorKind::not_found) return cached;
    return loading_.run(id, [&]() -> Result<BlobView> {
      if (auto cached = shared_->cache.view(id)) return cached;
      auto loaded = load(id);
      if (!loaded && loaded.error().kind == ErrorKind::corrupt)
        loaded = load(id);  // Once more: it may be the way here.
      return loaded;
    });
  }

  Result<BlobInfo> info(const BlobId& id) const override {
    if (!is_blob_id(id.value())) return no_such_blob(id);
    const auto object = shared_->bucket.head(shared_->key_of(id));
    if (!object) return object.error().kind == ErrorKind::not_found ? no_such_blob(id) : fail(object.error());
    return BlobInfo{.id = id, .bytes = object->bytes, .modified_at = object->modified_at};
  }

  Result<void> verify(const BlobId& id) const override {
    if (!is_blob_id(id.value())) return no_such_blob(id);
    return read(id, [](Bytes) { return Result<void>(); }, [] { return Result<void>(); });
  }

  Result<void> list(const std::function<bool(const BlobInfo&)>& visit) const override {
    std::string from;
    do {
      CAIRN_TRY(const ObjectPage page, shared_->bucket.list(shared_->folder(), from, objects_a_page));
      for (const Object& object : page.objects) {
        const std::string name = object.key.substr(object.key.rfind('/') + 1);
        if (!is_blob_id(name)) continue;
        if (!visit({.id = BlobId(name), .bytes = object.bytes, .modified_at = object.modified_at})) return {};
      }
      from = page.next;
    } while (!from.empty());
    return {};
  }

  Result<void> remove(const BlobId& id) override {
    if (!is_blob_id(id.value())) return {};
    shared_->cache.drop(id);
    return shared_->bucket.remove(shared_->key_of(id));
  }

  /// S3 cannot look and remove in one step. A blob without a name that is finished again just between the two would be
  /// lost; what has been lying unnamed for `age` is hardly written again in that very moment.
  Result<bool> remove_older(const BlobId& id, std::chrono::milliseconds age) override {
    if (!is_blob_id(id.value())) return true;
    const auto object = shared_->bucket.head(shared_->key_of(id));
    if (!object && object.error().kind == ErrorKind::not_found) return true;
    if (!object) return fail(object.error());
    if (!object->asked_at)
      return fail(ErrorKind::unavailable,
                  "the object store does not say what time it is, so nothing is removed for age");
    // A server may tell its time to the second only, and a little late.
    if (std::max(*object->asked_at - object->modified_at, std::chrono::milliseconds(0)) < age) return false;
    CAIRN_CHECK(remove(id));
    return true;
  }

 private:
  Result<BlobView> load(const BlobId& id) const {
    CAIRN_TRY(CacheFile file, CacheFile::create(shared_->cache.folder()));
    CAIRN_CHECK(read(id, [&](Bytes bytes) { return file.append(bytes); }, [&] { return file.truncate(); }));
    return shared_->cache.keep(std::move(file), id);
  }

  /// Gives the bytes in the bucket to `sink`, and compares their hash.
  Result<void> read(const BlobId& id, const ByteSink& sink, const std::function<Result<void>()>& start_over) const {
    Sha256 hash;
    const auto take = [&](Bytes bytes) -> Result<void> {
      CAIRN_CHECK(sink(bytes));
      hash.update(bytes);
      return {};
    };
    const auto again = [&] {
      hash = Sha256();
      return start_over();
    };
    const auto taken = shared_->bucket.get(shared_->key_of(id), take, again);
    if (!taken) return taken.error().kind == ErrorKind::not_found ? no_such_blob(id) : fail(taken.error());
    if (to_hex(hash.finish()) != id.value())
      return fail(ErrorKind::corrupt, "blob " + id.value() + " does not match its name: restore it from a backup");
    return {};
  }

  std::shared_ptr<Shared> shared_;
  mutable SharedWork<BlobId, Result<BlobView>> loading_;  // Who waits for a store that is away does so once.
};

Result<void> check(const S3Options& options) {
  const bool is_address = options.endpoint.starts_with("http://") || options.endpoint.starts_with("https://");
  if (!is_address || options.bucket.empty())
    return fail(ErrorKind::invalid,
                "blobs in an object store need blobs.url, such as https://s3.eu-central-1.amazonaws.com, and "
                "blobs.bucket");
  if (options.part_bytes < 1 || options.attempts < 1)
    return fail(ErrorKind::invalid, "an object store needs parts of some bytes and at least one attempt");
  return {};
}

/// Written and read back: of two that come at once both see the last. Nothing depends on conditional requests.
Result<void> claim(Shared& shared) {
  const std::string& owner = shared.options.owner;
  if (owner.empty()) return {};
  const std::string key = shared.options.prefix + "store-id";
  auto found = shared.bucket.text_of(key);
  if (!found && found.error().kind == ErrorKind::not_found) {
    CAIRN_CHECK(shared.bucket.put_text(key, owner));
    found = shared.bucket.text_of(key);
  }
  if (!found) return fail(found.error());
  if (*found == owner) return {};
  return fail(ErrorKind::conflict,
              "the blobs in bucket '" + shared.options.bucket + "' under '" + shared.options.prefix +
                  "' belong to another catalog, which would lose them: choose another blobs.prefix. If that catalog is "
                  "gone for good and this one was restored from its backup, remove the object " +
                  key + " and start again");
}

}  // namespace
}  // namespace s3

Result<std::unique_ptr<BlobStore>> open_s3_blob_store(const S3Options& options) {
  CAIRN_CHECK(s3::check(options));
  auto shared = std::make_shared<s3::Shared>(options);
  CAIRN_CHECK(shared->cache.open());
  CAIRN_CHECK(shared->bucket.list(shared->folder(), "", 1));  // Says now what is wrong with address, bucket or keys.
  CAIRN_CHECK(s3::claim(*shared));
  return std::make_unique<s3::S3BlobStore>(std::move(shared));
}

}  // namespace cairn
