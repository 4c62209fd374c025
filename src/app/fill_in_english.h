#pragma once

#include <string>
#include <string_view>

namespace cairn {

/// A question with what it leaves out or says with a pronoun filled in from the question before it and the answer to
/// that (either may be empty). Comes back as it is when it stands alone. For languages written in words with blanks;
/// pronouns and question words are the English ones.
std::string fill_in_english(const std::string& question, const std::string& previous, const std::string& answer);

}  // namespace cairn
