#pragma once

#include <utility>
#include <vector>

#include "app/checking/comparison.h"

namespace cairn::checking {

/// A sentence laid word by word along a sentence of the evidence, in its order.
struct Alignment {
  const Part* evidence = nullptr;  ///< The sentence; null when the evidence is empty.
  double share = 0;                ///< Of the sentence's weight that the evidence has in the same order, 0 to 1.
  std::vector<std::pair<const Token*, const Token*>> exchanged;  ///< What the evidence has in the place of what.
  std::vector<const Token*> added;                               ///< What nothing stands in the place of.
};

/// The alignment with the largest share. Pure.
Alignment align(const Part& claim, const Part& evidence);

/// With the sentence of the evidence that has most of the claim in the same order.
Alignment align(const Part& claim, const Ground& ground);

/// Whether two tokens are the same word or quantity.
bool same(const Token& a, const Token& b);

}  // namespace cairn::checking
