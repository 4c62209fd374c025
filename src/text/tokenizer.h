#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/span.h"

namespace cairn::text {

/// WordPiece as in BERT, set up from a published tokenizer.json; ids equal the reference `tokenizers` library's.
/// Immutable after loading: any number of threads.
class Tokenizer {
 public:
  /// `json` is the content of tokenizer.json. Errors: `unsupported` for other model types, `corrupt` for broken JSON.
  static Result<Tokenizer> from_json(std::string_view json);

  /// A compact form that loads without parsing JSON, for packing beside the weights, and its reader. The bytes must
  /// outlive the tokenizer.
  std::string pack() const;
  static Result<Tokenizer> from_packed(std::string_view packed);

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  /// [CLS] … [SEP], cut to `max_tokens` in all. Appends to `ids`.
  void encode(std::string_view text, std::size_t max_tokens, std::vector<std::int32_t>& ids) const;

  /// Where each word piece stands in `text` (code points), special tokens not included: for counting and cutting.
  std::vector<Span> piece_spans(std::string_view text) const;

  /// Number of word pieces without the special tokens.
  std::size_t count(std::string_view text) const;

  std::size_t vocabulary_size() const;

 private:
  struct State;
  explicit Tokenizer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cairn::text
