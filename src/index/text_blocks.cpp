#include "index/text_blocks.h"

#include <zdict.h>
#include <zstd.h>

#include <algorithm>

#include "base/utf8.h"

namespace cairn::index {
namespace {

// A hit's text costs the decompression of its block. On Cranfield: 32 us and .341 of the text's size in blocks of 16
// kB; 8.5 us and .303 in blocks of 4 kB with a dictionary of 16 kB. What it is learnt from must be worth the tenth of a
// second.
constexpr std::size_t block_bytes = 16 * 1024, block_bytes_with_dictionary = 4 * 1024;
constexpr std::size_t sample_bytes = 256 * 1024, sample_piece_bytes = 2 * 1024, dictionary_bytes = 16 * 1024;
constexpr int compression_level = 9;
// What a hostile table may ask us to allocate for one block, and to read for the dictionary.
constexpr std::uint64_t largest_block = 64 * 1024, largest_dictionary = 64 * 1024;

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

/// What the texts that begin like this have in common; empty when there is nothing to learn.
std::string learn_dictionary(std::string_view sample) {
  std::vector<std::size_t> pieces(sample.size() / sample_piece_bytes, sample_piece_bytes);
  std::string dictionary(dictionary_bytes, '\0');
  const std::size_t size = ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), sample.data(), pieces.data(),
                                                 static_cast<unsigned>(pieces.size()));
  dictionary.resize(ZDICT_isError(size) ? 0 : size);
  return dictionary;
}

bool ascends(const TextBlockRecord& block, const TextBlockRecord& next, std::uint64_t compressed_size) {
  return next.offset >= block.offset && next.offset <= compressed_size && next.byte_start > block.byte_start &&
         next.byte_start - block.byte_start <= largest_block && next.code_point_start > block.code_point_start;
}

