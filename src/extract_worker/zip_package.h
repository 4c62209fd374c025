#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "extract_worker/document.h"

namespace cairn::extraction {

/// The parts of a ZIP package (PKWARE APPNOTE 6.3.10) in memory, read by name through the central directory; nothing is
/// ever written to disk, so names such as "../../x" are only names. Stored and deflated parts, ZIP64 sizes.
class ZipPackage {
 public:
  /// `content` must outlive the package. Fails for damaged or encrypted packages, and for those whose text parts
  /// promise to exceed the limits; reading a part then holds it to its promise.
  static Result<ZipPackage> open(std::string_view content, const Limits& limits);

  bool has(std::string_view name) const { return parts_.contains(name); }
  Result<std::string> read(std::string_view name) const;
  /// A part that is XML or HTML, as UTF-8 whatever its encoding.
  Result<std::string> read_text(std::string_view name) const;
  std::vector<std::string> names() const;

 private:
  struct Part {
    std::uint64_t header_offset;
    std::uint64_t packed_size;
    std::uint64_t size;
    std::uint16_t method;
  };
  Result<void> read_directory(const Limits& limits);

  std::string_view content_;
  std::uint64_t max_part_bytes_ = 0;
  std::map<std::string, Part, std::less<>> parts_;
};

}  // namespace cairn::extraction
