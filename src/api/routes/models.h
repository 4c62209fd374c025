#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/routes/route.h"
#include "api/routes/services.h"

namespace cairn::routes {

/// GET /v1/models and /v1/models/{id}: the generators and the embedding models, as OpenAI's clients list them.
void add_models(RouteTable& table, const Services& services);

/// What a client means by `model`, without the "cairn/" that clients of several services put before it.
std::string_view bare_model_name(std::string_view model);

/// The generator that is meant: "cairn" and nothing at all mean the default. Nothing: there is none of that name.
std::optional<std::string> generator_named(const Services& services, std::string_view model);

std::vector<std::string> embedding_model_names(const Services& services);

}  // namespace cairn::routes
