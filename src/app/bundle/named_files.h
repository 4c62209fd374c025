#pragma once

#include <cstdint>
#include <vector>

#include "base/sha256.h"
#include "domain/document.h"

namespace cairn::bundle {

/// The original of documents, by the name and size that they say it has.
struct NamedFile {
  Digest name{};
  std::uint64_t bytes = 0;

  auto operator<=>(const NamedFile&) const = default;
};

BlobId id_of(const NamedFile& file);

/// The originals of a collection, each once: 40 bytes a document, and no more than that.
class NamedFiles {
 public:
  void add(const Document& document);

  /// By name, each once. Call it when all are there.
  void sort();
  const std::vector<NamedFile>& all() const { return files_; }
  std::uint64_t bytes() const;

 private:
  std::vector<NamedFile> files_;
};

}  // namespace cairn::bundle
