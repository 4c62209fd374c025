#include "adapters/directory/file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

namespace cairn::directory {

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int write_all(const File& file, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written >= 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
    else if (errno != EINTR) return errno;
  }
  return 0;
}

std::shared_ptr<const void> map_file(const File& file, std::size_t size) {
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (address == MAP_FAILED) return nullptr;
  return {address, [size](const void* mapped) { ::munmap(const_cast<void*>(mapped), size); }};
}

}  // namespace cairn::directory
