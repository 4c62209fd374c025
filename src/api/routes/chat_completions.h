#pragma once

#include "api/routes/route.h"
#include "api/routes/services.h"

namespace cairn::routes {

/// POST /v1/chat/completions: answers from the documents for whoever speaks OpenAI's protocol.
void add_chat_completions(RouteTable& table, const Services& services);

}  // namespace cairn::routes
