#pragma once

#include <string>
#include <string_view>

namespace cairn::text {

/// How text is compared regardless of how it was typed: NFKC, case folding, Traditional characters to Simplified,
/// full width to half width, control and zero-width characters dropped. Pure; any thread.
std::string fold(std::string_view text);

}  // namespace cairn::text
