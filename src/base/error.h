#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace cairn {

/// What kind of thing went wrong. The list is short on purpose: each kind is mapped to an exit code and to an HTTP
/// status in one place, and callers decide by kind, never by message.
enum class ErrorKind {
  invalid,          ///< The caller's input is wrong; repeating it will not help.
  not_found,        ///< What was named does not exist, or the caller may not see it.
  conflict,         ///< Somebody else changed the same thing first; read again and retry.
  unauthenticated,  ///< The caller must say who it is, or said it wrongly.
  forbidden,        ///< The caller may not do this.
  limited,          ///< The caller asked too often or for too much; may be repeated after `Error::retry_after`.
  unavailable,      ///< Something outside does not answer or is full; may be retried later.
  corrupt,          ///< Stored bytes do not match their checksum or format.
  cancelled,        ///< The work was cancelled or ran past its deadline.
  unsupported,      ///< A format, version or feature that this build does not have.
  internal,         ///< A bug of ours.
};

/// A failure that is part of normal life. `message` is one sentence for a person: what is wrong and what to do.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;
  std::optional<std::chrono::milliseconds> retry_after = std::nullopt;  ///< When repeating makes sense, where known.
};

/// The kind's stable name, as it appears in JSON and logs.
constexpr const char* to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid: return "invalid";
    case ErrorKind::not_found: return "not_found";
    case ErrorKind::conflict: return "conflict";
    case ErrorKind::unauthenticated: return "unauthenticated";
    case ErrorKind::forbidden: return "forbidden";
    case ErrorKind::limited: return "limited";
    case ErrorKind::unavailable: return "unavailable";
    case ErrorKind::corrupt: return "corrupt";
    case ErrorKind::cancelled: return "cancelled";
    case ErrorKind::unsupported: return "unsupported";
    case ErrorKind::internal: return "internal";
  }
  return "internal";
}

}  // namespace cairn
