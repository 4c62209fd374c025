// Hostile packed models. The checksum and the size are put right first, so that what lies behind them is reached.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "encoder/encoder.h"
#include "encoder/packed_model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cairn::encoder;
  std::vector<std::byte> file(size);
  if (size > 0) std::memcpy(file.data(), data, size);
  if (size >= kPackedHeaderSize) {
    const std::uint64_t file_size = size;
    std::memcpy(file.data() + 16, &file_size, 8);
    const std::uint64_t checksum = packed_checksum(file);
    std::memcpy(file.data() + 24, &checksum, 8);
  }
  const auto encoder = Encoder::open(file, Isa::scalar);
  if (!encoder || encoder->info().dimensions > 64 || encoder->info().layers > 2) return 0;
  const std::int32_t id = 0;
  const std::uint32_t length = 1;
  Workspace workspace;
  std::vector<float> out(encoder->info().dimensions);
  encoder->encode({&id, 1}, {&length, 1}, workspace, out);
  return 0;
}
