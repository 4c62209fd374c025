#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"

namespace cairn {

enum class LogLevel { debug, info, warning, error, off };

constexpr const char* to_string(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
    case LogLevel::off: return "off";
  }
  return "off";
}

std::optional<LogLevel> parse_log_level(std::string_view name);

/// Names and milliseconds, as in {"query.embed": 4.2}.
using LogTimes = std::span<const std::pair<std::string_view, double>>;

/// A named value of an event. Holds views: it lives as long as the call that it is an argument of.
struct LogField {
  std::string_view key;  ///< request_id, task_id, trace_id, tenant, route, status, duration_ms, …
  std::variant<bool, std::int64_t, double, std::string_view, LogTimes> value;

  LogField(std::string_view k, std::string_view text) : key(k), value(text) {}
  LogField(std::string_view k, const std::string& text) : key(k), value(std::string_view(text)) {}
  LogField(std::string_view k, const char* text) : key(k), value(std::string_view(text)) {}
  LogField(std::string_view k, LogTimes times) : key(k), value(times) {}
  template <class T>
    requires std::is_arithmetic_v<T>
  LogField(std::string_view k, T number) : key(k) {
    if constexpr (std::is_same_v<T, bool>) value = number;
    else if constexpr (std::is_integral_v<T>) value = static_cast<std::int64_t>(number);
    else value = static_cast<double>(number);
  }
};

using LogFields = std::span<const LogField>;

struct LogOptions {
  LogLevel level = LogLevel::info;
  bool json = true;                          ///< Else lines for a person.
  std::vector<std::string> secrets{};        ///< Configured values that must never appear.
  std::size_t max_waiting_bytes = 1u << 20;  ///< What cannot be written so long is dropped and counted.
};

/// One line an event, written by a thread of its own, so that a reader of the log that stands still never holds up a
/// request. Whatever a value contains, it stays within its line and its field; secrets are blanked out. Any thread.
class Log {
 public:
  /// `write` is given whole lines, on the log's thread; false when they could not be written. `clock` must outlive
  /// this.
  Log(LogOptions options, const Clock& clock, std::function<bool(std::string_view lines)> write);

  /// Waits until everything is written.
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  bool enabled(LogLevel level) const { return level >= options_.level && options_.level != LogLevel::off; }

  void write(LogLevel level, std::string_view message, LogFields fields);
  void debug(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::debug, message, {fields.begin(), fields.size()});
  }
  void info(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::info, message, {fields.begin(), fields.size()});
  }
  void warning(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::warning, message, {fields.begin(), fields.size()});
  }
  void error(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::error, message, {fields.begin(), fields.size()});
  }

  /// Waits until what was logged before is written.
  void flush();

  /// Events that were dropped because they could not be written.
  std::uint64_t dropped() const;

 private:
  void run();

  const LogOptions options_;
  const Clock& clock_;
  const std::function<bool(std::string_view)> write_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;        // Guarded by mutex_.
  std::uint64_t dropped_ = 0;  // Guarded by mutex_.
  bool writing_ = false;       // Guarded by mutex_.
  bool ending_ = false;        // Guarded by mutex_.
  std::thread thread_;
};

/// Where a process's log goes; false when it cannot be written.
bool write_to_stderr(std::string_view lines);

/// `text` with what looks like a credential replaced by "***": bearer and basic credentials, JSON Web Tokens, Cairn's
/// own keys, passwords within URLs, and each of `secrets`.
std::string without_secrets(std::string_view text, std::span<const std::string> secrets);

}  // namespace cairn
