#include "text/script.h"

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>

namespace cairn::text {
namespace {

constexpr struct {
  char32_t from, to;
} kPairs[] = {
#include "script_table.inc"
};

/// The basic block is looked up directly; the few characters beyond it are not worth a table.
constexpr char32_t kFirst = 0x3400, kLast = 0x9FFF;

struct Tables {
  Tables() {
    for (const auto& [from, to] : kPairs) {
      if (from <= kLast) simplified[from - kFirst] = static_cast<char16_t>(to <= 0xFFFF ? to : 0);
      if (to >= kFirst && to <= kLast) is_target.set(to - kFirst);
    }
  }
  std::array<char16_t, kLast - kFirst + 1> simplified{};
  std::bitset<kLast - kFirst + 1> is_target;
};

const Tables& tables() {
  static const Tables built;
  return built;
}

}  // namespace

bool is_han(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0x20000 && c <= 0x323AF) || c == 0x3005 || c == 0x3007;
}

bool is_kana(char32_t c) {
  if (c == 0x30FB) return false;  // The middle dot parts words.
  return (c >= 0x3041 && c <= 0x309F) || (c >= 0x30A1 && c <= 0x30FF) || (c >= 0x31F0 && c <= 0x31FF) ||
         (c >= 0xFF66 && c <= 0xFF9F);
}

bool is_hangul(char32_t c) {
  return (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0x1100 && c <= 0x11FF) || (c >= 0x3130 && c <= 0x318F);
}

char32_t to_simplified(char32_t c) {
  if (c < kFirst || c > kLast) return c;
  const char16_t to = tables().simplified[c - kFirst];
  return to == 0 ? c : to;
}

bool is_simplified_form(char32_t c) { return c >= kFirst && c <= kLast && tables().is_target[c - kFirst]; }

}  // namespace cairn::text
