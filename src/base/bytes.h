#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

#include "base/result.h"

namespace cairn {

using Bytes = std::span<const std::byte>;

/// Takes the next bytes of something written front to back; an error stops the writer.
using ByteSink = std::function<Result<void>(Bytes)>;

inline Bytes as_bytes(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }
inline std::string_view as_text(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

}  // namespace cairn
