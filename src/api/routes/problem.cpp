#include "api/routes/problem.h"

#include <array>
#include <chrono>

#include "base/trace.h"

namespace cairn::routes {
namespace {

struct KnownKind {
  ErrorKind kind;
  int status;
  const char* type;
  const char* title;
};

// Statuses of the 5xx family mean that repeating the same request may work later, or that we have to look into it.
constexpr std::array kinds = {
    KnownKind{ErrorKind::invalid, 400, "invalid", "The request is wrong"},
    KnownKind{ErrorKind::not_found, 404, "not-found", "There is no such thing"},
    KnownKind{ErrorKind::conflict, 409, "conflict", "This conflicts with the present state"},
    KnownKind{ErrorKind::unauthenticated, 401, "unauthenticated", "Credentials are missing or wrong"},
    KnownKind{ErrorKind::forbidden, 403, "forbidden", "This is not allowed"},
    KnownKind{ErrorKind::limited, 429, "limited", "Too much at once"},
    KnownKind{ErrorKind::unavailable, 503, "unavailable", "Something does not answer just now"},
    KnownKind{ErrorKind::corrupt, 500, "corrupt", "Stored data is damaged"},
    KnownKind{ErrorKind::cancelled, 503, "cancelled", "The work was stopped"},
    KnownKind{ErrorKind::unsupported, 422, "unsupported", "This server does not have that"},
    KnownKind{ErrorKind::internal, 500, "internal", "Something went wrong here"},
};

struct KnownStatus {
  int status;
  const char* type;
  const char* title;
};

// What the transport refuses by itself, and what the application refuses before a route is asked.
constexpr std::array statuses = {
    KnownStatus{405, "method-not-allowed", "This path does not take that method"},
    KnownStatus{408, "timeout", "The request took too long"},
    KnownStatus{413, "too-large", "The body is too large"},
    KnownStatus{415, "unsupported-media-type", "The body is of another type"},
    KnownStatus{417, "expectation-failed", "The expectation cannot be met"},
    KnownStatus{431, "headers-too-large", "The headers are too large"},
    KnownStatus{501, "not-implemented", "This server does not have that"},
    KnownStatus{505, "version-not-supported", "This version of HTTP is not spoken here"},
};

const KnownKind& known(ErrorKind kind) {
  for (const KnownKind& entry : kinds)
    if (entry.kind == kind) return entry;
  return kinds.back();
}

/// What is a matter between us and the log.
std::string shown_detail(const Error& error) {
  if (error.kind == ErrorKind::internal)
    return "this is a bug of Cairn; the log has more under this request_id: please report it";
  return error.message;
}

}  // namespace

const Shape<Problem>& problem_shape() {
  static const auto made =
      ObjectShape<Problem>("Problem", "What went wrong, and what to do (RFC 9457).")
          .required("type", &Problem::type, shape::text(), "A slug that never changes.")
          .required("title", &Problem::title, shape::text(), "")
          .required("status", &Problem::status, shape::integer<int>(400, 599), "That of the reply.")
          .required("detail", &Problem::detail, shape::text(), "What is wrong and what to do.")
          .required("request_id", &Problem::request_id, shape::text(), "What the log has it under.")
          .example({{"type", "not-found"},
                    {"title", "There is no such thing"},
                    {"status", 404},
                    {"detail", "there is no collection 'manuals': create it with POST /v1/collections"},
                    {"request_id", "5f1c0d7e9a2b4c38"}})
          .done();
  return made;
}

int status_of(ErrorKind kind) { return known(kind).status; }

Problem problem_of(int status, const Error& error) {
  const KnownKind& kind = known(error.kind);
  Problem problem{kind.type, kind.title, kind.status, shown_detail(error), {}};
  if (status == 0 || status == kind.status) return problem;
  problem.status = status;
  for (const KnownStatus& entry : statuses)
    if (entry.status == status) {
      problem.type = entry.type;
      problem.title = entry.title;
    }
  return problem;
}

void add_refusal_headers(const Error& error, http::Response& response) {
  if (response.status == 401) response.headers.add("WWW-Authenticate", "Bearer");
  if (const auto wait = error.retry_after) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*wait).count();
    response.headers.add("Retry-After", std::to_string(seconds < 1 ? 1 : seconds));
  } else if (response.status == 429 || response.status == 503) {
    response.headers.add("Retry-After", "1");
  }
}

void note_bug(const http::Request& request, const Error& error) {
  if (request.trace && error.kind == ErrorKind::internal) request.trace->fail(error);
}

http::Response problem_response(const http::Request& request, int status, const Error& error) {
  note_bug(request, error);
  Problem problem = problem_of(status, error);
  problem.request_id = request.id;
  http::Response response;
  response.status = problem.status;
  response.content_type = "application/problem+json";
  response.body = to_text(problem_shape(), problem);
  add_refusal_headers(error, response);
  return response;
}

}  // namespace cairn::routes
