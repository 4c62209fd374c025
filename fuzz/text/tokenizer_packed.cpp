// Packed bytes from anywhere are refused, or give a tokenizer that reads any text within its bounds.
#include <cstdint>
#include <cstdlib>

#include "text/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto tokenizer = cairn::text::Tokenizer::from_packed({reinterpret_cast<const char*>(data), size});
  if (!tokenizer) return 0;
  const std::string_view text = "The café, 한국 年假 ﬁ [MASK][CLS] running\x01 \xFF\xE4 Straße 1,000.5!";
  std::vector<std::int32_t> ids;
  tokenizer->encode(text, 64, ids);
  for (const cairn::Span span : tokenizer->piece_spans(text)) {
    if (span.start > span.end || span.end > text.size()) std::abort();
  }
  return 0;
}
