#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/result.h"

namespace cairn::encoder {

/// What a packed model says about itself; all of it comes from the published files.
struct ModelInfo {
  std::string id;  ///< Such as "bge-small-en-v1.5"; written into segments.
  std::uint32_t layers = 0, dimensions = 0, heads = 0, max_tokens = 0, vocabulary_size = 0;
  std::string pooling;                 ///< "cls" or "mean"
  std::string query_prefix;            ///< Put before queries, not before passages; may be empty.
  std::vector<std::string> languages;  ///< BCP 47 primary tags it is meant for: {"en"}, {"zh"}, or empty for all.
};

/// Instruction sets of the kernels. `best()` is what this processor has; a lower one can be asked for in tests.
enum class Isa { scalar, avx2, avx512_vnni };
Isa best_isa();

/// Scratch space of one thread's encoding; reuse it to avoid allocation. Not thread-safe.
class Workspace;

/// A BERT-family encoder over a packed, mapped file (see docs/reference/model-format.md): int8 weights and activations,
/// f32 accumulation outside the matrix products. The vector of a text does not depend, to the last bit, on the other
/// texts of its batch nor on the number of threads. Immutable: any number of threads, each with its own Workspace.
class Encoder {
 public:
  /// `packed` must outlive the encoder. Errors: `corrupt` (truncated, checksum), `unsupported` (version, architecture,
  /// ISA).
  static Result<Encoder> open(Bytes packed, Isa isa);

  Encoder(Encoder&&) noexcept;
  Encoder& operator=(Encoder&&) noexcept;
  ~Encoder();

  const ModelInfo& info() const;

  /// The tokenizer's packed bytes (text::Tokenizer::from_packed), stored beside the weights.
  std::string_view packed_tokenizer() const;

  /// Encodes sequences laid end to end without padding. `ids` holds them one after the other, `lengths` their sizes
  /// (1..max_tokens each); writes lengths.size() × dimensions unit vectors to `out`, row-major.
  void encode(std::span<const std::int32_t> ids, std::span<const std::uint32_t> lengths, Workspace& workspace,
              std::span<float> out) const;

 private:
  struct State;
  explicit Encoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Workspace {
 public:
  Workspace();
  ~Workspace();
  Workspace(Workspace&&) noexcept;
  Workspace& operator=(Workspace&&) noexcept;

 private:
  friend class Encoder;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cairn::encoder
