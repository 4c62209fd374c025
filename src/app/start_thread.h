#pragma once

#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "base/result.h"

namespace cairn {

/// Starts a thread, or says why the system refuses one (`unavailable`): it limits how many a user may have.
template <class Body>
Result<std::jthread> start_thread(Body body) {
  try {
    return std::jthread(std::move(body));
  } catch (const std::system_error& error) {
    return fail(ErrorKind::unavailable, std::string("the system refuses another thread (") + error.code().message() +
                                            "): allow more processes (`ulimit -u`) or more memory");
  }
}

}  // namespace cairn
