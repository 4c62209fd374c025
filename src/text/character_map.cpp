#include "text/character_map.h"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <array>
#include <map>

namespace cairn::text {
namespace {

constexpr std::uint32_t kFirstSyllable = 0xAC00, kLastSyllable = 0xD7A3;

/// The ranges that BERT's reference code calls Chinese; 2B820…2B91F is missing there, so it is here.
bool is_chinese(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) ||
         (c >= 0x2A700 && c <= 0x2B73F) || (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

/// The reference knows marks, punctuation and control characters of Unicode 8 only; later ones are letters to it.
/// The six characters here changed their category since.
std::uint32_t category_mask(char32_t c) {
  switch (c) {
    case 0x1885:
    case 0x1886: return U_GC_LO_MASK;
    case 0x1734: return U_GC_MN_MASK;
    case 0xA9BD: return U_GC_MC_MASK;
    case 0x166D:
    case 0x111C9: return U_GC_PO_MASK;
    default: break;
  }
  UVersionInfo age;
  u_charAge(static_cast<UChar32>(c), age);
  return age[0] > 8 ? 0 : U_GET_GC_MASK(static_cast<UChar32>(c));
}

bool is_punctuation(char32_t c) {
  if (c < 0x80) return c > 0x20 && c < 0x7F && !u_isalnum(static_cast<UChar32>(c));
  return (category_mask(c) & U_GC_P_MASK) != 0;
}

bool is_white_space(char32_t c) { return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0; }

bool is_removed_by_cleaning(char32_t c) {
  if (c == 0 || c == 0xFFFD) return true;
  if (c == '\t' || c == '\n' || c == '\r') return false;
  // Unassigned code points stay, as in the reference.
  return (category_mask(c) & (U_GC_C_MASK & ~U_GC_CN_MASK)) != 0;
}

class Builder {
 public:
  explicit Builder(const BertNormalization& options) : options_(options) {
    UErrorCode status = U_ZERO_ERROR;
    nfd_ = icu::Normalizer2::getNFDInstance(status);
  }

  CharacterMap build() {
    std::map<std::array<std::uint32_t, 256>, std::uint32_t> known;
    for (std::uint32_t b = 0; b < CharacterMap::kBlocks; ++b) {
      std::array<std::uint32_t, 256> block;
      for (std::uint32_t i = 0; i < 256; ++i) block[i] = value_of(b * 256 + i);
      const auto [at, added] = known.emplace(block, static_cast<std::uint32_t>(known.size()));
      if (added) map_.blocks.insert(map_.blocks.end(), block.begin(), block.end());
      map_.block_of.push_back(at->second);
    }
    return std::move(map_);
  }

 private:
  std::uint32_t value_of(char32_t c) {
    if (c >= 0xD800 && c <= 0xDFFF) return pack_character(CharacterKind::dropped, 0);
    if (options_.clean_text) {
      if (is_removed_by_cleaning(c)) return pack_character(CharacterKind::dropped, 0);
      if (is_white_space(c)) return pack_character(CharacterKind::space, 0);
    }
    if (options_.strip_accents && c >= kFirstSyllable && c <= kLastSyllable) {
      return pack_character(CharacterKind::hangul, 0);
    }
    const bool isolated = options_.handle_chinese_chars && is_chinese(c);
    const std::vector<std::uint32_t> values = values_of(normalized(c), isolated);
    if (values.empty()) return pack_character(CharacterKind::dropped, 0);
    if (values.size() == 1 && values[0] == pack_character(CharacterKind::letter, c)) {
      return pack_character(CharacterKind::kept, 0);
    }
    if (values.size() == 1 && values[0] == pack_character(CharacterKind::isolated, c)) {
      return pack_character(CharacterKind::kept_isolated, 0);
    }
    if (values.size() == 1) return values[0];
    return expansion(values);
  }

  icu::UnicodeString normalized(char32_t c) const {
    icu::UnicodeString text(static_cast<UChar32>(c));
    if (options_.strip_accents) {
      icu::UnicodeString decomposed, kept;
      if (nfd_ != nullptr && nfd_->getDecomposition(static_cast<UChar32>(c), decomposed)) text = decomposed;
      for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
        if ((category_mask(static_cast<char32_t>(text.char32At(i))) & U_GC_MN_MASK) == 0) kept.append(text.char32At(i));
      }
      text = kept;
    }
    if (!options_.lowercase) return text;
    icu::UnicodeString lower;  // One character at a time: no rule for a sigma at the end of a word.
    for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
      lower.append(icu::UnicodeString(text.char32At(i)).toLower(icu::Locale::getRoot()));
    }
    return lower;
  }

  static std::vector<std::uint32_t> values_of(const icu::UnicodeString& text, bool isolated) {
    std::vector<std::uint32_t> values;
    for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
      const auto c = static_cast<char32_t>(text.char32At(i));
      if (is_white_space(c)) values.push_back(pack_character(CharacterKind::space, 0));
      else if (isolated || is_punctuation(c)) values.push_back(pack_character(CharacterKind::isolated, c));
      else values.push_back(pack_character(CharacterKind::letter, c));
    }
    return values;
  }

  std::uint32_t expansion(const std::vector<std::uint32_t>& values) {
    const auto offset = static_cast<std::uint32_t>(map_.expansions.size());
    map_.expansions.push_back(static_cast<std::uint32_t>(values.size()));
    map_.expansions.insert(map_.expansions.end(), values.begin(), values.end());
    return pack_character(CharacterKind::expansion, offset);
  }

  BertNormalization options_;
  const icu::Normalizer2* nfd_ = nullptr;
  CharacterMap map_;
};

}  // namespace

CharacterMap build_character_map(const BertNormalization& options) { return Builder(options).build(); }

}  // namespace cairn::text
