// Any bytes are tokenised: spans in order and in bounds, the same number of pieces whichever way they are asked for.
#include <cstdint>
#include <cstdlib>

#include "text/tokenizer.h"

namespace {

constexpr std::string_view kJson = R"({"added_tokens":[{"id":4,"content":"[MASK]"},{"id":1,"content":"é中"}],
"normalizer":{"type":"BertNormalizer","lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},
"model":{"type":"WordPiece","unk_token":"[UNK]","max_input_chars_per_word":20,"vocab":{"[UNK]":0,"a":1,"##a":2,"ab":3,
"[MASK]":4,"中":5,"##b":6,"e":7,"1":8,"##1":9,".":10,"the":11,"##ing":12,"ᄒ":13,"##ᅡ":14,"##ᆫ":15}}})";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto tokenizer = cairn::text::Tokenizer::from_json(kJson);
  if (!tokenizer) std::abort();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto spans = tokenizer->piece_spans(text);
  std::vector<std::int32_t> ids;
  tokenizer->encode(text, size * 4 + 8, ids);
  if (ids.size() != spans.size() || tokenizer->count(text) != spans.size()) std::abort();
  std::uint32_t start = 0;
  for (const cairn::Span span : spans) {
    if (span.start < start || span.start >= span.end || span.end > size) std::abort();
    start = span.start;
  }
  return 0;
}
