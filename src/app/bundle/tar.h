#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

// The container of a bundle: a POSIX tar file of plain files, in one fixed spelling, so that any tar program lists and
// unpacks it, and every header is known byte for byte from its name and size.
namespace cairn::tar {

inline constexpr std::size_t block_bytes = 512;
inline constexpr std::size_t longest_name = 99;

/// The block before an entry's bytes. `name` has 1 to `longest_name` bytes. From 8 GiB on the size is binary, as GNU
/// tar and others read it.
std::string header(std::string_view name, std::uint64_t size);

/// How many zeros follow an entry of this size.
std::size_t padding(std::uint64_t size);

struct Entry {
  std::string name;
  Bytes content;
};

/// Reads entries front to back. Nothing in `file` is trusted.
class Reader {
 public:
  explicit Reader(Bytes file) : file_(file) {}

  /// The next entry; nothing after the last, which two blocks of zeros and the end of the file must follow. Errors:
  /// `corrupt` (cut off, damaged, or not in the spelling of header()).
  Result<std::optional<Entry>> next();

  std::uint64_t position() const { return position_; }  ///< In bytes: where the next header begins.

 private:
  Result<std::optional<Entry>> end() const;

  Bytes file_;
  std::uint64_t position_ = 0;
};

}  // namespace cairn::tar
