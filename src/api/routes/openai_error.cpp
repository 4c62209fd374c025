#include "api/routes/openai_error.h"

#include <array>

#include "api/routes/problem.h"

namespace cairn::routes {
namespace {

struct OpenAiError {
  std::string message, type, param, code;
};

struct OpenAiErrorBody {
  OpenAiError error;
};

struct KnownCode {
  int status;
  const char* type;
  const char* code;
};

// As OpenAI's own service has them, where it has something of the kind.
constexpr std::array codes = {
    KnownCode{400, "invalid_request_error", ""},
    KnownCode{401, "invalid_request_error", "invalid_api_key"},
    KnownCode{403, "invalid_request_error", "insufficient_permissions"},
    KnownCode{404, "invalid_request_error", "not_found"},
    KnownCode{413, "invalid_request_error", "request_too_large"},
    KnownCode{415, "invalid_request_error", "unsupported_media_type"},
    KnownCode{429, "rate_limit_error", "rate_limit_exceeded"},
    KnownCode{503, "server_error", "unavailable"},
};

const Shape<OpenAiErrorBody>& body_shape() {
  using E = OpenAiError;
  static const auto error =
      ObjectShape<E>("OpenAiError", "What went wrong, as OpenAI's clients read it.")
          .required("message", &E::message, shape::text(), "What is wrong and what to do.")
          .required("type", &E::type, shape::text(), "invalid_request_error, rate_limit_error or server_error.")
          .required("param", &E::param, shape::text_or_null(), "The field that is wrong.")
          .required("code", &E::code, shape::text_or_null(), "A slug that never changes.")
          .done();
  static const auto made =
      ObjectShape<OpenAiErrorBody>("OpenAiErrorResponse", "A refusal, as OpenAI's clients read it.")
          .required("error", &OpenAiErrorBody::error, error, "")
          .done();
  return made;
}

/// Refusals by a schema begin with the path of what is wrong, in backticks.
std::string field_of(const std::string& message) {
  const std::size_t end = message.starts_with('`') ? message.find('`', 1) : std::string::npos;
  return end == std::string::npos ? "" : message.substr(1, end - 1);
}

OpenAiError described(int status, const Error& error) {
  const Problem problem = problem_of(status, error);
  OpenAiError described{problem.detail, problem.status < 500 ? "invalid_request_error" : "server_error", {}, {}};
  for (const KnownCode& known : codes)
    if (known.status == problem.status) {
      described.type = known.type;
      described.code = known.code;
    }
  if (problem.status == 400) described.param = field_of(problem.detail);
  return described;
}

http::Response response_of(int status, OpenAiError described) {
  http::Response response;
  response.status = status;
  response.body = to_text(body_shape(), {std::move(described)});
  return response;
}

http::Response write(const http::Request&, int status, const Error& error) {
  http::Response response = response_of(problem_of(status, error).status, described(status, error));
  add_refusal_headers(error, response);
  return response;
}

}  // namespace

const ErrorForm& openai_form() {
  static const ErrorForm form{.write = write, .schema = body_shape().schema};
  return form;
}

Shape<std::string> word(const char* value) {
  return shape::text().with([&](Schema& schema) { schema.choices = {value}; });
}

Json openai_error(int status, const Error& error) { return to_json(body_shape(), {described(status, error)})["error"]; }

http::Response no_such_model(const std::string& model, const std::vector<std::string>& known) {
  std::string names;
  for (const std::string& name : known) names += (names.empty() ? "" : ", ") + name;
  OpenAiError error{"there is no model '" + model + "' here", "invalid_request_error", "model", "model_not_found"};
  error.message += names.empty() ? "" : "; there is " + names;
  return response_of(404, std::move(error));
}

}  // namespace cairn::routes
