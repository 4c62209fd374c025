#include "app/checking/statement.h"

#include <algorithm>
#include <utility>

#include "app/checking/lexicon.h"
#include "base/utf8.h"
#include "text/fold.h"
#include "text/script.h"
#include "text/stop_words.h"

namespace cairn::checking {
namespace {

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) { return is_letter(c) || is_digit(c); }

/// Folded text, and where in it a capital letter was.
struct Folded {
  std::string text;
  std::vector<bool> capital;  ///< For each byte.

  explicit Folded(std::string_view original) {
    for (std::size_t at = 0; at < original.size();) {
      const std::size_t start = at;
      utf8::next(original, at);
      const std::string_view c = original.substr(start, at - start);
      std::string part = c.size() == 1 && static_cast<unsigned char>(c[0]) < 0x80 ? lower(c[0]) : text::fold(c);
      if (part == "’") part = "'";
      capital.resize(text.size() + part.size(), c.size() == 1 && c[0] >= 'A' && c[0] <= 'Z');
      text += part;
    }
  }

  static std::string lower(char c) {
    if (c == '\t' || c == '\r') c = ' ';
    return std::string(1, c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
  }
};

class Parser {
 public:
  Parser(const Folded& folded, std::string_view language, Reading reading, Tools& tools)
      : folded_(folded),
        text_(folded.text),
        language_(language),
        reading_(reading),
        tools_(tools),
        quantities_(text_, reading == Reading::loose) {}

  Statement operator()() {
    while (at_ < text_.size()) step();
    flush_han();
    const auto last = text_.find_last_not_of(" \n\"'*");
    made_.asks = last != std::string::npos && text_[last] == '?';
    return std::move(made_);
  }

 private:
  void step() {
    const char c = text_[at_];
    const bool word_start = at_ == 0 || !is_alnum(text_[at_ - 1]) || !is_alnum(c);
    if (word_start && read_identifier()) return;
    std::size_t end = at_;
    if (word_start)
      if (auto quantity = quantities_.read(at_, end)) {
        Token token;
        token.kind = Token::Kind::quantity;
        token.text = text_.substr(at_, end - at_);
        token.quantity = *quantity;
        if (!quantity->loose || is_digit(c)) {
          flush_han();
          if (!quantity->loose || reading_ == Reading::loose) made_.tokens.push_back(std::move(token));
          at_ = end;
          return;
        }
        loose_.push_back(std::move(token));
      }
    if (read_phrase(word_start)) return;
    if (is_letter(c) || (static_cast<unsigned char>(c) >= 0x80 && !han_or_mark())) return read_word();
    std::size_t next = at_;
    const char32_t character = utf8::next(text_, next);
    if (text::is_han(character)) {
      han_ += text_.substr(at_, next - at_);
      at_ = next;
      return;
    }
    read_mark(character, next);
  }

  bool han_or_mark() const {
    std::size_t next = at_;
    const char32_t c = utf8::next(text_, next);
    return text::is_han(c) || (c >= 0x2000 && c < 0x3100) || c >= 0xFE00 || c < 0xC0;
  }

  /// Codes, versions, addresses, telephone numbers: whatever mixes letters and digits or is tied by marks.
  bool read_identifier() {
    if (!is_alnum(text_[at_]) && text_[at_] != '+') return false;
    std::size_t end = at_ + (text_[at_] == '+' ? 1 : 0), dots = 0, hyphens = 0;
    bool letters = false, digits = false, tied = false;
    for (; end < text_.size(); ++end) {
      const char c = text_[end];
      letters = letters || is_letter(c);
      digits = digits || is_digit(c);
      if (is_alnum(c)) continue;
      const bool inner = end > at_ && end + 1 < text_.size() && is_alnum(text_[end + 1]);
      if (!inner || (c != '-' && c != '.' && c != '@' && c != '/' && c != '_')) break;
      dots += c == '.' ? 1 : 0;
      hyphens += c == '-' ? 1 : 0;
      tied = tied || c == '@';
    }
    const bool code = letters && digits && !is_digit(text_[at_]);
    const bool version = digits && !letters && (dots >= 2 || hyphens >= 2);
    if (!code && !version && !tied) return false;
    add_word(text_.substr(at_, end - at_), at_, true);
    at_ = end;
    return true;
  }

  bool read_phrase(bool word_start) {
    if (is_letter(text_[at_]) && !word_start) return false;
    std::size_t length = 0;
    const Entry* entry = Lexicon::get().phrase_at(text_, at_, length);
    if (entry == nullptr) return false;
    std::size_t next = at_;
    const bool han = text::is_han(utf8::next(text_, next));
    // A single character is a word only where the characters around it make none with it.
    if (han && length <= 3 && !entry->negates) return false;
    if (entry->ends_clause) add_boundary(Token::Kind::clause_end);
    Token token;
    token.key = token.text = text_.substr(at_, length);
    apply(*entry, token);
    token.han = han;
    flush_han();
    made_.tokens.push_back(std::move(token));
    at_ += length;
    return true;
  }

