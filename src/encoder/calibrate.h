#pragma once

#include <vector>

#include "encoder/bert_weights.h"

namespace cairn::encoder {

/// For each layer, the largest magnitude of every channel that enters a product after a norm.
struct ChannelPeaks {
  std::vector<std::vector<float>> qkv, up;
};

/// Runs the f32 model over a few sequences of random tokens. A handful of channels of a BERT are large whatever the
/// text, so random text shows them as well as real text does; the result is the same on every machine.
ChannelPeaks measure_peaks(const BertWeights& weights);

}  // namespace cairn::encoder
