#pragma once

#include <chrono>

#include "sql/access_rows.h"

namespace cairn::sql {

// Sessions and the store's own secrets: the functions behind the methods of the same names of ports/access_store.h.

/// Longer than an access token lives: so long a session that has ended must be remembered.
constexpr std::chrono::milliseconds remember_ended_sessions = std::chrono::hours(1);

Result<void> open_session(const AccessWrite& write, const Session& session, std::uint64_t version,
                          const Digest& refresh_token);
Result<RefreshOutcome> refresh(const AccessWrite& write, const Digest& used, const Digest& next);
Result<void> end_session(const AccessWrite& write, const SessionId& session);
Result<void> end_session_of(const AccessWrite& write, const Digest& refresh_token);
Result<void> end_sessions_of(const AccessWrite& write, const UserId& user);

Result<void> add_signing_key(const AccessWrite& write, const SigningKey& key, bool first_only);
Result<void> set_setup_token(const AccessWrite& write, const SetupToken& token);

}  // namespace cairn::sql
