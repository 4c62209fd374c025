#pragma once

#include <map>
#include <string>
#include <string_view>

namespace cairn::extraction {

struct DocxStyle {
  int outline_level = -1;  ///< 0 is the outermost heading; -1 for text.
  bool is_title = false;
  bool is_quote = false;
  std::string num_id;
  int list_level = -1;
};

/// Paragraph styles of a DOCX with what they inherit (ECMA-376 part 1, 17.7).
class DocxStyles {
 public:
  /// Of word/styles.xml; what cannot be read is left out.
  void load(std::string_view xml);
  /// The style with this id, or one without properties.
  const DocxStyle& find(const std::string& id) const;

 private:
  std::map<std::string, DocxStyle> styles_;
};

}  // namespace cairn::extraction
