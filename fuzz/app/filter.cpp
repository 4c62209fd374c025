// Filters of searches, as clients write them.
#include "app/parse_filter.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = nlohmann::json::parse(data, data + size, nullptr, false);
  if (!json.is_discarded()) (void)cairn::parse_filter(json);
  return 0;
}
