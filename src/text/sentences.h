#pragma once

#include <string_view>
#include <vector>

#include "base/span.h"

namespace cairn::text {

/// Sentences of well-formed UTF-8 in order, white space at both ends left out (Unicode UAX #29 with the language's
/// exceptions: abbreviations, decimal points, 。！？). Any thread.
std::vector<Span> split_sentences(std::string_view text, std::string_view language);

}  // namespace cairn::text