bool blocks_fit(ArrayView<TextBlockRecord> blocks, std::uint64_t compressed_size, std::uint64_t code_points) {
  if (blocks.size() == 0) return false;
  const TextBlockRecord first = blocks[0], last = blocks[blocks.size() - 1];
  if (first.offset > largest_dictionary || first.byte_start != 0 || first.code_point_start != 0) return false;
  if (last.offset != compressed_size || last.code_point_start != code_points) return false;
  for (std::size_t i = 0; i + 1 < blocks.size(); ++i)
    if (!ascends(blocks[i], blocks[i + 1], compressed_size)) return false;
  return true;
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

struct TextBlocks::Dictionary {
  explicit Dictionary(Bytes bytes) : digested(ZSTD_createDDict(bytes.data(), bytes.size())) {}
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
  ~Dictionary() { ZSTD_freeDDict(digested); }
  ZSTD_DDict* const digested;
};

TextBlockWriter::TextBlockWriter() : compressor_(std::make_unique<Compressor>()), block_bytes_(block_bytes) {}
TextBlockWriter::~TextBlockWriter() = default;
TextBlockWriter::TextBlockWriter(TextBlockWriter&&) noexcept = default;

void TextBlockWriter::add(std::string_view text, const std::function<void(Bytes)>& out) {
  code_points_ += utf8::length(text);
  while (!text.empty()) {
    const std::size_t part = cut_before(text, (begun_ ? block_bytes_ : sample_bytes) - pending_.size());
    pending_.append(text.substr(0, part));
    text.remove_prefix(part);
    if (text.empty()) return;
    if (!begun_) begin(out);
    pack(out);
  }
}

/// Gives what is pending out as the sample that it is.
void TextBlockWriter::begin(const std::function<void(Bytes)>& out) {
  begun_ = true;
  const std::string dictionary = learn_dictionary(pending_);
  if (dictionary.empty()) return;
  ZSTD_CCtx_loadDictionary(compressor_->context, dictionary.data(), dictionary.size());
  block_bytes_ = block_bytes_with_dictionary;
  end_.offset = dictionary.size();
  out(cairn::as_bytes(std::string_view(dictionary)));
}

void TextBlockWriter::flush(const std::function<void(Bytes)>& out) {
  begun_ = true;
  pack(out);
}

void TextBlockWriter::pack(const std::function<void(Bytes)>& out) {
  std::string packed(ZSTD_compressBound(block_bytes_), '\0');
  for (std::string_view left = pending_; !left.empty();) {
    const std::string_view block = left.substr(0, cut_before(left, block_bytes_));
    left.remove_prefix(block.size());
    const std::size_t size =
        ZSTD_compress2(compressor_->context, packed.data(), packed.size(), block.data(), block.size());
    blocks_.push_back(end_);
    end_.offset += size;
    end_.byte_start += block.size();
    end_.code_point_start += utf8::length(block);
    out(cairn::as_bytes(std::string_view(packed).substr(0, size)));
  }
  pending_.clear();
}

std::vector<TextBlockRecord> TextBlockWriter::table() const {
  std::vector<TextBlockRecord> table = blocks_;
  table.push_back(end_);
  return table;
}

std::optional<TextBlocks> TextBlocks::open(Bytes blocks, Bytes compressed, std::uint64_t code_points) {
  TextBlocks opened;
  opened.blocks_ = ArrayView<TextBlockRecord>(blocks);
  opened.compressed_ = compressed;
  if (blocks.size() % sizeof(TextBlockRecord) != 0) return std::nullopt;
  if (!blocks_fit(opened.blocks_, compressed.size(), code_points)) return std::nullopt;
  if (const std::uint64_t size = opened.blocks_[0].offset; size > 0) {
    opened.dictionary_ = std::make_shared<const Dictionary>(compressed.first(size));
    if (opened.dictionary_->digested == nullptr) return std::nullopt;
  }
  return opened;
}

/// Puts a block's text into `text`. What the block's own checksum does not cover, such as a table that does not fit, is
/// found by verify().
Result<void> TextBlocks::decompress(std::size_t i, std::string& text) const {
  const TextBlockRecord block = blocks_[i], next = blocks_[i + 1];
  const Bytes source = compressed_.subspan(block.offset, next.offset - block.offset);
  text.resize(next.byte_start - block.byte_start);
  const std::size_t size =
      dictionary_ ? ZSTD_decompress_usingDDict(thread_context(), text.data(), text.size(), source.data(), source.size(),
                                               dictionary_->digested)
                  : ZSTD_decompressDCtx(thread_context(), text.data(), text.size(), source.data(), source.size());
  if (ZSTD_isError(size) || size != text.size()) return damaged();
  return {};
}

Result<std::string> TextBlocks::read(std::uint64_t start, std::uint64_t end) const {
  std::string out, text;
  for (std::size_t i = start < end ? block_of(blocks_, start) : blocks_.size(); i + 1 < blocks_.size(); ++i) {
    const std::uint64_t first = blocks_[i].code_point_start;
    if (first >= end) break;
    CAIRN_CHECK(decompress(i, text));
    const std::size_t begin = start > first ? utf8::offset_of(text, start - first) : 0;
    const bool whole = blocks_[i + 1].code_point_start <= end;
    const std::size_t stop =
        whole ? text.size()
              : begin + utf8::offset_of(std::string_view(text).substr(begin), end - std::max(start, first));
    out.append(text, begin, stop - begin);
  }
  if (!utf8::is_valid(out)) return damaged();
  return out;
}

Result<void> TextBlocks::verify() const {
  std::string text;
  for (std::size_t i = 0; i + 1 < blocks_.size(); ++i) {
    CAIRN_CHECK(decompress(i, text));
    const bool fits = utf8::length(text) == blocks_[i + 1].code_point_start - blocks_[i].code_point_start;
    if (!fits || !utf8::is_valid(text)) return damaged();
  }
  return {};
}

}  // namespace cairn::index
