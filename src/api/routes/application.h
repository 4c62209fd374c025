#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/http/message.h"
#include "api/routes/pages.h"
#include "api/routes/route.h"
#include "api/routes/router.h"

namespace cairn::routes {

/// Who is let in. I/O threads ask it before a byte of the body is read: it must not block.
class Gate {
 public:
  virtual ~Gate() = default;

  /// The principal behind a request to a route that is not open to all, and whether it may ask so often. The
  /// application looks at the scope afterwards. Errors: `unauthenticated`, `limited`, `forbidden`.
  virtual Result<Principal> enter(const http::Request& request, const Route& route) = 0;

  /// The same for routes that are open to all: how often may this address ask? Errors: `limited`.
  virtual Result<void> enter_open(const http::Request& request, const Route& route) = 0;

  /// After each request, as http::Application::ended: for the audit log.
  virtual void ended(const http::Request& request, int status) = 0;
};

struct ApplicationOptions {
  std::vector<std::string> allowed_origins;  ///< Web pages from there may call the API; empty: none from elsewhere.

  /// Once the route is known (see Request::route; empty: none), before anything else. May be empty.
  std::function<void(http::Request&)> on_begun;

  Pages pages;  ///< Asked where there is no route; empty: there is nothing else.

  /// After each request, for logs and metrics; see http::Application::ended. May be empty.
  std::function<void(const http::Request&, int status, std::uint64_t bytes_in, std::uint64_t bytes_out)> on_ended;
};

/// Serves a table of routes: finds the route, lets the caller in, checks parameters and body, and turns errors into
/// problem documents.
class Application final : public http::Application {
 public:
  /// The table and the gate must outlive this; the table must be complete.
  Application(const RouteTable& table, Gate& gate, ApplicationOptions options);

  http::Plan begin(http::Request& request) override;
  http::Response refusal(const http::Request& request, int status, const Error& error) override;
  void ended(const http::Request& request, int status, std::uint64_t bytes_in, std::uint64_t bytes_out) override;

 private:
  Result<http::Plan> plan(http::Request& request, const Route& route);
  http::Plan plan_without_body(Call call, const Route& route);
  Result<http::Plan> plan_body(Call call, const Route& route, const BodyForm& form);
  http::Response run(const Route& route, Call& call) const;
  http::Response error_response(const http::Request& request, int status, const Error& error) const;
  std::optional<http::Plan> plan_page(http::Request& request, const Router::Match& match) const;
  http::Response not_routed(const http::Request& request, const Router::Match& match) const;
  http::Response finished(const http::Request& request, http::Response response) const;

  Router router_;
  std::map<std::string, const ErrorForm*, std::less<>> error_forms_;  ///< Of paths that have one of their own.
  Gate& gate_;
  ApplicationOptions options_;
};

}  // namespace cairn::routes
