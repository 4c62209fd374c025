#pragma once

#include <string>

#include "domain/principal.h"

namespace cairn::routes {

/// A new name of a session of this caller: visible ASCII, not to be guessed.
std::string new_session_id(const Principal& caller);

/// Whether it was given to this caller once. Says nothing about whether the session has ended since.
bool is_session_of(const Principal& caller, const std::string& session);

}  // namespace cairn::routes
