#include "api/routes/application.h"

#include <algorithm>
#include <cctype>
#include <exception>
#include <memory>
#include <utility>

#include "api/http/text.h"
#include "api/routes/problem.h"
#include "api/routes/read_parameters.h"
#include "api/routes/response_headers.h"
#include "domain/access.h"

namespace cairn::routes {
namespace {

// What a route without a body tolerates: clients that send "{}" or an empty form.
constexpr std::uint64_t ignored_body_bytes = 4096;

// What the log and the metrics call the web interface, whichever of its addresses it was.
constexpr const char* pages_route = "/";

/// Nobody: may see nothing and do nothing.
Principal nobody() {
  Principal principal;
  principal.tenant = {};
  principal.name.clear();
  principal.is_owner = false;
  principal.scopes = {};
  return principal;
}

Result<void> check_scope(const Principal& principal, Access access) {
  const auto may = [&](Scope scope) { return principal.scopes.may(scope); };
  const bool enough = access == Access::signed_in         ? true
                      : access == Access::query           ? may(Scope::query)
                      : access == Access::ingest          ? may(Scope::ingest)
                      : access == Access::query_or_ingest ? may(Scope::query) || may(Scope::ingest)
                      : access == Access::admin           ? may(Scope::admin)
                                                          : may_operate(principal);
  if (enough) return {};
  if (access == Access::operation)
    return fail(ErrorKind::forbidden, "this is about all tenants: it needs the scope \"admin\" in the tenant \"" +
                                          local_tenant.value() + "\"");
  return fail(ErrorKind::forbidden,
              std::string("this needs the scope \"") + to_string(access) + "\": use a key or user that has it");
}

/// "application/json; charset=utf-8" → "application/json"
std::string media_type_of(const http::Request& request) {
  std::string_view type = request.headers.get("Content-Type");
  type = type.substr(0, type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  std::string lower(type);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

/// Null: none of them. A body without a type is taken for the first.
const BodyForm* form_for(const http::Request& request, const Route& route) {
  const std::string type = media_type_of(request);
  if (type.empty()) return &route.bodies.front();
  const auto found = std::ranges::find(route.bodies, type, &BodyForm::media_type);
  return found == route.bodies.end() ? nullptr : &*found;
}

bool has_body(const http::Request& request) {
  const std::string_view length = request.headers.get("Content-Length");
  return request.headers.has("Transfer-Encoding") || (!length.empty() && length != "0");
}

/// Whether the body comes as it is, and not packed.
bool is_plain(const http::Request& request) {
  const std::string_view encoding = request.headers.get("Content-Encoding");
  return encoding.empty() || http::equals_ignoring_case(encoding, "identity");
}

Result<nlohmann::json> read_body(http::Request& request, const Route& route, const BodyForm& form) {
  if (request.body.empty() && route.body_optional) return nlohmann::json(nullptr);
  if (request.body.empty()) return fail(ErrorKind::invalid, "the body is empty: send a JSON object");
  CAIRN_TRY(nlohmann::json json, parse_json(request.body));
  std::string().swap(request.body);
  CAIRN_CHECK(validate(json, *form.schema, ""));
  return json;
}

/// Hands on to a route's own sink, and finishes what it replies.
class FinishingSink final : public http::BodySink {
 public:
  using Finish = std::function<http::Response(const http::Request&, http::Response)>;

  FinishingSink(std::unique_ptr<http::BodySink> inner, Finish finish)
      : inner_(std::move(inner)), finish_(std::move(finish)) {}

  Result<void> take(std::string_view bytes) override { return inner_->take(bytes); }
  http::Response finish(http::Request& request) override { return finish_(request, inner_->finish(request)); }

 private:
  std::unique_ptr<http::BodySink> inner_;
  Finish finish_;
};

}  // namespace

Application::Application(const RouteTable& table, Gate& gate, ApplicationOptions options)
    : router_(table), gate_(gate), options_(std::move(options)) {
  for (const Route& route : table.all())
    if (route.errors != nullptr) error_forms_[route.path] = route.errors;
}

http::Plan Application::begin(http::Request& request) {
  const Router::Match match = router_.match(request);
  http::Plan refused;
  if (match.route != nullptr) request.route = match.route->path;
  auto page = plan_page(request, match);
  if (options_.on_begun) options_.on_begun(request);
  if (page) return std::move(*page);
  if (match.route == nullptr) {
    refused.reply = not_routed(request, match);
    return refused;
  }
  auto planned = plan(request, *match.route);
  if (planned) return std::move(*planned);
  refused.reply = refusal(request, 0, planned.error());
  return refused;
}

std::optional<http::Plan> Application::plan_page(http::Request& request, const Router::Match& match) const {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!options_.pages || !match.allowed.empty() || !reads) return std::nullopt;
  request.route = pages_route;
  http::Plan plan;
  plan.max_body_bytes = ignored_body_bytes;
  plan.handle = [this](http::Request& asked) {
    auto page = options_.pages(asked);
    return page ? finished(asked, std::move(*page)) : not_routed(asked, {});
  };
  return plan;
}

http::Response Application::not_routed(const http::Request& request, const Router::Match& match) const {
  if (match.allowed.empty())
    return finished(
        request, problem_response(
                     request, 404,
                     {ErrorKind::not_found, "there is nothing at this address: see /openapi.json for what there is"}));
  if (request.method == "OPTIONS")
    return finished(request, options_response(request, match.allowed, options_.allowed_origins));
  http::Response response = problem_response(
      request, 405, {ErrorKind::invalid, "this address takes " + joined(match.allowed) + ", not " + request.method});
  response.headers.add("Allow", joined(match.allowed));
  return finished(request, std::move(response));
}

Result<http::Plan> Application::plan(http::Request& request, const Route& route) {
  Call call{.request = request, .principal = nobody(), .query = {}, .body = {}};
  if (route.before) CAIRN_CHECK(route.before(request));
  if (route.access == Access::open) {
    CAIRN_CHECK(gate_.enter_open(request, route));
  } else {
    CAIRN_TRY(call.principal, gate_.enter(request, route));
    request.caller = actor_of(call.principal);
    request.tenant = call.principal.tenant.value();
    CAIRN_CHECK(check_scope(call.principal, route.access));
  }
  CAIRN_CHECK(check_path(request, route));
  CAIRN_TRY(call.query, read_query(request, route));
  if (route.bodies.empty() || (route.body_optional && !has_body(request)))
    return plan_without_body(std::move(call), route);
  const BodyForm* form = form_for(request, route);
  if (form != nullptr && is_plain(request)) return plan_body(std::move(call), route, *form);
  http::Plan refused;
  if (form != nullptr) {
    refused.reply = refusal(request, 415, {ErrorKind::invalid, "send the body without Content-Encoding"});
    refused.reply->headers.add("Accept-Encoding", "identity");
    return refused;
  }
  std::string wanted;
  for (const BodyForm& known : route.bodies) wanted += (wanted.empty() ? "" : " or ") + known.media_type;
  refused.reply = refusal(request, 415, {ErrorKind::invalid, "send the body as Content-Type: " + wanted});
  return refused;
}

http::Plan Application::plan_without_body(Call call, const Route& route) {
  http::Plan plan;
  plan.max_body_bytes = ignored_body_bytes;
  const auto kept = std::make_shared<Call>(std::move(call));
  plan.handle = [this, &route, kept](http::Request& request) { return finished(request, run(route, *kept)); };
  return plan;
}

Result<http::Plan> Application::plan_body(Call call, const Route& route, const BodyForm& form) {
  http::Plan plan;
  plan.max_body_bytes = form.max_bytes;
  if (form.open) {
    CAIRN_TRY(auto sink, form.open(std::move(call)));
    plan.sink =
        std::make_unique<FinishingSink>(std::move(sink), [this](const http::Request& request, http::Response response) {
          return finished(request, std::move(response));
        });
    return plan;
  }
  const auto kept = std::make_shared<Call>(std::move(call));
  plan.handle = [this, &route, &form, kept](http::Request& request) {
    auto body = read_body(request, route, form);
    if (!body) return refusal(request, 0, body.error());
    kept->body = std::move(*body);
    return finished(request, run(route, *kept));
  };
  return plan;
}

http::Response Application::run(const Route& route, Call& call) const {
  try {
    auto response = route.handle(call);
    if (response) return std::move(*response);
    Error error = std::move(response).error();
    // Everything else about the request was checked before: what is wrong is that there is no such page.
    if (error.kind == ErrorKind::invalid && call.query.has("cursor")) error.kind = ErrorKind::not_found;
    return error_response(call.request, 0, error);
  } catch (const std::exception& bug) { return error_response(call.request, 500, {ErrorKind::internal, bug.what()}); }
}

http::Response Application::error_response(const http::Request& request, int status, const Error& error) const {
  const auto own = error_forms_.find(request.route);
  if (own == error_forms_.end()) return problem_response(request, status, error);
  note_bug(request, error);
  return own->second->write(request, status, error);
}

http::Response Application::refusal(const http::Request& request, int status, const Error& error) {
  return finished(request, error_response(request, status, error));
}

void Application::ended(const http::Request& request, int status, std::uint64_t bytes_in, std::uint64_t bytes_out) {
  gate_.ended(request, status);
  if (options_.on_ended) options_.on_ended(request, status, bytes_in, bytes_out);
}

http::Response Application::finished(const http::Request& request, http::Response response) const {
  if (auto* later = std::get_if<http::Later>(&response.body)) {
    response.body = http::Later([this, &request, begin = std::move(*later)](std::function<void(http::Response)> reply) {
      begin([this, &request, reply = std::move(reply)](http::Response late) {
        reply(finished(request, std::move(late)));
      });
    });
    return response;
  }
  add_common_headers(request, options_.allowed_origins, response);
  return response;
}

}  // namespace cairn::routes
