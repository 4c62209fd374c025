#pragma once

#include <gtest/gtest.h>

#include <stdexcept>

#include "base/result.h"

namespace cairn::testing {

/// The value, or an exception that fails the test with the error's message.
template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(std::string(to_string(result.error().kind)) + ": " + result.error().message);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// Whether it failed, and how.
template <class T>
::testing::AssertionResult fails_with(ErrorKind kind, const Result<T>& result) {
  if (result) return ::testing::AssertionFailure() << "it succeeded instead of failing as " << to_string(kind);
  if (result.error().kind == kind) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "it failed as " << to_string(result.error().kind) << " ("
                                       << result.error().message << ") instead of " << to_string(kind);
}

}  // namespace cairn::testing
