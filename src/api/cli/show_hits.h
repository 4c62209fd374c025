#pragma once

#include <string>

#include "api/cli/context.h"

namespace cairn::cli {

/// A search response (as the API's object) for people: title, place and the beginning of each passage, best first.
std::string hits_as_text(const Terminal& terminal, const Json& response, bool explain);

/// An answer (as the API's object) for people: its sentences with their marks, then the quotes with document, page and
/// headings. Says honestly when nothing supports an answer, in the language of the question.
std::string answer_as_text(const Terminal& terminal, const Json& answer, const std::string& question_language);

}  // namespace cairn::cli
