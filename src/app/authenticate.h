#pragma once

#include <memory>
#include <mutex>
#include <string_view>

#include "app/access_journal.h"
#include "app/access_tokens.h"
#include "base/clock.h"
#include "base/result.h"
#include "domain/access.h"
#include "ports/access_store.h"
#include "ports/crypto.h"

namespace cairn {

/// What a request says about who sent it. The views must live as long as the call.
struct Credential {
  std::string_view authorization;  ///< The header's value; empty: there is none.
  std::string_view host, origin;   ///< Likewise.
  std::string_view fetch_site;  ///< Sec-Fetch-Site, by which browsers tell where a request without Origin comes from.
  bool peer_is_loopback = false;
  bool forwarded = false;  ///< A proxy says that it passes the request on (Forwarded, X-Forwarded-For, Via).
};

class KnownCallers;

/// Tells who a caller is. Everything that is needed is kept in memory and read again when the store's generation has
/// changed, so a revoked key or a changed user is refused by the next call, whichever process made the change.
/// Any thread; no store access but AccessStore::generation() while nothing changes, so it may run on an I/O thread.
class Authenticator {
 public:
  /// Makes the store's first signing key when it has none. All references must outlive this. Errors: `invalid` for a
  /// bad HS256 secret; those of the store.
  static Result<std::unique_ptr<Authenticator>> open(AccessStore& store, const Crypto& crypto, const Clock& clock,
                                                     TokenOptions options, AccessJournal& journal);

  /// Errors: `unauthenticated`, with what the caller can do; those of the store (nobody is let in then). Without any
  /// credential a caller is the local owner when the store never had a key or user, the peer is loopback, and so are
  /// Host and Origin: a page from elsewhere cannot make a browser say that.
  Result<Principal> authenticate(const Credential& credential) const;

  /// A principal that was let in before, as it is by now: with the groups and scopes that it has today. For what goes
  /// on long after a request, such as an event stream or a queued question. Errors: `unauthenticated` when its key was
  /// revoked or expired, its user deleted, its session ended, or the local owner is nobody any more.
  Result<Principal> current(const Principal& then) const;

  /// Whether there ever was a key or user.
  Result<bool> claimed() const;

  /// An access token for a session that was just opened or refreshed.
  struct AccessToken {
    std::string token;
    std::chrono::seconds expires_in{};
  };
  Result<AccessToken> issue(const User& user, const SessionId& session) const;

 private:
  using Known = std::shared_ptr<const KnownCallers>;

  Authenticator(AccessStore& store, const Crypto& crypto, const Clock& clock, TokenOptions options,
                AccessJournal& journal)
      : store_(store), crypto_(crypto), clock_(clock), options_(std::move(options)), journal_(journal) {}

  Result<Known> known() const;
  Result<Principal> by_secret(const KnownCallers& known, std::string_view secret) const;
  Result<Principal> by_token(const KnownCallers& known, std::string_view token) const;

  AccessStore& store_;
  const Crypto& crypto_;
  const Clock& clock_;
  TokenOptions options_;
  AccessJournal& journal_;
  mutable std::mutex mutex_;
  mutable Known known_;  ///< Guarded by mutex_.
};

/// Whether a Host header, or an Origin, names this machine: localhost, 127.0.0.0/8 or [::1], with or without a port.
bool is_loopback_host(std::string_view host);
bool is_loopback_origin(std::string_view origin);

}  // namespace cairn
