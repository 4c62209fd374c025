#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "index/format.h"

namespace cairn::index {

/// Cuts the concatenation of canonical texts into blocks and compresses each by itself (zstd), so that a span costs the
/// decompression of one small block. Not thread-safe.
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
  std::unique_ptr<Compressor> compressor_;
  std::string pending_;
  std::vector<TextBlockRecord> blocks_;
  TextBlockRecord end_;
  std::uint64_t code_points_ = 0;
};

/// The code points [start, end) of the concatenated texts. Errors: `corrupt`.
Result<std::string> read_text(ArrayView<TextBlockRecord> blocks, Bytes compressed, std::uint64_t start,
                              std::uint64_t end);

/// Decompresses every block and compares it with the table. Errors: `corrupt`.
Result<void> verify_text(ArrayView<TextBlockRecord> blocks, Bytes compressed);

/// Whether the records ascend and stay within the section; checked once when a segment is opened.
bool text_blocks_fit(ArrayView<TextBlockRecord> blocks, std::uint64_t compressed_size, std::uint64_t code_points);

}  // namespace cairn::index
