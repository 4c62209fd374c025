#pragma once

#include "api/routes/route.h"
#include "api/routes/services.h"
#include "app/event_hub.h"

namespace cairn::routes {

/// GET /v1/events.
void add_events(RouteTable& table, const Services& services);

/// A change as followers are told of it: `task` and `document` with the state of the object, `document_removed` and
/// `collection_removed` with its id.
HubEvent event_of(const Change& change);

}  // namespace cairn::routes
