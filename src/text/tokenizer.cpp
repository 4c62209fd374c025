#include "text/tokenizer.h"

#include <algorithm>
#include <array>

#include "text/tokenizer_json.h"
#include "text/wordpiece.h"

namespace cairn::text {
namespace {

/// Decodes one code point, whatever the bytes are: what is not UTF-8 counts as one U+FFFD a byte.
char32_t decode(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 1) return byte(at++);
  if (length == 0 || at + length > text.size()) return ++at, char32_t{0xFFFD};
  char32_t c = lead & (0xFFu >> (length + 1));
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte(at + k) & 0xC0) != 0x80) return ++at, char32_t{0xFFFD};
    c = (c << 6) | (byte(at + k) & 0x3Fu);
  }
  if (c > 0x10FFFF) return ++at, char32_t{0xFFFD};
  at += length;
  return c;
}

/// A normalised word with the place in the original text that each byte came from.
class Word {
 public:
  explicit Word(std::uint32_t max_characters) : max_characters_(max_characters) {}

  void append(char32_t c, std::uint32_t source) {
    if (characters_ == 0) first_ = source;
    last_ = source;
    if (++characters_ > max_characters_) return;
    const auto put = [&](char32_t byte) {
      bytes_[size_] = static_cast<char>(byte);
      source_[size_++] = source;
    };
    if (c < 0x80) return put(c);
    if (c < 0x800) put(0xC0 | (c >> 6));
    else {
      if (c < 0x10000) put(0xE0 | (c >> 12));
      else {
        put(0xF0 | (c >> 18));
        put(0x80 | ((c >> 12) & 0x3F));
      }
      put(0x80 | ((c >> 6) & 0x3F));
    }
    put(0x80 | (c & 0x3F));
  }
  void clear() { size_ = characters_ = 0; }

  bool empty() const { return characters_ == 0; }
  bool is_too_long() const { return characters_ > max_characters_; }
  std::string_view bytes() const { return {bytes_.data(), size_}; }
  Span span() const { return {first_, last_ + 1}; }
  Span span(std::size_t begin, std::size_t end) const { return {source_[begin], source_[end - 1] + 1}; }

 private:
  static constexpr std::size_t kCapacity = 4 * WordPieceTable::kMaxWordCharacters;
  std::uint32_t max_characters_;
  std::uint32_t characters_ = 0, first_ = 0, last_ = 0;
  std::size_t size_ = 0;
  std::array<char, kCapacity> bytes_;
  std::array<std::uint32_t, kCapacity> source_;
};

/// Walks a text once: added tokens, then characters normalised one by one, then words cut into pieces. `sink(id, span)`
/// returns false to stop.
template <class Sink>
class Walk {
 public:
  Walk(const WordPieceTable& table, std::string_view text, Sink sink)
      : table_(table), text_(text), sink_(std::move(sink)), word_(table.max_word_characters()) {}

  void run() {
    for (std::size_t at = 0; at < text_.size() && !stopped_;) {
      const auto byte = static_cast<unsigned char>(text_[at]);
      if (table_.may_start_added_token(byte) && take_added_token(at)) continue;
      const char32_t c = byte < 0x80 ? text_[at++] : decode(text_, at);
      put(table_.character(c), c);
      ++position_;
    }
    flush();
  }

