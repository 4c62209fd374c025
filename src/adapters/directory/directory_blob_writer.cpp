#include "adapters/directory/directory_blob_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "adapters/directory/file_error.h"

namespace cairn::directory {
namespace {

constexpr std::size_t buffer_bytes = 256 * 1024;
constexpr mode_t blob_mode = 0666;  // Less the umask.

}  // namespace

DirectoryBlobWriter::~DirectoryBlobWriter() {
  if (name_.empty()) return;
  if (auto temporary = folder_->temporary()) ::unlinkat((*temporary)->descriptor(), name_.c_str(), 0);
}

Result<void> DirectoryBlobWriter::append(Bytes bytes) {
  if (finished_) return fail(ErrorKind::internal, "a blob was written to after it was finished");
  if (error_) return fail(*error_);
  hash_.update(bytes);
  size_ += bytes.size();
  if (buffer_.size() + bytes.size() > buffer_bytes) CAIRN_CHECK(write_buffer());
  if (bytes.size() <= buffer_bytes) {
    buffer_.append(as_text(bytes));
    return {};
  }
  if (const int code = write_all(file_, bytes); code != 0)
    return fail_for_good(file_error("write to", folder_->path(), code));
  return {};
}

Result<BlobId> DirectoryBlobWriter::finish() {
  if (finished_) return fail(ErrorKind::internal, "a blob was finished twice");
  if (error_) return fail(*error_);
  finished_ = true;
  const BlobId id(to_hex(hash_.finish()));
  // A file of another size is what a power cut left of a blob that was never synced: it is written again.
  if (!folder_->renew(id, size_)) {
    CAIRN_CHECK(write_buffer());
    CAIRN_CHECK(folder_->publish(name_, id));
    name_.clear();
  }
  file_ = File();
  folder_->add_pending(id);
  return id;
}

Result<void> DirectoryBlobWriter::write_buffer() {
  if (!file_.is_open()) CAIRN_CHECK(create_file());
  if (const int code = write_all(file_, as_bytes(buffer_)); code != 0)
    return fail_for_good(file_error("write to", folder_->path(), code));
  buffer_.clear();
  return {};
}

Result<void> DirectoryBlobWriter::create_file() {
  const auto temporary = folder_->temporary();
  if (!temporary) return fail_for_good(temporary.error());
  const std::string name = folder_->next_temporary_name();
  file_ = File(::openat((*temporary)->descriptor(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, blob_mode));
  if (!file_.is_open()) return fail_for_good(file_error("write to", (*temporary)->path(), errno));
  name_ = name;
  return {};
}

Result<void> DirectoryBlobWriter::fail_for_good(Error error) {
  error_ = error;
  return fail(std::move(error));
}

}  // namespace cairn::directory
