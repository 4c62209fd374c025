#include "encoder/encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "encoder/packed_model.h"
#include "encoder/workspace.h"

namespace cairn::encoder {
namespace {

/// Tokens that pass through the layers together: enough to read each weight from memory seldom, few enough for the
/// cache.
constexpr std::size_t kGroupTokens = 256;

const char* name_of(Isa isa) {
  switch (isa) {
    case Isa::scalar: return "scalar";
    case Isa::avx2: return "AVX2";
    case Isa::avx512_vnni: return "AVX-512 VNNI";
  }
  return "unknown";
}

/// What a caller may not do; a bug of theirs, hence an exception.
void check_input(const PackedModel& model, std::span<const std::int32_t> ids, std::span<const std::uint32_t> lengths,
                 std::size_t out_size) {
  std::size_t tokens = 0;
  for (const std::uint32_t length : lengths) {
    if (length < 1 || length > model.shape.positions)
      throw std::invalid_argument(
          fmt::format("a sequence of {} tokens; 1 to {} are possible", length, model.shape.positions));
    tokens += length;
  }
  if (tokens != ids.size()) throw std::invalid_argument("the lengths do not add up to the number of token ids");
  if (out_size != lengths.size() * model.shape.dimensions)
    throw std::invalid_argument("the output must have room for one vector a sequence");
  for (const std::int32_t id : ids)
    if (id < 0 || static_cast<std::uint32_t>(id) >= model.shape.vocabulary)
      throw std::invalid_argument(fmt::format("token id {} is not in the model's vocabulary", id));
}

/// One group of sequences on its way through the layers.
class Group {
 public:
  Group(const PackedModel& model, const Kernels& kernels, std::span<const std::uint32_t> lengths,
        const Scratch& scratch)
      : model_(model), kernels_(kernels), lengths_(lengths), scratch_(scratch), width_(model.shape.dimensions) {
    for (const std::uint32_t length : lengths) tokens_ += length;
  }

  void run(const std::int32_t* ids, float* out) {
    embed(ids);
    for (std::size_t i = 0; i + 1 < model_.layers.size(); ++i) full_layer(model_.layers[i]);
    if (model_.info.pooling == "cls") {
      first_token_layer(model_.layers.back());
      std::copy_n(scratch_.hidden, lengths_.size() * width_, out);
    } else {
      full_layer(model_.layers.back());
      average(out);
    }
    for (std::size_t s = 0; s < lengths_.size(); ++s) normalise(out + s * width_);
  }

 private:
  void embed(const std::int32_t* ids) {
    float* row = scratch_.hidden;
    std::fill_n(row, tokens_ * width_, 0.0f);
    for (const std::uint32_t length : lengths_)
      for (std::uint32_t t = 0; t < length; ++t, row += width_, ++ids) {
        const std::int8_t* word = model_.words + std::size_t(*ids) * width_;
        const float* position = model_.positions + std::size_t(t) * width_;
        const float scale = model_.word_scales[*ids];
        for (std::size_t c = 0; c < width_; ++c) row[c] = static_cast<float>(word[c]) * scale + position[c];
      }
    // LayerNorm of the sum; there is nothing to add, so a row of zeros serves.
    std::fill_n(scratch_.block, width_, 0.0f);
    for (std::size_t t = 0; t < tokens_; ++t) norm(scratch_.hidden + t * width_, scratch_.block, 1, model_.norm);
  }

  void norm(float* hidden, const float* addend, std::size_t count, const Norm& norm) {
    kernels_.add_norm(hidden, addend, count, static_cast<std::uint32_t>(width_), norm.gamma, norm.beta,
                      model_.shape.epsilon);
  }

  QuantisedRows rows_at(std::size_t row) const {
    return {scratch_.rows.values + row * width_, scratch_.rows.scales + row};
  }

  /// Calls `work(first row, count)` for blocks of rows.
  template <class Work>
  void blocks(std::size_t rows, Work work) {
    for (std::size_t row = 0; row < rows; row += kBlockRows) work(row, std::min(kBlockRows, rows - row));
  }

  Attention attention_block(std::size_t first_row, std::uint32_t length) const {
    Attention block;
    block.qkv = scratch_.qkv + first_row * 3 * width_;
    block.tokens = length;
    block.heads = model_.shape.heads;
    block.head_size = model_.shape.dimensions / model_.shape.heads;
    block.scratch = scratch_.attention;
    return block;
  }

  void full_layer(const Layer& layer) {
    blocks(tokens_, [&](std::size_t row, std::size_t count) {
      kernels_.quantise(scratch_.hidden + row * width_, count, static_cast<std::uint32_t>(width_), layer.qkv_input,
                        rows_at(row));
      kernels_.linear(rows_at(row), count, layer.qkv, scratch_.qkv + row * 3 * width_, 3 * width_);
    });
    std::size_t row = 0;
    for (const std::uint32_t length : lengths_) {
      Attention block = attention_block(row, length);
      block.queries = block.qkv;
      block.query_stride = static_cast<std::uint32_t>(3 * width_);
      block.query_count = length;
      block.out = scratch_.context + row * width_;
      kernels_.attention(block);
      row += length;
    }
    after_attention(layer, tokens_);
  }

