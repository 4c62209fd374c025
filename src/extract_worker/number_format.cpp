#include "extract_worker/number_format.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdlib>

namespace cairn::extraction {
namespace {

/// Days from Excel's day 0 to 1970-01-01. Serial 60 is the 29 February 1900 that never was (18.17.4.1), so serials
/// before it are one day off; nobody notices.
constexpr int kDaysTo1970 = 25569;
constexpr int kDays1904 = 1462;

std::string show_date(double serial, NumberStyle style, bool from_1904) {
  if (from_1904) serial += kDays1904;
  const double day = std::floor(serial);
  const auto seconds = static_cast<long>(std::lround((serial - day) * 86400));
  const std::chrono::sys_days date{
      std::chrono::days(static_cast<int>(day) - kDaysTo1970 + static_cast<int>(seconds / 86400))};
  const std::chrono::year_month_day ymd(date);
  const std::string clock = fmt::format("{:02}:{:02}", seconds % 86400 / 3600, seconds % 3600 / 60);
  if (style == NumberStyle::time) return clock;
  const std::string calendar = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()),
                                           static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  return style == NumberStyle::date_time && seconds != 0 ? calendar + " " + clock : calendar;
}

}  // namespace

NumberStyle style_of_format(std::string_view code) {
  bool date = false;
  bool time = false;
  code = code.substr(0, code.find(';'));
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '"') i = std::min(code.find('"', i + 1), code.size());
    else if (c == '\\' || c == '_' || c == '*') ++i;
    else if (c == '[' && !code.substr(i).starts_with("[h") && !code.substr(i).starts_with("[m"))
      i = std::min(code.find(']', i), code.size());
    else if (c == '%') return NumberStyle::percent;
    else if (c == 'y' || c == 'Y' || c == 'd' || c == 'D' || c == 'e') date = true;
    else if (c == 'h' || c == 'H' || c == 's' || c == 'S') time = true;
  }
  if (code == "General") return NumberStyle::general;
  if (date && time) return NumberStyle::date_time;
  if (date) return NumberStyle::date;
  return time ? NumberStyle::time : NumberStyle::general;
}

NumberStyle style_of_builtin(int id) {
  if (id == 9 || id == 10) return NumberStyle::percent;
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || (id >= 50 && id <= 58) || id == 36) return NumberStyle::date;
  if (id == 22) return NumberStyle::date_time;
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47)) return NumberStyle::time;
  return NumberStyle::general;
}

std::string show_number(const std::string& value, NumberStyle style, bool dates_from_1904) {
  char* end = nullptr;
  const double number = std::strtod(value.c_str(), &end);
  if (value.empty() || end != value.c_str() + value.size() || !std::isfinite(number)) return value;
  const bool is_date = style == NumberStyle::date || style == NumberStyle::time || style == NumberStyle::date_time;
  // Year 9999 is the last that Excel knows.
  if (is_date && number >= 0 && number < 2'958'466) return show_date(number, style, dates_from_1904);
  if (style == NumberStyle::percent) return fmt::format("{:.10g}%", number * 100);
  if (value.size() < 16) return value;
  return fmt::format("{:.15g}", number);
}

}  // namespace cairn::extraction
