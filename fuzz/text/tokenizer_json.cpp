// tokenizer.json from anywhere is refused with a reason, or gives a tokenizer that can be packed and opened again.
#include <cstdint>
#include <cstdlib>

#include "text/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto tokenizer = cairn::text::Tokenizer::from_json({reinterpret_cast<const char*>(data), size});
  if (!tokenizer) return 0;
  const std::string packed = tokenizer->pack();
  if (!cairn::text::Tokenizer::from_packed(packed)) std::abort();
  return 0;
}
