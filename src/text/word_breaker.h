#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace cairn::text {

/// Words of scripts that mark none, by ICU's dictionaries. Not thread-safe; dear to make, cheap to keep.
class WordBreaker {
 public:
  WordBreaker();
  ~WordBreaker();
  WordBreaker(WordBreaker&&) noexcept;
  WordBreaker& operator=(WordBreaker&&) noexcept;

  /// Where words end, in code points of `run`; the last is its length.
  std::vector<std::uint32_t> word_ends(std::u32string_view run);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cairn::text
