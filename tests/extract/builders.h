#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::extraction::testing {

using Parts = std::vector<std::pair<std::string, std::string>>;

/// A ZIP file with stored parts. `claimed_size` replaces the unpacked size of the first part in the directory.
std::string make_zip(const Parts& parts, std::uint32_t claimed_size = 0);

/// A DOCX whose body holds this WordprocessingML.
std::string make_docx(std::string_view body, const Parts& more = {});

/// A PDF with one page for each content stream; fonts F1 Helvetica, F2 Helvetica-Bold, F3 Courier,
/// F4 a Chinese font in Big5 that is not embedded; 612 × 792 points.
/// `trailer` goes into the trailer dictionary.
std::string make_pdf(const std::vector<std::string>& pages, std::string_view trailer = "");

/// Content stream that shows `text` at x, y from the bottom left corner.
std::string show(double x, double y, std::string_view text, double size = 10, std::string_view font = "F1");

/// Lines of prose 14 points apart, from `y` down.
std::string show_lines(double x, double y, const std::vector<std::string>& lines, double size = 10);

}  // namespace cairn::extraction::testing
