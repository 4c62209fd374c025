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

/// By the error's kind, or by the `status` that the transport chose (0: none). Messages of bugs and damage stay inside.
http::Response problem_response(const http::Request& request, int status, const Error& error);

}  // namespace cairn::routes
