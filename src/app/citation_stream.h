#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cairn {

/// Reads the reply of a model piece by piece: takes citations such as [1], [1, 2], [2-4], 【1】, [1][2] and [^1] out of
/// the text and remembers where they stood, so that what is passed on is the text that people read. Blanks before a
/// citation go with it when a mark of punctuation follows. A bracket that is no citation is passed on as it is.
class CitationStream {
 public:
  /// A citation and where it stood.
  struct Mark {
    std::size_t offset = 0;            ///< Bytes of text() before it.
    std::vector<std::size_t> numbers;  ///< As written, from 1.
    bool leads = false;                ///< It stands at the start of a line: it belongs to what follows.
  };

  /// Takes whole UTF-8 characters, cut anywhere between; gives what can be passed on by now.
  std::string take(std::string_view piece);

  /// The rest. No more is taken afterwards.
  std::string finish();

  /// Everything that was passed on so far.
  const std::string& text() const { return text_; }
  const std::vector<Mark>& marks() const { return marks_; }

 private:
  void take_character(std::string_view character);
  void end_bracket();
  void write(std::string_view character);

  std::string text_, passed_on_;
  std::string bracket_;      ///< An open bracket and what followed it, while it may become a citation.
  std::string blanks_;       ///< White space that is not passed on yet.
  bool after_mark_ = false;  ///< Whether the blanks touch a citation.
  std::vector<Mark> marks_;
  std::vector<std::size_t> leading_;  ///< Marks that wait for the text that they lead.
};

}  // namespace cairn
