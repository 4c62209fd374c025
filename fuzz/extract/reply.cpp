// What a child that hostile bytes have taken over could answer.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "adapters/extract/wire.h"
#include "base/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto reply = cairn::extract::decode_reply(body, 1 << 20);
  if (!reply || !reply->result) return 0;
  const auto& text = *reply->result;
  if (!cairn::utf8::is_valid(text.text)) std::abort();
  const cairn::utf8::CodePointIndex index(text.text);
  for (const auto& block : text.blocks)
    if (index.slice(block.span).empty()) std::abort();
  return 0;
}
