#pragma once

#include <string>

#include "api/routes/route.h"

namespace cairn::routes {

/// How the routes that OpenAI's clients talk to refuse: `{"error": {"message", "type", "param", "code"}}`, with the
/// statuses of all other routes, so that each client raises the exception that its users know.
const ErrorForm& openai_form();

/// A text that is always the same, of which OpenAI's protocol has many.
Shape<std::string> word(const char* value);

/// What stands under "error", and under the same name in an event of a stream.
Json openai_error(int status, const Error& error);

/// The refusal of a model that is not here, with those that are. `code` is what clients look for.
http::Response no_such_model(const std::string& model, const std::vector<std::string>& known);

}  // namespace cairn::routes
