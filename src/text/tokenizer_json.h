#pragma once

#include <string_view>

#include "base/result.h"
#include "text/wordpiece.h"

namespace cairn::text {

/// Reads a published tokenizer.json. `unsupported` names what this build cannot do, `corrupt` what is missing.
Result<WordPieceDefinition> parse_tokenizer_json(std::string_view json);

}  // namespace cairn::text
