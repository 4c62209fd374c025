#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cairn::extraction {

/// How a cell's number is shown, as far as it changes what the number means (ECMA-376 part 1, 18.8.30).
enum class NumberStyle { general, percent, date, time, date_time };

/// Of a format code such as "0.00%", "yyyy-mm-dd" or "[h]:mm".
NumberStyle style_of_format(std::string_view code);
/// Of one of the built-in format numbers below 164.
NumberStyle style_of_builtin(int id);

/// A cell's value as a person would read it: dates as 2026-03-01, times as 14:30, percentages as 12.5%, and numbers
/// without the noise of binary fractions. `value` that is no number comes back as it is.
std::string show_number(const std::string& value, NumberStyle style, bool dates_from_1904);

}  // namespace cairn::extraction
