#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "base/bytes.h"

namespace cairn::directory {

/// An open file descriptor that closes itself.
class File {
 public:
  File() = default;
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&& other) noexcept;
  ~File();

  bool is_open() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

/// Writes all of it, over interruptions and short writes. Returns 0 or an errno.
int write_all(const File& file, Bytes bytes);

/// A file's bytes in memory, mapped read-only. Null with errno set when it fails; `size` must not be 0.
std::shared_ptr<const void> map_file(const File& file, std::size_t size);

/// Gives the memory of a part of a mapped file back to the system; it is read from the file again when it is needed.
void unmap_pages(Bytes mapped);

}  // namespace cairn::directory
