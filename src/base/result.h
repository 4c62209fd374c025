#pragma once

#include <expected>
#include <string>
#include <utility>

#include "base/error.h"

namespace cairn {

/// A value, or the reason why there is none. For what can fail in normal life; bugs throw.
template <class T>
using Result = std::expected<T, Error>;

/// `return fail(ErrorKind::invalid, "…");`
inline std::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return std::unexpected(Error{kind, std::move(message)});
}

/// Passes an error on: `return fail(std::move(result).error());`
inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

}  // namespace cairn

#define CAIRN_CONCAT_INNER(a, b) a##b
#define CAIRN_CONCAT(a, b) CAIRN_CONCAT_INNER(a, b)

/// `CAIRN_TRY(auto x, compute());` binds the value, or returns the error from the enclosing function.
#define CAIRN_TRY(binding, ...) CAIRN_TRY_NAMED(CAIRN_CONCAT(cairn_result_, __LINE__), binding, __VA_ARGS__)
#define CAIRN_TRY_NAMED(name, binding, ...)                 \
  auto name = (__VA_ARGS__);                                \
  if (!name) return ::cairn::fail(std::move(name).error()); \
  binding = std::move(*name)

/// The same for `Result<void>`.
#define CAIRN_CHECK(...)                                                                                         \
  do {                                                                                                           \
    if (auto cairn_check_ = (__VA_ARGS__); !cairn_check_) return ::cairn::fail(std::move(cairn_check_).error()); \
  } while (false)
