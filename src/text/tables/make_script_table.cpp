// Run by the build: writes the Traditional to Simplified character table as C++ source. ICU's transliterator has the
// data but takes some 100 ms to load, which is longer than a search may take.
#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <set>

namespace {

/// Variants that ICU 72 leaves alone though texts in Traditional script use them: 衹 and 祇 for 只.
constexpr struct {
  UChar32 from, to;
} kFurther[] = {{0x8879, 0x53EA}, {0x7947, 0x53EA}};

std::map<UChar32, UChar32> simplified_characters() {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::Transliterator> script(
      icu::Transliterator::createInstance("Traditional-Simplified", UTRANS_FORWARD, status));
  if (U_FAILURE(status)) return {};
  std::map<UChar32, UChar32> table;
  for (UChar32 c = 0x3400; c < 0x30000; ++c) {
    if (c == 0xA000) c = 0x20000;
    icu::UnicodeString text(c);
    script->transliterate(text);
    if (text.countChar32() == 1 && text.char32At(0) != c) table[c] = text.char32At(0);
  }
  for (const auto& [from, to] : kFurther) table[from] = to;
  return table;
}

/// Where a chain of mappings ends, so that folding twice changes nothing; of a circle (苎 and 苧) the lowest character.
UChar32 end_of_chain(const std::map<UChar32, UChar32>& table, UChar32 from) {
  std::set<UChar32> seen;
  UChar32 last = from;
  while (seen.insert(last).second) {
    const auto next = table.find(last);
    if (next == table.end()) return last;
    last = next->second;
  }
  UChar32 lowest = last;
  for (UChar32 c = table.at(last); c != last; c = table.at(c)) lowest = std::min(lowest, c);
  return lowest;
}

}  // namespace

int main(int count, char** arguments) {
  auto table = simplified_characters();
  if (count != 2 || table.empty()) return 1;
  std::FILE* out = std::fopen(arguments[1], "w");
  if (out == nullptr) return 1;
  for (const auto& [from, to] : table) {
    const UChar32 last = end_of_chain(table, from);
    if (last != from) std::fprintf(out, "{0x%X, 0x%X},\n", static_cast<unsigned>(from), static_cast<unsigned>(last));
  }
  return std::fclose(out) == 0 ? 0 : 1;
}
