#pragma once

#include <string>

#include "api/http/message.h"
#include "api/json/shape.h"
#include "base/error.h"

namespace cairn::routes {

/// A problem document (RFC 9457): what every refusal and failure looks like from outside.
struct Problem {
  std::string type;  ///< A slug that never changes.
  std::string title;
  int status = 500;
  std::string detail;  ///< What is wrong and what to do.
  std::string request_id;
};

const Shape<Problem>& problem_shape();

/// The status of an error: the one table there is.
int status_of(ErrorKind kind);

/// What stands in the problem document of an error, but for the request's id. Messages of bugs stay inside.
Problem problem_of(int status, const Error& error);

/// What goes with every refusal: how to sign in (401), and when to come back (429, 503).
void add_refusal_headers(const Error& error, http::Response& response);

/// Tells the log what a bug says, under the request's id, since nobody else is told.
void note_bug(const http::Request& request, const Error& error);

/// By the error's kind, or by the `status` that the transport chose (0: none).
http::Response problem_response(const http::Request& request, int status, const Error& error);

}  // namespace cairn::routes
