#include "app/checking/number_text.h"
#include "base/utf8.h"

namespace cairn::checking {
namespace {

int digit_of(char32_t c) {
  constexpr std::u32string_view digits = U"零一二三四五六七八九";
  if (c == U'〇') return 0;
  if (c == U'两') return 2;
  const auto at = digits.find(c);
  return at == std::u32string_view::npos ? -1 : static_cast<int>(at);
}

double power_of(char32_t c) {
  switch (c) {
    case U'十': return 10;
    case U'百': return 100;
    case U'千': return 1'000;
    case U'万': return 10'000;
    case U'亿': return 100'000'000;
    default: return 0;
  }
}

}  // namespace

std::optional<double> chinese_number(std::string_view folded, std::size_t at, std::size_t& end) {
  double total = 0, section = 0, current = -1;
  bool any = false, plain_digits = true;
  double digits = 0;
  end = at;
  while (at < folded.size()) {
    std::size_t next = at;
    if (is_digit(folded[at])) {
      const double number = digits_at(folded, at, next);
      if (current >= 0) break;
      std::size_t after = next;
      while (after < folded.size() && folded[after] == ' ') ++after;
      std::size_t past = after;
      const bool has_power = after < folded.size() && power_of(utf8::next(folded, past)) >= 1'000;
      if (!has_power && !any) return std::nullopt;  // Not a Chinese number at all.
      if (!has_power && total == 0) break;
      current = number;
      at = has_power ? after : next;
      end = next;
      any = true;
      plain_digits = false;
      continue;
    }
    const char32_t c = utf8::next(folded, next);
    if (const int digit = digit_of(c); digit >= 0) {
      digits = digits * 10 + digit;
      current = digit;
    } else if (const double power = power_of(c); power > 0 && (any || power <= 10)) {
      plain_digits = false;
      if (power >= 10'000) {
        total = (total + section + (current < 0 ? 0 : current)) * power;
        section = 0;
      } else {
        section += (current < 0 ? 1 : current) * power;
      }
      current = -1;
    } else if (c == U' ' && any) {
      at = next;
      continue;
    } else {
      break;
    }
    any = true;
    at = end = next;
  }
  if (!any) return std::nullopt;
  return plain_digits ? digits : total + section + (current < 0 ? 0 : current);
}

}  // namespace cairn::checking
