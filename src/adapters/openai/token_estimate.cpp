#include "adapters/openai/token_estimate.h"

#include <string>

#include "base/utf8.h"

namespace cairn {

std::size_t estimate_tokens(std::string_view text) {
  const std::string well_formed = utf8::is_valid(text) ? std::string() : utf8::repair(text);
  const std::string_view view = well_formed.empty() ? text : std::string_view(well_formed);
  std::size_t tokens = 0, wide = 0, run = 0;
  for (std::size_t offset = 0; offset < view.size();) {
    const char32_t c = utf8::next(view, offset);
    const bool is_letter =
        (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z') || (c >= 0xC0 && c < 0x2E80);
    if (is_letter) {
      if (run++ % 4 == 0) ++tokens;
      continue;
    }
    run = 0;
    if (c >= 0x2E80) ++wide;
    else if (c != U' ') ++tokens;
  }
  return tokens + (3 * wide + 1) / 2;
}

}  // namespace cairn
