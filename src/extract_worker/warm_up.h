#pragma once

namespace cairn::extraction {

/// Loads what libraries would read from disk later, while it can still be opened: ICU's converters and normaliser, and
/// poppler's tables for East Asian encodings, which are mapped and served from memory afterwards.
void warm_up();

}  // namespace cairn::extraction
