#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "app/authenticate.h"
#include "app/login_backoff.h"
#include "app/passwords.h"

namespace cairn {

struct LoginOptions {
  std::chrono::hours session_lifetime{30 * 24};
  BackoffOptions backoff;
};

/// What a login or a refresh gives.
struct Tokens {
  std::string access_token;
  std::chrono::seconds expires_in{};
  std::string refresh_token;  ///< For one use; the session it belongs to ends 30 days after the login.
};

/// Logs users in and out. Any thread; a login takes about 0.1 s of computing.
class LogIn {
 public:
  LogIn(AccessStore& store, const Crypto& crypto, const Clock& clock, const Authenticator& authenticator,
        Passwords& passwords, AccessJournal& journal, LoginOptions options);

  /// `name` is a user of the local tenant, or "tenant/user". Errors: `unauthenticated`, in the same words and after the
  /// same time whether the user exists or not; `limited` after too many failures, or when too many log in at once.
  Result<Tokens> log_in(std::string_view name, std::string_view password, std::string_view address);

  /// Exchanges a refresh token. One that was used up before ends the session for everybody, for one of its users stole
  /// it; but for a moment (`refresh_grace`), because two windows of a browser may use it at once.
  /// Errors: `unauthenticated`.
  Result<Tokens> refresh(std::string_view refresh_token, std::string_view address);

  /// Ends the session that the principal is in, or that the refresh token belongs to; at least one is given. Nothing
  /// happens for a token that is not known.
  Result<void> log_out(const Principal* principal, std::string_view refresh_token, std::string_view address);

 private:
  Result<std::optional<User>> check_password(const TenantId& tenant, const std::string& name,
                                             std::string_view password);
  Result<Tokens> open_session(const User& user, std::string_view address);

  AccessStore& store_;
  const Crypto& crypto_;
  const Clock& clock_;
  const Authenticator& authenticator_;
  Passwords& passwords_;
  AccessJournal& journal_;
  LoginOptions options_;
  LoginBackoff backoff_;
};

}  // namespace cairn
