#include "text/wordpiece.h"

#include <algorithm>

namespace cairn::text {
namespace {

constexpr std::uint32_t kMagic = 0x4B4F5443;  // "CTOK"
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kMaxId = 1 << 24;

/// The header, in this order, each a 32-bit number.
namespace field {
enum : std::uint32_t {
  magic,
  version,
  prefix_count,
  suffix_count,
  added_count,
  token_count,
  slot_count,
  block_count,
  expansion_count,
  string_bytes,
  unknown_id,
  max_word_characters,
  max_piece_bytes,
  continuing_bytes,
  count
};
}  // namespace field

/// FNV-1a, with the result mixed once more because slots come from the low bits (Fowler, Noll, Vo).
struct PieceHash {
  explicit PieceHash(bool continuing) : state(continuing ? 0x9E3779B97F4A7C15u : 0xCBF29CE484222325u) {}
  void add(char c) { state = (state ^ static_cast<unsigned char>(c)) * 0x100000001B3u; }
  std::uint64_t mixed() const { return (state ^ (state >> 29)) * 0xBF58476D1CE4E5B9u; }
  std::uint64_t state;
};

std::uint32_t fingerprint(std::uint64_t hash) { return static_cast<std::uint32_t>(hash); }
std::uint64_t home_slot(std::uint64_t hash, std::uint64_t mask) { return (hash >> 32) & mask; }

class Packer {
 public:
  void add(std::uint32_t value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void add(const std::vector<std::uint32_t>& values) {
    for (const std::uint32_t value : values) add(value);
  }
  void add(std::string_view text) { bytes_.append(text); }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Slots are pairs: fingerprint, and 2 × (token index + 1) + continuing; 0 is an empty slot.
std::vector<std::uint32_t> build_slots(const WordPieceDefinition& definition) {
  const std::size_t count = std::bit_ceil(definition.vocabulary.size() * 3 + 4);
  std::vector<std::uint32_t> slots(2 * count, 0);
  const auto put = [&](std::string_view piece, std::size_t index, bool continuing) {
    PieceHash hash(continuing);
    for (const char c : piece) hash.add(c);
    std::uint64_t at = home_slot(hash.mixed(), count - 1);
    while (slots[2 * at + 1] != 0) at = (at + 1) & (count - 1);
    slots[2 * at] = fingerprint(hash.mixed());
    slots[2 * at + 1] = static_cast<std::uint32_t>(2 * (index + 1) + (continuing ? 1 : 0));
  };
  for (std::size_t i = 0; i < definition.vocabulary.size(); ++i) {
    const std::string_view piece = definition.vocabulary[i].text;
    if (piece.empty() || piece.size() > WordPieceTable::kMaxPieceBytes) continue;
    put(piece, i, false);
    if (piece.size() > definition.continuing_prefix.size() && piece.starts_with(definition.continuing_prefix)) {
      put(piece.substr(definition.continuing_prefix.size()), i, true);
    }
  }
  return slots;
}

Error damaged(const char* what) {
  return {ErrorKind::corrupt, std::string("The packed tokenizer is damaged (") + what + "); import the model again."};
}

}  // namespace

std::string WordPieceTable::pack(const WordPieceDefinition& definition) {
  const CharacterMap characters = build_character_map(definition.normalization);
  const std::vector<std::uint32_t> slots = build_slots(definition);
  std::string strings;
  std::vector<std::uint32_t> added, starts, ids;
  std::size_t longest = 0;
  for (const auto& token : definition.added_tokens) {
    added.insert(added.end(),
                 {static_cast<std::uint32_t>(strings.size()), static_cast<std::uint32_t>(token.text.size()), token.id});
    strings += token.text;
  }
  for (const auto& token : definition.vocabulary) {
    starts.push_back(static_cast<std::uint32_t>(strings.size()));
    ids.push_back(token.id);
    strings += token.text;
    if (token.text.size() <= kMaxPieceBytes) longest = std::max(longest, token.text.size());
  }
  starts.push_back(static_cast<std::uint32_t>(strings.size()));

  Packer packer;
  for (const std::size_t value :
       {std::size_t{kMagic}, std::size_t{kVersion}, definition.prefix_ids.size(), definition.suffix_ids.size(),
        definition.added_tokens.size(), ids.size(), slots.size() / 2, characters.blocks.size() / 256,
        characters.expansions.size(), strings.size(), std::size_t{definition.unknown_id},
        std::size_t{definition.max_word_characters}, longest, definition.continuing_prefix.size()}) {
    packer.add(static_cast<std::uint32_t>(value));
  }
  for (const auto* numbers : std::initializer_list<const std::vector<std::uint32_t>*>{
           &definition.prefix_ids, &definition.suffix_ids, &added, &starts, &ids, &slots, &characters.block_of,
           &characters.blocks, &characters.expansions}) {
    packer.add(*numbers);
  }
  packer.add(strings);
  return packer.take();
}

Result<WordPieceTable> WordPieceTable::open(std::string_view packed) {
  if (packed.size() < 4 * field::count) return fail(damaged("it is too short"));
  const PackedNumbers header(packed.data(), field::count);
  if (header[field::magic] != kMagic) return fail(damaged("it does not begin as one"));
  if (header[field::version] != kVersion) {
    return fail(ErrorKind::unsupported, "The packed tokenizer has another version; import the model again.");
  }
  WordPieceTable table;
  std::uint64_t at = 4 * field::count;
  const auto take = [&](std::uint64_t count) {
    const PackedNumbers numbers(packed.data() + std::min<std::uint64_t>(at, packed.size()), count);
    at += 4 * count;
    return numbers;
  };
  table.prefix_ids_ = take(header[field::prefix_count]);
  table.suffix_ids_ = take(header[field::suffix_count]);
  table.added_ = take(3 * std::uint64_t{header[field::added_count]});
  table.token_starts_ = take(std::uint64_t{header[field::token_count]} + 1);
  table.token_ids_ = take(header[field::token_count]);
  table.slots_ = take(2 * std::uint64_t{header[field::slot_count]});
  table.block_of_ = take(CharacterMap::kBlocks);
  table.blocks_ = take(256 * std::uint64_t{header[field::block_count]});
  table.expansions_ = take(header[field::expansion_count]);
  if (at + header[field::string_bytes] != packed.size()) return fail(damaged("its size is wrong"));
  table.strings_ = packed.substr(at);
  table.unknown_id_ = header[field::unknown_id];
  table.max_word_characters_ = header[field::max_word_characters];
  table.max_piece_bytes_ = header[field::max_piece_bytes];
  table.continuing_bytes_ = header[field::continuing_bytes];
  CAIRN_CHECK(table.check_tokens());
  CAIRN_CHECK(table.check_characters());
  return table;
}

Result<void> WordPieceTable::check_tokens() {
  if (max_word_characters_ == 0 || max_word_characters_ > kMaxWordCharacters || max_piece_bytes_ > kMaxPieceBytes) {
    return fail(damaged("its limits"));
  }
  std::uint32_t highest = unknown_id_;
  for (const PackedNumbers& ids : {prefix_ids_, suffix_ids_, token_ids_}) {
    for (std::size_t i = 0; i < ids.size(); ++i) highest = std::max(highest, ids[i]);
  }
  for (std::size_t i = 0; i < added_.size(); i += 3) {
    if (added_[i + 1] == 0 || std::uint64_t{added_[i]} + added_[i + 1] > strings_.size()) {
      return fail(damaged("its added tokens"));
    }
    added_tokens_.push_back({strings_.substr(added_[i], added_[i + 1]), added_[i + 2]});
    starts_added_[static_cast<unsigned char>(strings_[added_[i]])] = true;
    highest = std::max(highest, added_[i + 2]);
  }
  if (highest >= kMaxId) return fail(damaged("its ids"));
  vocabulary_size_ = std::size_t{highest} + 1;
  for (std::size_t i = 0; i + 1 < token_starts_.size(); ++i) {
    if (token_starts_[i] > token_starts_[i + 1]) return fail(damaged("its tokens"));
  }
  if (token_starts_[token_starts_.size() - 1] > strings_.size()) return fail(damaged("its tokens"));
  const std::size_t slots = slots_.size() / 2;
  bool has_empty = false;
  for (std::size_t i = 0; i < slots; ++i) {
    const std::uint32_t reference = slots_[2 * i + 1];
    has_empty |= reference == 0;
    if (reference == 1 || reference / 2 > token_ids_.size()) return fail(damaged("its hash table"));
    if ((reference & 1) != 0 && token_text(reference / 2 - 1).size() < continuing_bytes_) {
      return fail(damaged("its hash table"));
    }
  }
  if (!std::has_single_bit(slots) || !has_empty) return fail(damaged("its hash table"));
  return {};
}

Result<void> WordPieceTable::check_characters() const {
  const auto is_plain = [](std::uint32_t value) {
    return kind_of(value) < CharacterKind::expansion && (value & kCodePointMask) < 0x110000;
  };
  for (std::size_t i = 0; i < block_of_.size(); ++i) {
    if (block_of_[i] >= blocks_.size() / 256) return fail(damaged("its characters"));
  }
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const std::uint32_t value = blocks_[i];
    if (is_plain(value)) continue;
    const std::uint64_t low = value & kCodePointMask;
    if (kind_of(value) != CharacterKind::expansion || low >= expansions_.size() ||
        low + expansions_[low] >= expansions_.size()) {
      return fail(damaged("its characters"));
    }
    // A count beyond the few letters of a decomposition would also make checking slow.
    if (expansions_[low] > 32) return fail(damaged("its characters"));
    for (std::size_t k = 1; k <= expansions_[low]; ++k) {
      if (!is_plain(expansions_[low + k])) return fail(damaged("its characters"));
    }
  }
  return {};
}

std::string_view WordPieceTable::token_text(std::size_t index) const {
  return strings_.substr(token_starts_[index], token_starts_[index + 1] - token_starts_[index]);
}

WordPieceTable::Match WordPieceTable::longest_prefix(std::string_view word, bool continuing) const {
  std::array<std::uint64_t, kMaxPieceBytes> hashes;
  const std::size_t longest = std::min<std::size_t>(word.size(), max_piece_bytes_);
  PieceHash hash(continuing);
  for (std::size_t i = 0; i < longest; ++i) {
    hash.add(word[i]);
    hashes[i] = hash.mixed();
  }
  const std::uint64_t mask = slots_.size() / 2 - 1;
  for (std::size_t length = longest; length > 0; --length) {
    const std::uint64_t h = hashes[length - 1];
    for (std::uint64_t at = home_slot(h, mask); slots_[2 * at + 1] != 0; at = (at + 1) & mask) {
      const std::uint32_t reference = slots_[2 * at + 1];
      if (slots_[2 * at] != fingerprint(h) || (reference & 1) != (continuing ? 1u : 0u)) continue;
      std::string_view token = token_text(reference / 2 - 1);
      if (continuing) token.remove_prefix(continuing_bytes_);
      if (token == word.substr(0, length)) {
        return {token_ids_[reference / 2 - 1], static_cast<std::uint32_t>(length)};
      }
    }
  }
  return {};
}

}  // namespace cairn::text
