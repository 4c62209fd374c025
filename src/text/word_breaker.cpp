#include "text/word_breaker.h"

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>

namespace cairn::text {
namespace {

/// Runs are given to the dictionary in parts of this many characters: its time grows faster than their length.
constexpr std::size_t kPart = 512;

}  // namespace

struct WordBreaker::State {
  std::unique_ptr<icu::BreakIterator> iterator;
};

WordBreaker::WordBreaker() : state_(std::make_unique<State>()) {}
WordBreaker::~WordBreaker() = default;
WordBreaker::WordBreaker(WordBreaker&&) noexcept = default;
WordBreaker& WordBreaker::operator=(WordBreaker&&) noexcept = default;

std::vector<std::uint32_t> WordBreaker::word_ends(std::u32string_view run) {
  if (state_->iterator == nullptr) {
    UErrorCode status = U_ZERO_ERROR;
    state_->iterator.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
  }
  std::vector<std::uint32_t> ends;
  std::size_t done = 0;
  while (done < run.size()) {
    const std::u32string_view part = run.substr(done, kPart);
    const icu::UnicodeString units =
        icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(part.data()), static_cast<int32_t>(part.size()));
    if (state_->iterator != nullptr) {
      state_->iterator->setText(units);
      int32_t unit = 0;
      std::size_t position = done;
      for (int32_t end = state_->iterator->next(); end != icu::BreakIterator::DONE; end = state_->iterator->next()) {
        position += static_cast<std::size_t>(units.countChar32(unit, end - unit));
        unit = end;
        ends.push_back(static_cast<std::uint32_t>(position));
      }
    }
    done += part.size();
    if (ends.empty() || ends.back() < done) ends.push_back(static_cast<std::uint32_t>(done));
  }
  return ends;
}

}  // namespace cairn::text
