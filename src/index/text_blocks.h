#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "index/format.h"

namespace cairn::index {

/// Cuts the concatenation of canonical texts into blocks and compresses each by itself (zstd), so that a span costs the
/// decompression of one small block. Where there is enough text to learn from, the blocks share a dictionary, which
/// stands before them: with it, much smaller blocks take less room. Not thread-safe.
class TextBlockWriter {
 public:
  TextBlockWriter();
  ~TextBlockWriter();
  TextBlockWriter(TextBlockWriter&&) noexcept;

  /// Appends well-formed UTF-8. Finished blocks go to `out`.
  void add(std::string_view text, const std::function<void(Bytes)>& out);
  void flush(const std::function<void(Bytes)>& out);

  std::uint64_t code_points() const { return code_points_; }

  /// The block table with its closing record; complete after flush().
  std::vector<TextBlockRecord> table() const;

 private:
  struct Compressor;
  void begin(const std::function<void(Bytes)>& out);
  void pack(const std::function<void(Bytes)>& out);

  std::unique_ptr<Compressor> compressor_;
  std::string pending_;
  bool begun_ = false;           ///< Whether there is a dictionary is decided.
  std::size_t block_bytes_ = 0;  ///< Of canonical text.
  std::vector<TextBlockRecord> blocks_;
  TextBlockRecord end_;
  std::uint64_t code_points_ = 0;
};

/// The canonical texts of a segment, read in place. Any thread.
class TextBlocks {
 public:
  TextBlocks() = default;

  /// `blocks` and `compressed` are the sections. None when the records do not ascend, leave the section, or do not hold
  /// `code_points`, or when the dictionary is none.
  static std::optional<TextBlocks> open(Bytes blocks, Bytes compressed, std::uint64_t code_points);

  /// The code points [start, end) of the concatenated texts. Errors: `corrupt`.
  Result<std::string> read(std::uint64_t start, std::uint64_t end) const;

  /// Decompresses every block and compares it with the table. Errors: `corrupt`.
  Result<void> verify() const;

 private:
  struct Dictionary;

  Result<void> decompress(std::size_t block, std::string& text) const;

  ArrayView<TextBlockRecord> blocks_;  ///< Ascending, inside the section.
  Bytes compressed_;
  std::shared_ptr<const Dictionary> dictionary_;  ///< Null: none.
};

}  // namespace cairn::index
