#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace cairn::extraction {

/// A number as Word writes it in lists (ECMA-376 part 1, 17.18.59): "decimal", "lowerLetter", "upperRoman",
/// "chineseCounting", …; unknown formats count in decimal.
std::string format_list_number(std::string_view format, std::uint32_t value);

/// List numbers of a DOCX, as numbering.xml defines them, counted in document order.
class ListNumbering {
 public:
  static constexpr std::size_t kLevels = 9;

  /// Of numbering.xml; what cannot be read is left out.
  void load(std::string_view xml);

  /// The mark of the next paragraph of list `num_id` at `level`: "3.", "1.2.", "- " for bullets, or empty.
  std::string next_mark(const std::string& num_id, std::size_t level);

 private:
  struct Level {
    std::string format = "decimal";
    std::string pattern;  ///< "%1.%2." and the like.
    std::uint32_t start = 1;
  };
  struct Definition {
    std::array<Level, kLevels> levels;
    std::array<std::uint32_t, kLevels> counters = {};
  };
  std::map<std::string, Definition> definitions_;     ///< By abstractNumId.
  std::map<std::string, std::string> definition_of_;  ///< numId to abstractNumId.
};

}  // namespace cairn::extraction
