#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

struct sb_stemmer;

namespace cairn::text {

/// Snowball stems with a memory for words already seen; accents of Latin letters are dropped from the stem, so that a
/// word finds itself however it was typed. Not thread-safe.
class Stemmer {
 public:
  /// The stem of a folded word in the language with this tag ("de", "pt-BR"); only the accents go where Snowball knows
  /// no such language. The view is good until the next call.
  std::string_view stem(std::string_view language, std::string_view folded_word);

  static bool knows(std::string_view language);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  struct Free {
    void operator()(sb_stemmer* stemmer) const;
  };
  struct Language {
    std::unique_ptr<sb_stemmer, Free> stemmer;
    std::unordered_map<std::string, std::string, Hash, std::equal_to<>> seen;
  };

  Language& open(std::string_view language);

  std::map<std::string, Language, std::less<>> languages_;
  Language* last_ = nullptr;
  std::string last_tag_;
};

}  // namespace cairn::text
