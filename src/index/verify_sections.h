#pragma once

#include <cstdint>

#include "index/segment.h"

namespace cairn::index {

/// Recomputes the checksums of the sections that have at most `most_bytes` each. A checksum reads some gigabytes a
/// second, so that small segments can be checked whole whenever they are opened. Errors: `corrupt`.
Result<void> verify_sections(const Segment& segment, std::uint64_t most_bytes);

}  // namespace cairn::index
