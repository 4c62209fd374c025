#pragma once

#include <string>
#include <string_view>

namespace cairn {

/// A Chinese question with what it leaves out (那…呢？) or says with a pronoun (它, 這個) filled in from the question
/// before it. Comes back as it is when it stands alone.
std::string fill_in_chinese(const std::string& question, const std::string& previous, const std::string& answer);

}  // namespace cairn
