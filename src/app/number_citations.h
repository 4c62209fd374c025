#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "app/search.h"
#include "domain/answer.h"

namespace cairn {

/// Numbers the evidence that an answer points to, in the order in which it does. What it was made from must outlive it.
class NumberCitations {
 public:
  NumberCitations(const std::vector<Evidence>& evidence, const FoundChunks& found)
      : evidence_(evidence), found_(found) {}

  /// The citation's number, or 0 when there is no such evidence, or its quote does not stand in the canonical text at
  /// its span.
  std::uint32_t number_of(std::size_t index);

  /// Numbers everything that may be pointed to, before it is known what will be.
  const std::vector<Citation>& number_all();

  /// Those with the numbers in `used`.
  std::vector<Citation> take(const std::set<std::uint32_t>& used);

 private:
  bool is_literal(const Evidence& evidence) const;

  const std::vector<Evidence>& evidence_;
  const FoundChunks& found_;
  std::map<std::size_t, std::uint32_t> numbers_;
  std::vector<Citation> citations_;
};

}  // namespace cairn
