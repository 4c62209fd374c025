#include "encoder/workspace.h"

#include <cstdlib>
#include <new>
#include <utility>

namespace cairn::encoder {

AlignedBuffer::~AlignedBuffer() { std::free(data_); }

std::byte* AlignedBuffer::reserve(std::size_t bytes) {
  if (bytes <= size_) return data_;
  std::free(data_);
  size_ = (bytes + 63) / 64 * 64;
  data_ = static_cast<std::byte*>(std::aligned_alloc(64, size_));
  if (!data_) {
    size_ = 0;
    throw std::bad_alloc();
  }
  return data_;
}

Scratch cut_scratch(AlignedBuffer& buffer, const Shape& shape, std::size_t tokens, std::size_t sequences,
                    std::uint32_t longest) {
  const std::size_t width = shape.dimensions;
  // The first pass measures, the second cuts.
  std::byte* base = nullptr;
  std::size_t at = 0;
  const auto take = [&]<class T>(T*& pointer, std::size_t count) {
    pointer = base ? reinterpret_cast<T*>(base + at) : nullptr;
    at += (count * sizeof(T) + 63) / 64 * 64;
  };
  Scratch scratch;
  for (int pass = 0; pass < 2; ++pass) {
    if (pass == 1) base = buffer.reserve(std::exchange(at, 0));
    take(scratch.hidden, tokens * width);
    take(scratch.qkv, tokens * 3 * width);
    take(scratch.context, tokens * width);
    take(scratch.first_queries, sequences * width);
    take(scratch.block, kBlockRows * width);
    take(scratch.inner, kBlockRows * shape.feed_forward);
    take(scratch.inner_max, kBlockRows);
    take(scratch.attention, attention_scratch(longest, shape.dimensions / shape.heads));
    take(scratch.rows.values, tokens * width);
    take(scratch.rows.scales, tokens);
    take(scratch.inner_rows.values, kBlockRows * shape.feed_forward);
    take(scratch.inner_rows.scales, kBlockRows);
  }
  return scratch;
}

Workspace::Workspace() : state_(std::make_unique<State>()) {}
Workspace::~Workspace() = default;
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;

}  // namespace cairn::encoder
