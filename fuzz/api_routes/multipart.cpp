// A form must be understood the same however its bytes are cut.
#include "api/routes/multipart.h"

#include <algorithm>
#include <cstdlib>

namespace {

using cairn::Result;
using cairn::routes::MultipartParser;
using cairn::routes::PartHead;

class Gathered final : public cairn::routes::PartReceiver {
 public:
  Result<void> begin_part(PartHead head) override {
    seen += "\x01" + head.name + "\x02" + head.file_name + "\x03" + head.media_type + "\x04";
    return {};
  }
  Result<void> part_bytes(std::string_view bytes) override {
    seen += bytes;
    return {};
  }
  Result<void> end_part() override {
    seen += "\x05";
    return {};
  }

  std::string seen;
};

struct Outcome {
  bool whole = false;
  std::string parts;
  bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view bytes, std::size_t step) {
  Gathered parts;
  MultipartParser parser("xyz", parts);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size())))
    if (!parser.take(bytes.substr(0, step))) return {};
  if (!parser.finish()) return {};
  return {true, parts.seen};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)cairn::routes::multipart_boundary(bytes);
  const Outcome whole = read(bytes, size);
  for (const std::size_t step : {1, 5, 100})
    if (size > 0 && read(bytes, step) != whole) std::abort();
  return 0;
}
