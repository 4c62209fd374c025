#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/log.h"

namespace cairn {

/// {"time":…,"level":…,"message":…,…}, without line feed. One line of valid JSON whatever the values contain.
std::string log_line_json(TimePoint time, LogLevel level, std::string_view message, LogFields fields,
                          std::span<const std::string> secrets);

/// `09:30:00.123 warning message  key=value …` for a person, without line feed or control characters.
std::string log_line_text(TimePoint time, LogLevel level, std::string_view message, LogFields fields,
                          std::span<const std::string> secrets);

}  // namespace cairn
