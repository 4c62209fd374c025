#include "index/text_blocks.h"

#include <zstd.h>

#include <algorithm>

#include "base/utf8.h"

namespace cairn::index {
namespace {

// 16 kB blocks keep a quote at some 20 microseconds; 64 kB would save a tenth of the text and cost four times that.
constexpr std::size_t block_bytes = 16 * 1024;
constexpr int compression_level = 9;
// What a hostile table may ask us to allocate for one block.
constexpr std::uint64_t largest_block = 64 * 1024;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// The largest cut not past `limit` that splits no code point.
std::size_t cut_before(std::string_view text, std::size_t limit) {
  if (limit >= text.size()) return text.size();
  while (limit > 0 && is_continuation(text[limit])) --limit;
  return limit;
}

std::unexpected<Error> damaged() {
  return fail(ErrorKind::corrupt, "A text block of the segment is damaged; restore the segment from a backup.");
}

/// A decompression context takes longer to make than a block to read, so each thread keeps one.
ZSTD_DCtx* thread_context() {
  struct Deleter {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  thread_local const std::unique_ptr<ZSTD_DCtx, Deleter> context(ZSTD_createDCtx());
  return context.get();
}

/// Puts a block's text into `text`. What the block's own checksum does not cover, such as a table that does not fit, is
/// found by verify_text().
Result<void> decompress(ArrayView<TextBlockRecord> blocks, Bytes compressed, std::size_t i, std::string& text) {
  const TextBlockRecord block = blocks[i], next = blocks[i + 1];
  const auto source = slice(compressed, block.offset, next.offset - block.offset);
  if (!source) return damaged();
  text.resize(next.byte_start - block.byte_start);
  const std::size_t size =
      ZSTD_decompressDCtx(thread_context(), text.data(), text.size(), source->data(), source->size());
  if (ZSTD_isError(size) || size != text.size()) return damaged();
  return {};
}

/// The block that holds a code point.
std::size_t block_of(ArrayView<TextBlockRecord> blocks, std::uint64_t code_point) {
  std::size_t low = 0, high = blocks.size() - 1;
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    (blocks[middle].code_point_start <= code_point ? low : high) = middle;
  }
  return low;
}

}  // namespace

struct TextBlockWriter::Compressor {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  Compressor() {
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, compression_level);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  ~Compressor() { ZSTD_freeCCtx(context); }
};

TextBlockWriter::TextBlockWriter() : compressor_(std::make_unique<Compressor>()) {}
TextBlockWriter::~TextBlockWriter() = default;
TextBlockWriter::TextBlockWriter(TextBlockWriter&&) noexcept = default;

void TextBlockWriter::add(std::string_view text, const std::function<void(Bytes)>& out) {
  code_points_ += utf8::length(text);
  while (!text.empty()) {
    const std::size_t part = cut_before(text, block_bytes - pending_.size());
    pending_.append(text.substr(0, part));
    text.remove_prefix(part);
    if (!text.empty()) flush(out);
  }
}

void TextBlockWriter::flush(const std::function<void(Bytes)>& out) {
  if (pending_.empty()) return;
  std::string packed(ZSTD_compressBound(pending_.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(compressor_->context, packed.data(), packed.size(), pending_.data(), pending_.size());
  blocks_.push_back(end_);
  end_.offset += size;
  end_.byte_start += pending_.size();
  end_.code_point_start += utf8::length(pending_);
  out(cairn::as_bytes(std::string_view(packed).substr(0, size)));
  pending_.clear();
}

std::vector<TextBlockRecord> TextBlockWriter::table() const {
  std::vector<TextBlockRecord> table = blocks_;
  table.push_back(end_);
  return table;
}

Result<std::string> read_text(ArrayView<TextBlockRecord> blocks, Bytes compressed, std::uint64_t start,
                              std::uint64_t end) {
  std::string out, text;
  for (std::size_t i = start < end ? block_of(blocks, start) : blocks.size(); i + 1 < blocks.size(); ++i) {
    const std::uint64_t first = blocks[i].code_point_start;
    if (first >= end) break;
    CAIRN_CHECK(decompress(blocks, compressed, i, text));
    const std::size_t begin = start > first ? utf8::offset_of(text, start - first) : 0;
    const bool whole = blocks[i + 1].code_point_start <= end;
    const std::size_t stop =
        whole ? text.size()
              : begin + utf8::offset_of(std::string_view(text).substr(begin), end - std::max(start, first));
    out.append(text, begin, stop - begin);
  }
  if (!utf8::is_valid(out)) return damaged();
  return out;
}

Result<void> verify_text(ArrayView<TextBlockRecord> blocks, Bytes compressed) {
  std::string text;
  for (std::size_t i = 0; i + 1 < blocks.size(); ++i) {
    CAIRN_CHECK(decompress(blocks, compressed, i, text));
    const bool fits = utf8::length(text) == blocks[i + 1].code_point_start - blocks[i].code_point_start;
    if (!fits || !utf8::is_valid(text)) return damaged();
  }
  return {};
}

bool text_blocks_fit(ArrayView<TextBlockRecord> blocks, std::uint64_t compressed_size, std::uint64_t code_points) {
  if (blocks.size() == 0) return false;
  const TextBlockRecord first = blocks[0], last = blocks[blocks.size() - 1];
  if (first.offset != 0 || first.byte_start != 0 || first.code_point_start != 0) return false;
  if (last.offset != compressed_size || last.code_point_start != code_points) return false;
  for (std::size_t i = 0; i + 1 < blocks.size(); ++i) {
    const TextBlockRecord block = blocks[i], next = blocks[i + 1];
    if (next.offset < block.offset || next.offset > compressed_size) return false;
    if (next.byte_start <= block.byte_start || next.byte_start - block.byte_start > largest_block) return false;
    if (next.code_point_start <= block.code_point_start) return false;
  }
  return true;
}

}  // namespace cairn::index
