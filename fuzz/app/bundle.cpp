// Any bytes as a bundle, as they are and with headers and sums put right so that damage gets past them: it is refused
// or read, and no memory is touched that is not the bundle's.
#include <algorithm>
#include <cstdint>
#include <string>

#include "app/bundle/bundle_writer.h"
#include "app/bundle/packed_segments.h"
#include "app/bundle/tar.h"
#include "base/sha256.h"

namespace {

using namespace cairn;

void read(const std::string& bytes) {
  const BlobView file(as_bytes(bytes), nullptr);
  const auto bundle = bundle::Reader::open(file, {}, {});
  if (!bundle) return;
  auto segments = bundle::PackedSegments::open(*bundle);
  if (!segments) return;
  (void)bundle->each_document([&](const StoredDocument& stored) -> Result<void> {
    if (stored.document.external_id.find('\0') != std::string::npos) return {};
    (void)segments->add(stored, CollectionId("another"));
    return {};
  });
  (void)segments->check_complete();
}

/// What lies where a size stands, with a right header; the end is made anew.
std::string repaired(const std::string& bytes) {
  std::string whole;
  Sha256 hash;
  bundle::Totals totals;
  for (std::size_t at = 0; at + tar::block_bytes <= bytes.size() && bytes[at] != '\0';) {
    const std::string name = bytes.substr(at, tar::longest_name).c_str();
    std::uint64_t size = 0;
    for (std::size_t i = 0; i < 11; ++i) size = size << 3 | (static_cast<unsigned>(bytes[at + 124 + i] - '0') & 7);
    at += tar::block_bytes;
    const std::string content = bytes.substr(at, std::min<std::uint64_t>(size, bytes.size() - at));
    at = std::min<std::size_t>(at + content.size() + tar::padding(content.size()), bytes.size());
    if (name == "end.json") break;
    const bool is_segment = name.starts_with("segments/"), is_file = name.starts_with("files/");
    totals.segments += is_segment ? 1U : 0U;
    totals.files += is_file ? 1U : 0U;
    if (name.starts_with("documents/"))
      totals.documents += static_cast<std::uint64_t>(std::ranges::count(content, '\n'));
    const std::string header = tar::header(name, content.size()), padding(tar::padding(content.size()), '\0');
    hash.update(as_bytes(header));
    if (!is_segment && !is_file) hash.update(as_bytes(content));
    hash.update(as_bytes(padding));
    whole += header + content + padding;
  }
  totals.sha256 = to_hex(hash.finish());
  const std::string end = bundle::to_text(totals) + "\n";
  return whole + tar::header("end.json", end.size()) + end + std::string(tar::padding(end.size()) + 1024, '\0');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
  read(repaired(bytes));
  return 0;
}