 private:
  bool take_added_token(std::size_t& at) {
    for (const auto& token : table_.added_tokens()) {
      if (!text_.substr(at).starts_with(token.text)) continue;
      flush();
      const auto characters = static_cast<std::uint32_t>(
          std::ranges::count_if(token.text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
      if (!stopped_) emit(token.id, {position_, position_ + characters});
      position_ += characters;
      at += token.text.size();
      return true;
    }
    return false;
  }

  void put(std::uint32_t value, char32_t c) {
    const std::uint32_t low = value & kCodePointMask;
    switch (kind_of(value)) {
      case CharacterKind::kept: word_.append(c, position_); break;
      case CharacterKind::letter: word_.append(low, position_); break;
      case CharacterKind::dropped: break;
      case CharacterKind::space: flush(); break;
      case CharacterKind::kept_isolated: put_isolated(c); break;
      case CharacterKind::isolated: put_isolated(low); break;
      case CharacterKind::expansion:
        for (std::size_t k = 1; k <= table_.expansion(low); ++k) put(table_.expansion(low + k), c);
        break;
      case CharacterKind::hangul: put_hangul(c); break;
    }
  }

  void put_isolated(char32_t c) {
    flush();
    word_.append(c, position_);
    flush();
  }

  /// Unicode, section 3.12: 588 syllables begin with each consonant, 28 share consonant and vowel.
  void put_hangul(char32_t c) {
    const std::uint32_t index = (c - 0xAC00) % 11172;  // In range whatever a table says.
    word_.append(0x1100 + index / 588, position_);
    word_.append(0x1161 + index % 588 / 28, position_);
    if (index % 28 != 0) word_.append(0x11A7 + index % 28, position_);
  }

  /// Cuts the word greedily, longest piece first; a word that cannot be cut to its end is unknown as a whole.
  void flush() {
    if (word_.empty() || stopped_) return word_.clear();
    const std::string_view bytes = word_.bytes();
    std::size_t pieces = 0;
    for (std::size_t at = 0; at < bytes.size() && !word_.is_too_long();) {
      const auto match = table_.longest_prefix(bytes.substr(at), at > 0);
      if (match.bytes == 0) {
        pieces = 0;
        break;
      }
      pieces_[pieces++] = {match.id, static_cast<std::uint32_t>(at += match.bytes)};
    }
    if (pieces == 0) emit(table_.unknown_id(), word_.span());
    for (std::size_t i = 0, begin = 0; i < pieces && !stopped_; begin = pieces_[i++].end) {
      emit(pieces_[i].id, word_.span(begin, pieces_[i].end));
    }
    word_.clear();
  }

  void emit(std::uint32_t id, Span span) { stopped_ = !sink_(id, span); }

  struct Piece {
    std::uint32_t id, end;
  };
  const WordPieceTable& table_;
  std::string_view text_;
  Sink sink_;
  Word word_;
  std::array<Piece, 4 * WordPieceTable::kMaxWordCharacters> pieces_;
  std::uint32_t position_ = 0;
  bool stopped_ = false;
};

template <class Sink>
void walk(const WordPieceTable& table, std::string_view text, Sink sink) {
  Walk<Sink>(table, text, std::move(sink)).run();
}

}  // namespace

struct Tokenizer::State {
  std::string owned;  ///< Empty where the packed bytes are the caller's.
  std::string_view packed;
  WordPieceTable table;
};

Tokenizer::Tokenizer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

Result<Tokenizer> Tokenizer::from_json(std::string_view json) {
  CAIRN_TRY(const WordPieceDefinition definition, parse_tokenizer_json(json));
  auto state = std::make_unique<State>();
  state->owned = WordPieceTable::pack(definition);
  state->packed = state->owned;
  CAIRN_TRY(state->table, WordPieceTable::open(state->packed));
  return Tokenizer(std::move(state));
}

Result<Tokenizer> Tokenizer::from_packed(std::string_view packed) {
  auto state = std::make_unique<State>();
  state->packed = packed;
  CAIRN_TRY(state->table, WordPieceTable::open(packed));
  return Tokenizer(std::move(state));
}

std::string Tokenizer::pack() const { return std::string(state_->packed); }

void Tokenizer::encode(std::string_view text, std::size_t max_tokens, std::vector<std::int32_t>& ids) const {
  const WordPieceTable& table = state_->table;
  const PackedNumbers prefix = table.prefix_ids(), suffix = table.suffix_ids();
  const std::size_t special = prefix.size() + suffix.size();
  std::size_t left = max_tokens > special ? max_tokens - special : 0;
  for (std::size_t i = 0; i < prefix.size(); ++i) ids.push_back(static_cast<std::int32_t>(prefix[i]));
  if (left > 0) {
    walk(table, text, [&](std::uint32_t id, Span) {
      ids.push_back(static_cast<std::int32_t>(id));
      return --left > 0;
    });
  }
  for (std::size_t i = 0; i < suffix.size(); ++i) ids.push_back(static_cast<std::int32_t>(suffix[i]));
}

std::vector<Span> Tokenizer::piece_spans(std::string_view text) const {
  std::vector<Span> spans;
  spans.reserve(text.size() / 4);
  walk(state_->table, text, [&](std::uint32_t, Span span) {
    spans.push_back(span);
    return true;
  });
  return spans;
}

std::size_t Tokenizer::count(std::string_view text) const {
  std::size_t pieces = 0;
  walk(state_->table, text, [&](std::uint32_t, Span) { return ++pieces, true; });
  return pieces;
}

std::size_t Tokenizer::vocabulary_size() const { return state_->table.vocabulary_size(); }

}  // namespace cairn::text
