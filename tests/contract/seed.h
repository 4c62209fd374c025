#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace cairn::testing {

/// Where a random test starts: another seed each time, or the one in CAIRN_TEST_SEED to run a failure again.
inline std::uint64_t first_seed() {
  const char* wanted = std::getenv("CAIRN_TEST_SEED");
  return wanted == nullptr ? std::random_device{}() : std::stoull(wanted);
}

/// For SCOPED_TRACE: how to run this again.
inline std::string describe_seed(std::uint64_t seed) {
  return "run again with CAIRN_TEST_SEED=" + std::to_string(seed);
}

}  // namespace cairn::testing
