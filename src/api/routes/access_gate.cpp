#include "api/routes/access_gate.h"

#include <algorithm>
#include <array>

#include "app/login_backoff.h"

namespace cairn::routes {
namespace {

/// Headers by which a proxy says that it passes a request on.
constexpr std::array<std::string_view, 5> forwarding_headers{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host",
                                                             "X-Real-IP", "Via"};

/// Questions change nothing, and what the access routes change is written down where it happens, with more detail.
bool is_audited(const http::Request& request) {
  static constexpr std::array<std::string_view, 4> own_entries{"/v1/auth/", "/v1/users", "/v1/keys", "/v1/tenants"};
  static constexpr std::array<std::string_view, 5> questions{"/v1/search", "/v1/answers", "/v1/chat/", "/v1/embeddings",
                                                             "/mcp"};
  const auto begins = [&](std::string_view prefix) { return request.route.starts_with(prefix); };
  const bool changes =
      request.method == "POST" || request.method == "PUT" || request.method == "PATCH" || request.method == "DELETE";
  return changes && !request.tenant.empty() && std::ranges::none_of(own_entries, begins) &&
         std::ranges::none_of(questions, begins);
}

/// "POST /v1/tasks/{id}/cancel"
std::string action_of(const http::Request& request) { return request.method + " " + request.route; }

/// What the request was about, if that worked: who was refused learns nothing from the log about what is there.
std::string object_of(const http::Request& request, int status) {
  std::string object;
  if (status >= 400) return object;
  for (const auto& [name, value] : request.parameters) object += (object.empty() ? "" : " ") + value;
  return object;
}

}  // namespace

Result<Principal> AccessGate::enter(const http::Request& request, const Route&) {
  const auto has = [&](std::string_view name) { return request.headers.has(name); };
  CAIRN_TRY(Principal principal,
            access_.authenticator->authenticate({.authorization = request.headers.get("Authorization"),
                                                 .host = request.headers.get("Host"),
                                                 .origin = request.headers.get("Origin"),
                                                 .fetch_site = request.headers.get("Sec-Fetch-Site"),
                                                 .peer_is_loopback = request.peer_is_loopback,
                                                 .forwarded = std::ranges::any_of(forwarding_headers, has)}));
  CAIRN_CHECK(access_.limiter.admit(principal));
  return principal;
}

Result<void> AccessGate::enter_open(const http::Request& request, const Route& route) {
  if (!route.path.starts_with("/v1/auth/")) return {};
  return access_.limiter.admit("address " + address_group(request.peer), open_requests_per_minute_, 0);
}

void AccessGate::ended(const http::Request& request, int status) {
  if (!is_audited(request)) return;
  AuditEntry entry;
  entry.tenant = TenantId(request.tenant);
  entry.actor = request.caller;
  entry.action = action_of(request);
  entry.object = object_of(request, status);
  entry.address = request.peer;
  entry.outcome = status >= 200 && status < 400 ? "ok" : status == 0 ? "cancelled" : std::to_string(status);
  access_.journal.note(std::move(entry));
}

}  // namespace cairn::routes