  void read_word() {
    std::size_t end = at_;
    while (end < text_.size()) {
      const char c = text_[end];
      const bool apostrophe = c == '\'' && end + 1 < text_.size() && is_letter(text_[end + 1]);
      if (is_letter(c) || apostrophe) {
        ++end;
        continue;
      }
      if (static_cast<unsigned char>(c) < 0x80) break;
      std::size_t next = end;
      const char32_t character = utf8::next(text_, next);
      if (text::is_han(character) || character >= 0x2000) break;
      end = next;
    }
    if (end == at_) return read_mark(U'?', at_ + 1);
    std::string word = text_.substr(at_, end - at_);
    if (word.ends_with("'s")) word.resize(word.size() - 2);
    const bool starts_sentence = made_.tokens.empty() || made_.tokens.back().kind == Token::Kind::sentence_end;
    add_word(word, at_, folded_.capital[at_] && !starts_sentence);
    at_ = end;
  }

  void add_word(const std::string& word, std::size_t at, bool name) {
    flush_han();
    Token token;
    token.text = word;
    const bool plain = std::ranges::all_of(word, [](char c) { return is_letter(c) || c == '\''; });
    const std::string_view language = language_.starts_with("zh") || language_ == "und" ? "en" : language_;
    token.key = plain ? std::string(tools_.stemmer.stem(language, word)) : word;
    const Entry* entry = plain ? Lexicon::get().stem(token.key) : nullptr;
    const bool all_caps = word.size() > 1 && folded_.capital[at] && folded_.capital[at + 1];
    if (entry != nullptr) {
      if (entry->ends_clause) add_boundary(Token::Kind::clause_end);
      apply(*entry, token);
    } else if (plain && text::is_stop_word(language, word)) {
      token.light = true;
    }
    token.soft = token.soft || (plain && (word.ends_with("ly") || follows_auxiliary(word)));
    token.capital = folded_.capital[at] && !token.light;
    token.name = (name || all_caps) && !(token.light && !all_caps);
    made_.tokens.push_back(std::move(token));
  }

  /// "is replaced", "may contribute", "to arrive": a verb.
  bool follows_auxiliary(std::string_view word) const {
    if (made_.tokens.empty()) return false;
    const Token& before = made_.tokens.back();
    constexpr std::string_view modals[] = {"to",   "may",   "can",   "could",  "must", "should",
                                           "will", "would", "shall", "cannot", "might"};
    constexpr std::string_view forms[] = {"is", "are", "was", "were", "be", "been", "has", "have", "had"};
    const bool participle = word.ends_with("ed") || word.ends_with("en") || word.ends_with("ing");
    return std::ranges::find(modals, before.text) != std::end(modals) ||
           (participle && std::ranges::find(forms, before.text) != std::end(forms));
  }

  static void apply(const Entry& entry, Token& token) {
    if (!entry.meaning.empty()) token.key = entry.meaning;
    token.direction = entry.direction;
    token.light = entry.light;
    token.soft = entry.soft;
    token.negates = entry.negates;
  }

  void read_mark(char32_t c, std::size_t next) {
    flush_han();
    const std::string_view mark = std::string_view(text_).substr(at_, next - at_);
    const bool ends_here = next >= text_.size() || text_[next] == ' ' || text_[next] == '\n';
    if (c == U'。' || c == U'!' || c == U'?' || c == U';' || c == U'|' || c == U'\n' || ((c == U'.') && ends_here))
      add_boundary(c == U';' || c == U'|' ? Token::Kind::clause_end : Token::Kind::sentence_end);
    else if (mark == "," || mark == ":" || mark == "(" || mark == ")" || mark == "–" || mark == "—")
      add_boundary(Token::Kind::clause_end);
    at_ = next;
  }

  void add_boundary(Token::Kind kind) {
    flush_han();
    if (!made_.tokens.empty() && made_.tokens.back().kind != Token::Kind::sentence_end)
      made_.tokens.emplace_back().kind = kind;
  }

  void flush_han() {
    if (han_.empty()) return;
    std::u32string run;
    for (std::size_t at = 0; at < han_.size();) run += utf8::next(han_, at);
    han_.clear();
    std::size_t start = 0;
    for (const std::uint32_t end : tools_.breaker.word_ends(run)) {
      std::string word;
      for (std::size_t i = start; i < end; ++i) utf8::append(word, run[i]);
      start = end;
      Token token;
      token.key = token.text = word;
      token.han = true;
      std::size_t length = 0;
      const Entry* entry = Lexicon::get().phrase_at(word, 0, length);
      if (entry != nullptr && length == word.size()) apply(*entry, token);
      made_.tokens.push_back(std::move(token));
    }
    std::ranges::move(loose_, std::back_inserter(made_.tokens));
    loose_.clear();
  }

  const Folded& folded_;
  const std::string& text_;
  std::string_view language_;
  Reading reading_;
  Tools& tools_;
  QuantityReader quantities_;
  std::size_t at_ = 0;
  std::vector<Token> loose_;  ///< Numerals among these characters.
  std::string han_;           ///< Characters whose words are not cut yet.
  Statement made_;
};

}  // namespace

bool Statement::has(std::string_view key) const {
  return std::ranges::any_of(tokens,
                             [&](const Token& token) { return token.kind == Token::Kind::word && token.key == key; });
}

Statement parse_statement(std::string_view text, std::string_view language, Reading reading, Tools& tools) {
  const Folded folded(text);
  return Parser(folded, language, reading, tools)();
}

}  // namespace cairn::checking
