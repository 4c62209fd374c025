#pragma once

#include <exception>
#include <new>
#include <string>

#include "base/result.h"

namespace cairn {

/// What the work gives. An exception becomes an error of this one piece of work, so that a document that hits a bug
/// does not stop the worker for all others, again and again: `internal`, or `unavailable` where memory ran out.
template <class Work>
auto guarded(const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return fail(ErrorKind::unavailable, "there was not enough memory for it");
  } catch (const std::exception& bug) {
    return fail(ErrorKind::internal, std::string("this is a bug of Cairn, please report it: ") + bug.what());
  }
}

}  // namespace cairn
