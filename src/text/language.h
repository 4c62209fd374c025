#pragma once

#include <string>
#include <string_view>

namespace cairn::text {

/// The main language of well-formed UTF-8 as a BCP 47 tag: "en", "de", "ja", "zh-Hant", "zh-Hans", …; "und" when
/// there is too little text to tell. Looks at no more than the first 64 kB. Pure; any thread.
std::string detect_language(std::string_view text);

}  // namespace cairn::text
