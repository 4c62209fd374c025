#include "text/tokenizer_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace cairn::text {
namespace {

using Json = nlohmann::json;

Error corrupt(const std::string& what) {
  return {ErrorKind::corrupt, "tokenizer.json is not usable: " + what + "; download the model's file again."};
}

Error unsupported(const std::string& what) {
  return {ErrorKind::unsupported,
          "tokenizer.json uses " + what + "; only WordPiece models of the BERT family are read."};
}

/// The member, or null where it is absent or `object` is no object.
const Json& member(const Json& object, const char* name) {
  static const Json null;
  if (!object.is_object()) return null;
  const auto found = object.find(name);
  return found == object.end() ? null : *found;
}

std::string type_of(const Json& object) {
  const Json& type = member(object, "type");
  return type.is_string() ? type.get<std::string>() : std::string();
}

bool flag(const Json& object, const char* name, bool otherwise) {
  const Json& value = member(object, name);
  return value.is_boolean() ? value.get<bool>() : otherwise;
}

std::optional<std::uint32_t> id_of(const Json& value) {
  constexpr std::uint64_t kMaxId = 1 << 24;
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() >= kMaxId) return std::nullopt;
  return value.get<std::uint32_t>();
}

Result<void> read_model(const Json& model, WordPieceDefinition& definition) {
  if (!model.is_object()) return fail(corrupt("it has no model"));
  // Early files name no type; theirs is told by the members.
  if (!type_of(model).empty() && type_of(model) != "WordPiece")
    return fail(unsupported("a model of type " + type_of(model)));
  const Json& vocabulary = member(model, "vocab");
  const Json& unknown = member(model, "unk_token");
  if (!vocabulary.is_object() || !unknown.is_string()) return fail(corrupt("it has no vocabulary or no unknown token"));
  for (const auto& [text, value] : vocabulary.items()) {
    const auto id = id_of(value);
    if (!id) return fail(corrupt("a token's id is no small number"));
    definition.vocabulary.push_back({text, *id});
  }
  std::ranges::sort(definition.vocabulary, {}, [](const auto& token) { return std::pair(token.id, token.text); });
  const auto unknown_id = vocabulary.find(unknown.get<std::string>());
  if (unknown_id == vocabulary.end()) return fail(corrupt("its unknown token is not in the vocabulary"));
  definition.unknown_id = unknown_id->get<std::uint32_t>();
  if (const Json& prefix = member(model, "continuing_subword_prefix"); prefix.is_string()) {
    definition.continuing_prefix = prefix.get<std::string>();
  }
  if (const Json& limit = member(model, "max_input_chars_per_word"); !limit.is_null()) {
    const auto characters = id_of(limit);
    if (!characters || *characters == 0 || *characters > WordPieceTable::kMaxWordCharacters) {
      return fail(unsupported("words of more characters than this build allows"));
    }
    definition.max_word_characters = *characters;
  }
  return {};
}

Result<void> read_normalizer(const Json& root, BertNormalization& normalization) {
  const Json& normalizer = member(root, "normalizer");
  if (type_of(normalizer) != "BertNormalizer") return fail(unsupported("another normaliser than BertNormalizer"));
  if (type_of(member(root, "pre_tokenizer")) != "BertPreTokenizer") {
    return fail(unsupported("another pre-tokenizer than BertPreTokenizer"));
  }
  normalization.clean_text = flag(normalizer, "clean_text", true);
  normalization.handle_chinese_chars = flag(normalizer, "handle_chinese_chars", true);
  normalization.lowercase = flag(normalizer, "lowercase", true);
  // Where nothing is said, accents go when case goes.
  normalization.strip_accents = flag(normalizer, "strip_accents", normalization.lowercase);
  return {};
}

Result<void> read_added_tokens(const Json& root, WordPieceDefinition& definition) {
  const Json& added = member(root, "added_tokens");
  if (added.is_null()) return {};
  if (!added.is_array()) return fail(corrupt("its added tokens are no list"));
  for (const Json& token : added) {
    const Json& content = member(token, "content");
    const auto id = id_of(member(token, "id"));
    if (!content.is_string() || content.get_ref<const std::string&>().empty() || !id) {
      return fail(corrupt("an added token has no content or no id"));
    }
    if (flag(token, "normalized", false) || flag(token, "lstrip", false) || flag(token, "rstrip", false) ||
        flag(token, "single_word", false)) {
      return fail(unsupported("an added token that is normalised, stripped or a single word"));
    }
    definition.added_tokens.push_back({content.get<std::string>(), *id});
  }
  // Of several that begin at one place the longest wins.
  std::ranges::stable_sort(definition.added_tokens, std::ranges::greater{},
                           [](const auto& t) { return t.text.size(); });
  return {};
}

Result<void> read_template(const Json& processor, WordPieceDefinition& definition) {
  bool after_text = false;
  for (const Json& part : member(processor, "single")) {
    if (!member(part, "Sequence").is_null()) {
      after_text = true;
      continue;
    }
    const Json& name = member(member(part, "SpecialToken"), "id");
    if (!name.is_string()) return fail(corrupt("its template has an unknown part"));
    const Json& special = member(member(processor, "special_tokens"), name.get_ref<const std::string&>().c_str());
    const Json& ids = member(special, "ids");
    if (!ids.is_array()) return fail(corrupt("its template names a token without ids"));
    for (const Json& value : ids) {
      const auto id = id_of(value);
      if (!id) return fail(corrupt("its template has an id that is no small number"));
      (after_text ? definition.suffix_ids : definition.prefix_ids).push_back(*id);
    }
  }
  if (!after_text) return fail(corrupt("its template leaves out the text"));
  return {};
}

Result<void> read_post_processor(const Json& processor, WordPieceDefinition& definition) {
  if (processor.is_null()) return {};
  if (type_of(processor) == "TemplateProcessing") return read_template(processor, definition);
  if (type_of(processor) != "BertProcessing") return fail(unsupported("post-processor " + type_of(processor)));
  for (const auto& [name, ids] : {std::pair{"cls", &definition.prefix_ids}, {"sep", &definition.suffix_ids}}) {
    const Json& pair = member(processor, name);
    const auto id = pair.is_array() && pair.size() == 2 ? id_of(pair[1]) : std::nullopt;
    if (!id) return fail(corrupt("its post-processor names no tokens"));
    ids->push_back(*id);
  }
  return {};
}

}  // namespace

Result<WordPieceDefinition> parse_tokenizer_json(std::string_view json) {
  const Json root = Json::parse(json, nullptr, false);
  if (root.is_discarded() || !root.is_object()) return fail(corrupt("it is no JSON object"));
  WordPieceDefinition definition;
  CAIRN_CHECK(read_model(member(root, "model"), definition));
  CAIRN_CHECK(read_normalizer(root, definition.normalization));
  CAIRN_CHECK(read_added_tokens(root, definition));
  CAIRN_CHECK(read_post_processor(member(root, "post_processor"), definition));
  return definition;
}

}  // namespace cairn::text
