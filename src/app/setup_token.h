#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "ports/access_store.h"
#include "ports/crypto.h"

namespace cairn {

/// A secret that lets whoever sees the server's first output in as administrator, until the first key or user is made
/// or the time is over. It replaces an earlier one. Nothing when there ever was a key or user: then somebody can log
/// in.
Result<std::optional<std::string>> make_setup_token(AccessStore& store, const Crypto& crypto, const Clock& clock,
                                                    std::chrono::milliseconds lifetime);

}  // namespace cairn
