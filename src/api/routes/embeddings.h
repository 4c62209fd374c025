#pragma once

#include <span>
#include <string>

#include "api/routes/route.h"
#include "api/routes/services.h"

namespace cairn::routes {

/// POST /v1/embeddings, as OpenAI's clients send it.
void add_embeddings(RouteTable& table, const Services& services);

/// The bytes of numbers, least significant first, in base64 with padding (RFC 4648, section 4): how OpenAI's clients
/// like to receive vectors.
std::string to_base64(std::span<const float> numbers);

}  // namespace cairn::routes
