#include "api/json/access_shapes.h"
#include "api/routes/access.h"

namespace cairn::routes {
namespace {

struct LoginBody {
  std::string user, password;
};

struct RefreshBody {
  std::string refresh_token;
};

constexpr std::size_t longest_secret = 1024;

const Shape<LoginBody>& login_shape() {
  static const auto made =
      ObjectShape<LoginBody>("LoginRequest", "Who logs in.")
          .required("user", &LoginBody::user, shape::text(1, 129), "The name; of another tenant, `tenant/name`.")
          .required("password", &LoginBody::password, shape::text(1, longest_secret), "")
          .example({{"user", "ada"}, {"password", "correct horse battery"}})
          .done();
  return made;
}

const Shape<RefreshBody>& refresh_shape() {
  static const auto made = ObjectShape<RefreshBody>("RefreshRequest", "A refresh token.")
                               .required("refresh_token", &RefreshBody::refresh_token, shape::text(1, longest_secret),
                                         "The one that the last login or refresh gave.")
                               .done();
  return made;
}

const Shape<RefreshBody>& logout_shape() {
  static const auto made =
      ObjectShape<RefreshBody>("LogoutRequest", "Which session to end, besides the caller's own.")
          .optional("refresh_token", &RefreshBody::refresh_token, shape::text(0, longest_secret), "Of the session.")
          .done();
  return made;
}

const Shape<Tokens>& tokens_shape() {
  const auto seconds = shape::integer<std::int64_t>(0, 86'400);
  static const auto made =
      ObjectShape<Tokens>("Tokens", "What a session is used with.")
          .required("access_token", &Tokens::access_token, shape::text(), "For `Authorization: Bearer`.")
          .written(
              "token_type", shape::text(), [](const Tokens&) { return std::string("Bearer"); }, "")
          .written(
              "expires_in", seconds, [](const Tokens& tokens) { return std::int64_t{tokens.expires_in.count()}; },
              "Seconds that the access token is valid.")
          .required("refresh_token", &Tokens::refresh_token, shape::text(),
                    "Gives the next tokens, once. Using it again, more than 10 s later, ends the session.")
          .done();
  return made;
}

/// Tokens are for the caller alone.
http::Response private_response(http::Response response) {
  response.headers.add("Cache-Control", "no-store");
  return response;
}

}  // namespace

void add_sessions(RouteTable& table, AccessControl& access) {
  table.add({.method = "POST",
             .path = "/v1/auth/login",
             .access = Access::open,
             .id = "log_in",
             .tag = "Access",
             .summary = "Log in with a password",
             .bodies = {json_body(login_shape())},
             .replies = {answers(200, tokens_shape(), "")},
             .problems = {{401, "The user or the password is wrong."}, {429, "Too many failed logins."}},
             .handle = with_body(login_shape(), [&access](Call& call, LoginBody body) -> Result<http::Response> {
               CAIRN_TRY(const Tokens tokens, access.log_in->log_in(body.user, body.password, call.request.peer));
               return private_response(json_response(200, tokens_shape(), tokens));
             })});
  table.add({.method = "POST",
             .path = "/v1/auth/refresh",
             .access = Access::open,
             .id = "refresh_session",
             .tag = "Access",
             .summary = "Exchange a refresh token for new tokens",
             .bodies = {json_body(refresh_shape())},
             .replies = {answers(200, tokens_shape(), "")},
             .problems = {{401, "The token is unknown, expired or was used before."}, {429, "Too many requests."}},
             .handle = with_body(refresh_shape(), [&access](Call& call, RefreshBody body) -> Result<http::Response> {
               CAIRN_TRY(const Tokens tokens, access.log_in->refresh(body.refresh_token, call.request.peer));
               return private_response(json_response(200, tokens_shape(), tokens));
             })});
  table.add({.method = "POST",
             .path = "/v1/auth/logout",
             .access = Access::signed_in,
             .id = "log_out",
             .tag = "Access",
             .summary = "End the caller's session",
             .bodies = {json_body(logout_shape())},
             .body_optional = true,
             .replies = {answers_nothing(204, "The session has ended, if there was one.")},
             .handle = with_body(logout_shape(), [&access](Call& call, RefreshBody body) -> Result<http::Response> {
               CAIRN_CHECK(access.log_in->log_out(&call.principal, body.refresh_token, call.request.peer));
               return no_content();
             })});
  table.add({.method = "GET",
             .path = "/v1/auth/me",
             .access = Access::signed_in,
             .id = "get_caller",
             .tag = "Access",
             .summary = "Who the caller is",
             .replies = {answers(200, principal_shape(), "")},
             .handle = [](Call& call) -> Result<http::Response> {
               return private_response(json_response(200, principal_shape(), call.principal));
             }});
}

void add_access(RouteTable& table, AccessControl& access) {
  add_sessions(table, access);
  add_users(table, access);
  add_keys(table, access);
  add_tenants(table, access);
  add_audit(table, access);
}

}  // namespace cairn::routes
