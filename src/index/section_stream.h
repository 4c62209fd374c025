#pragma once

#include <memory>
#include <vector>

#include "base/bytes.h"
#include "index/format.h"

namespace cairn::index {

/// Writes the sections of a segment front to back. The first error of the sink is kept and everything after it is
/// dropped, so that callers check once, in finish() (long loops may ask failed()).
class SectionStream {
 public:
  explicit SectionStream(const ByteSink& sink);
  ~SectionStream();
  SectionStream(const SectionStream&) = delete;
  SectionStream& operator=(const SectionStream&) = delete;

  void begin(SectionKind kind);
  void write(Bytes bytes);
  void write(std::string_view bytes) { write(cairn::as_bytes(bytes)); }
  void end();

  void section(SectionKind kind, Bytes bytes);

  bool failed() const { return !status_.has_value(); }

  /// Writes the section table and the trailer.
  Result<void> finish();

 private:
  void put(Bytes bytes);
  void pad();
  void flush();

  struct Hash;
  const ByteSink& sink_;
  std::string buffer_;
  std::vector<SectionEntry> entries_;
  std::unique_ptr<Hash> hash_;
  std::uint64_t position_ = 0;
  Result<void> status_;
};

}  // namespace cairn::index
