#pragma once

#include <string_view>
#include <vector>

#include "base/span.h"

namespace cairn::text {

/// Sentences of well-formed UTF-8 in order, white space at both ends left out (Unicode UAX #29 with the language's
/// exceptions: abbreviations, decimal points, 。！？). Any thread.
std::vector<Span> split_sentences(std::string_view text, std::string_view language);

/// Whether it ends as sentences do; a heading, a row of a table and a question do not. UTF-8.
bool ends_like_a_sentence(std::string_view text);
bool ends_like_a_question(std::string_view text);

/// What parts two sentences that are set one after the other: nothing between scripts without spaces, a line break
/// after what ends like neither, which would run into what follows. Neither may be empty.
std::string_view space_between(std::string_view before, std::string_view after);

}  // namespace cairn::text
