#include "extract_worker/zip_package.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "extract_worker/encoding.h"

namespace cairn::extraction {
namespace {

// Sizes and signatures from APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16 and 4.5.3.
constexpr std::size_t kEndRecordBytes = 22;
constexpr std::size_t kDirectoryHeaderBytes = 46;
constexpr std::size_t kLocalHeaderBytes = 30;
constexpr std::uint32_t kDirectorySignature = 0x02014b50;
constexpr std::uint32_t kLocalSignature = 0x04034b50;
constexpr std::uint64_t kRatioIsAskedAbove = 10'000'000;
/// Deflate cannot do better than 1032 to 1 (zlib technical details); a header that promises more lies.
constexpr std::uint64_t kMaxDeflateRatio = 1032;

const auto kDamaged = [] {
  return fail(ErrorKind::invalid, "the file is damaged or incomplete: save it again and upload it again");
};

/// Little-endian number of `bytes` bytes; 0 beyond the end.
std::uint64_t number_at(std::string_view content, std::uint64_t at, std::size_t bytes) {
  if (at > content.size() || content.size() - at < bytes) return 0;
  std::uint64_t value = 0;
  for (std::size_t i = bytes; i > 0; --i) value = value << 8 | static_cast<unsigned char>(content[at + i - 1]);
  return value;
}

struct Directory {
  std::uint64_t offset;
  std::uint64_t entries;
};

/// The end record stands before a comment of at most 64 kB.
Result<Directory> find_directory(std::string_view content) {
  if (content.size() < kEndRecordBytes) return kDamaged();
  const std::size_t end = content.rfind("PK\x05\x06", content.size() - kEndRecordBytes);
  if (end == content.npos || content.size() - end > kEndRecordBytes + 0xffff) return kDamaged();
  Directory directory{number_at(content, end + 16, 4), number_at(content, end + 10, 2)};
  if (end >= 20 && content.substr(end - 20, 4) == "PK\x06\x07") {
    const std::uint64_t record = number_at(content, end - 20 + 8, 8);
    if (record < content.size() && content.substr(record, 4) == "PK\x06\x06")
      directory = {number_at(content, record + 48, 8), number_at(content, record + 32, 8)};
  }
  if (directory.offset >= content.size()) return kDamaged();
  return directory;
}

/// Replaces sizes of all ones by those of the ZIP64 extra field, which holds only what was replaced, in this order.
void apply_zip64(std::string_view extra, std::uint64_t& size, std::uint64_t& packed, std::uint64_t& offset) {
  for (std::size_t at = 0; at + 4 <= extra.size();) {
    const auto tag = number_at(extra, at, 2);
    const auto length = number_at(extra, at + 2, 2);
    if (tag == 1) {
      std::uint64_t field = at + 4;
      for (std::uint64_t* value : {&size, &packed, &offset}) {
        if (*value != 0xffffffff) continue;
        *value = number_at(extra, field, 8);
        field += 8;
      }
      return;
    }
    at += 4 + length;
  }
}

bool is_text_part(std::string_view name) {
  for (std::string_view ending : {".xml", ".rels", ".html", ".xhtml", ".htm", ".opf", ".ncx", ".vml"})
    if (name.ends_with(ending)) return true;
  return false;
}

Result<std::string> inflate_part(std::string_view packed, std::uint64_t size) {
  z_stream stream = {};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return fail(ErrorKind::internal, "zlib could not be started");
  std::string out(size, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = inflate(&stream, Z_FINISH);
  const std::uint64_t written = stream.total_out;
  inflateEnd(&stream);
  const bool complete = status == Z_STREAM_END || (status == Z_BUF_ERROR && written == size && size == 0);
  if (!complete || written != size) return kDamaged();
  return out;
}

}  // namespace

Result<ZipPackage> ZipPackage::open(std::string_view content, const Limits& limits) {
  ZipPackage package;
  package.content_ = content;
  package.max_part_bytes_ = limits.max_expanded_bytes;
  CAIRN_CHECK(package.read_directory(limits));
  return package;
}

Result<void> ZipPackage::read_directory(const Limits& limits) {
  CAIRN_TRY(const Directory directory, find_directory(content_));
  std::uint64_t expanded = 0;
  std::uint64_t at = directory.offset;
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    if (number_at(content_, at, 4) != kDirectorySignature) return kDamaged();
    const auto name_bytes = number_at(content_, at + 28, 2);
    const auto extra_bytes = number_at(content_, at + 30, 2);
    const auto comment_bytes = number_at(content_, at + 32, 2);
    if (at + kDirectoryHeaderBytes + name_bytes + extra_bytes > content_.size()) return kDamaged();
    if ((number_at(content_, at + 8, 2) & 1) != 0)
      return fail(ErrorKind::invalid, "the document is encrypted: remove the password and upload it again");
    std::uint64_t size = number_at(content_, at + 24, 4);
    std::uint64_t packed = number_at(content_, at + 20, 4);
    std::uint64_t offset = number_at(content_, at + 42, 4);
    apply_zip64(content_.substr(at + kDirectoryHeaderBytes + name_bytes, extra_bytes), size, packed, offset);
    std::string name(content_.substr(at + kDirectoryHeaderBytes, name_bytes));
    if (is_text_part(name)) expanded += size;
    if (expanded > limits.max_expanded_bytes)
      return fail(ErrorKind::invalid,
                  fmt::format("expands to more than {} MB: not opened", limits.max_expanded_bytes / 1'000'000));
    parts_.try_emplace(std::move(name),
                       Part{offset, packed, size, static_cast<std::uint16_t>(number_at(content_, at + 10, 2))});
    at += kDirectoryHeaderBytes + name_bytes + extra_bytes + comment_bytes;
  }
  if (expanded > kRatioIsAskedAbove && expanded / limits.max_expansion_ratio > content_.size())
    return fail(ErrorKind::invalid,
                fmt::format("expands to {} times its size: not opened", expanded / content_.size()));
  return {};
}

Result<std::string> ZipPackage::read(std::string_view name) const {
  const auto found = parts_.find(name);
  if (found == parts_.end())
    return fail(ErrorKind::invalid, fmt::format("the file is damaged: its part {} is missing", name));
  const Part& part = found->second;
  if (number_at(content_, part.header_offset, 4) != kLocalSignature) return kDamaged();
  const std::uint64_t begin = part.header_offset + kLocalHeaderBytes + number_at(content_, part.header_offset + 26, 2) +
                              number_at(content_, part.header_offset + 28, 2);
  if (begin > content_.size() || content_.size() - begin < part.packed_size) return kDamaged();
  const std::string_view packed = content_.substr(begin, part.packed_size);
  if (part.method == 0) return packed.size() == part.size ? Result<std::string>(packed) : kDamaged();
  if (part.method != 8)
    return fail(ErrorKind::unsupported, "packed with an unusual ZIP method: save it again and upload it again");
  if (part.size > max_part_bytes_)
    return fail(ErrorKind::invalid, "a part of it is too large to be unpacked: not opened");
  if (part.size > (packed.size() + 1) * kMaxDeflateRatio) return kDamaged();
  return inflate_part(packed, part.size);
}

Result<std::string> ZipPackage::read_text(std::string_view name) const {
  CAIRN_TRY(std::string bytes, read(name));
  if (!bytes.starts_with("\xef\xbb\xbf") && !bytes.starts_with("\xff\xfe") && !bytes.starts_with("\xfe\xff") &&
      utf8::is_valid(bytes))
    return bytes;
  return decode_text(bytes, declared_in_markup(bytes)).utf8;
}

std::vector<std::string> ZipPackage::names() const {
  std::vector<std::string> out;
  for (const auto& [name, part] : parts_) out.push_back(name);
  return out;
}

}  // namespace cairn::extraction
