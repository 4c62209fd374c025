#include "adapters/encoder/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace cairn {
namespace {

/// Closes on every way out; a mapping outlives its descriptor.
struct Descriptor {
  int value = -1;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

}  // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.value < 0) {
    const ErrorKind kind = errno == ENOENT ? ErrorKind::not_found : ErrorKind::invalid;
    return fail(kind, path.string() + " cannot be opened: " + std::strerror(errno));
  }
  struct stat state{};
  if (::fstat(file.value, &state) != 0 || !S_ISREG(state.st_mode))
    return fail(ErrorKind::invalid, path.string() + " is not a regular file");
  if (state.st_size == 0) return fail(ErrorKind::invalid, path.string() + " is empty");
  const auto size = static_cast<std::size_t>(state.st_size);
  void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.value, 0);
  if (start == MAP_FAILED)
    return fail(ErrorKind::invalid, path.string() + " cannot be mapped: " + std::strerror(errno));
  return MappedFile({static_cast<const std::byte*>(start), size});
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace cairn