  /// Only the first token of each sequence leaves the last layer, so only keys and values are needed of the others.
  void first_token_layer(const Layer& layer) {
    Linear queries = layer.qkv, keys_values = layer.qkv;
    queries.outputs = static_cast<std::uint32_t>(width_);
    keys_values.panels += width_ * width_;
    keys_values.start += width_;
    keys_values.scale += width_;
    keys_values.bias += width_;
    keys_values.outputs = static_cast<std::uint32_t>(2 * width_);
    blocks(tokens_, [&](std::size_t row, std::size_t count) {
      kernels_.quantise(scratch_.hidden + row * width_, count, static_cast<std::uint32_t>(width_), layer.qkv_input,
                        rows_at(row));
      kernels_.linear(rows_at(row), count, keys_values, scratch_.qkv + row * 3 * width_ + width_, 3 * width_);
    });
    keep_first_tokens();
    kernels_.linear(scratch_.rows, lengths_.size(), queries, scratch_.first_queries, width_);
    std::size_t row = 0;
    for (std::size_t s = 0; s < lengths_.size(); ++s) {
      Attention block = attention_block(row, lengths_[s]);
      block.queries = scratch_.first_queries + s * width_;
      block.query_stride = static_cast<std::uint32_t>(width_);
      block.query_count = 1;
      block.out = scratch_.context + s * width_;
      kernels_.attention(block);
      row += lengths_[s];
    }
    after_attention(layer, lengths_.size());
  }

  /// Moves the first token of each sequence to the front of `hidden` and `rows`.
  void keep_first_tokens() {
    std::size_t row = 0;
    for (std::size_t s = 0; s < lengths_.size(); row += lengths_[s++]) {
      if (row == s) continue;
      std::copy_n(scratch_.hidden + row * width_, width_, scratch_.hidden + s * width_);
      std::copy_n(scratch_.rows.values + row * width_, width_, scratch_.rows.values + s * width_);
      scratch_.rows.scales[s] = scratch_.rows.scales[row];
    }
  }

  void after_attention(const Layer& layer, std::size_t rows) {
    const auto width = static_cast<std::uint32_t>(width_);
    blocks(rows, [&](std::size_t row, std::size_t count) {
      float* hidden = scratch_.hidden + row * width_;
      kernels_.quantise(scratch_.context + row * width_, count, width, nullptr, scratch_.rows);
      kernels_.linear(scratch_.rows, count, layer.output, scratch_.block, width_);
      norm(hidden, scratch_.block, count, layer.attention_norm);
      kernels_.quantise(hidden, count, width, layer.up_input, scratch_.rows);
      kernels_.linear_gelu(scratch_.rows, count, layer.up, scratch_.inner, scratch_.inner_max);
      kernels_.quantise_gelu(scratch_.inner, count, model_.shape.feed_forward, scratch_.inner_max, scratch_.inner_rows);
      kernels_.linear(scratch_.inner_rows, count, layer.down, scratch_.block, width_);
      norm(hidden, scratch_.block, count, layer.output_norm);
    });
  }

  void average(float* out) const {
    const float* row = scratch_.hidden;
    for (const std::uint32_t length : lengths_) {
      std::fill_n(out, width_, 0.0f);
      for (std::uint32_t t = 0; t < length; ++t, row += width_)
        for (std::size_t c = 0; c < width_; ++c) out[c] += row[c];
      out += width_;
    }
  }

  void normalise(float* row) const {
    double squares = 0;
    for (std::size_t c = 0; c < width_; ++c) squares += double(row[c]) * row[c];
    const float inverse = squares > 0 ? static_cast<float>(1 / std::sqrt(squares)) : 0.0f;
    for (std::size_t c = 0; c < width_; ++c) row[c] *= inverse;
  }

  const PackedModel& model_;
  const Kernels& kernels_;
  std::span<const std::uint32_t> lengths_;
  Scratch scratch_;
  std::size_t width_;
  std::size_t tokens_ = 0;
};

}  // namespace

struct Encoder::State {
  PackedModel model;
  const Kernels* kernels = nullptr;
};

Encoder::Encoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
Encoder::Encoder(Encoder&&) noexcept = default;
Encoder& Encoder::operator=(Encoder&&) noexcept = default;
Encoder::~Encoder() = default;

Result<Encoder> Encoder::open(Bytes packed, Isa isa) {
  const Kernels* kernels = kernels_for(isa, best_isa());
  if (!kernels)
    return fail(ErrorKind::unsupported,
                fmt::format("this processor has no {}; use best_isa() to choose the kernels", name_of(isa)));
  CAIRN_TRY(PackedModel model, read_packed(packed));
  return Encoder(std::make_unique<State>(State{std::move(model), kernels}));
}

const ModelInfo& Encoder::info() const { return state_->model.info; }

std::string_view Encoder::packed_tokenizer() const { return state_->model.tokenizer; }

void Encoder::encode(std::span<const std::int32_t> ids, std::span<const std::uint32_t> lengths, Workspace& workspace,
                     std::span<float> out) const {
  const PackedModel& model = state_->model;
  const std::size_t width = model.shape.dimensions;
  check_input(model, ids, lengths, out.size());
  for (std::size_t first = 0, id = 0; first < lengths.size();) {
    std::size_t last = first, tokens = 0;
    std::uint32_t longest = 0;
    do {
      tokens += lengths[last];
      longest = std::max(longest, lengths[last++]);
    } while (last < lengths.size() && tokens + lengths[last] <= kGroupTokens);
    const auto group = lengths.subspan(first, last - first);
    Group(model, *state_->kernels, group,
          cut_scratch(workspace.state_->buffer, model.shape, tokens, group.size(), longest))
        .run(ids.data() + id, out.data() + first * width);
    first = last;
    id += tokens;
  }
}

}  // namespace cairn::encoder
