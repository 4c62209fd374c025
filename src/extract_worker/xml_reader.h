#pragma once

#include <string>
#include <string_view>

namespace cairn::extraction {

/// Reads XML (1.0, UTF-8) front to back without building a tree, so that memory does not grow with the file. Names are
/// local: "w:p" is "p". It does not check what a parser for validation would; it does refuse what is used for attacks:
/// declared entities are an error, never expanded, and nothing outside the text is ever fetched.
class XmlReader {
 public:
  enum class Token { start, end, text, done };

  explicit XmlReader(std::string_view xml) : xml_(xml) {}

  /// An element without content gives start and end. After an error: done.
  Token next();

  /// Of the last start or end.
  std::string_view name() const { return name_; }
  /// Value of an attribute of the last start, by its qualified name or else by its local name; empty where there is
  /// none.
  std::string attribute(std::string_view name) const;
  bool has_attribute(std::string_view name) const;
  /// Of the last text, with entities replaced.
  std::string text() const;

  /// After a start: reads past its end.
  void skip_element();
  /// After a start: all text below it, reading past its end.
  std::string element_text();

  int depth() const { return depth_; }
  /// Empty, or why reading stopped early.
  const std::string& error() const { return error_; }

 private:
  Token stop(std::string reason);
  Token markup();
  Token doctype();
  bool skip_past(std::string_view mark);
  Token start_tag();
  Token end_tag();
  bool find_attribute(std::string_view name, bool qualified, std::string_view& value) const;

  std::string_view xml_;
  std::size_t at_ = 0;
  std::string_view name_;
  std::string_view attributes_;
  std::string_view raw_text_;
  bool is_cdata_ = false;
  bool pending_end_ = false;
  int depth_ = 0;
  std::string error_;
};

}  // namespace cairn::extraction
