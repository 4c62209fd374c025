#include "api/routes/upload_entry.h"

#include <algorithm>
#include <array>

#include "domain/document_rules.h"

namespace cairn::routes {
namespace {

constexpr std::size_t most_metadata_bytes = 65'536;  // They travel with every hit and every change.
constexpr std::size_t longest_external_id = 1'024;   // It stands in cursors, and those in addresses.
constexpr std::size_t longest_text = 1'000;
constexpr std::size_t most_acl_entries = 1'000;
constexpr std::size_t most_documents = 10'000;
constexpr std::array known_members = {"external_id", "title", "url", "language", "acl"};

bool has_no_nul(std::string_view text) { return text.find('\0') == std::string_view::npos; }

/// Text with a rule of the domain's.
Shape<std::string> ruled(std::size_t min, std::size_t max, const char* pattern, const char* in_words,
                         bool (*matches)(std::string_view)) {
  return shape::text(min, max).with([&](Schema& schema) {
    schema.pattern = pattern;
    schema.matches = matches;
    schema.pattern_in_words = in_words;
  });
}

Shape<std::string> without_nul(std::size_t min, std::size_t max) {
  return ruled(min, max, min > 0 ? R"(^[^\x00]+$)" : R"(^[^\x00]*$)", "text without the character U+0000", has_no_nul);
}

Shape<std::string> external_id_shape() { return without_nul(1, longest_external_id); }

ObjectShape<UploadEntry> entry_fields(std::string name, std::string description) {
  using E = UploadEntry;
  ObjectShape<E> object(std::move(name), std::move(description));
  object
      .optional("external_id", &E::external_id, shape::maybe(external_id_shape()),
                "Names it for ever; without it, the file's name or the hash of the text does.")
      .optional("title", &E::title, title_shape(), "Else the one that is found in it.")
      .optional("url", &E::url, ruled(0, 8'192, document_url_pattern, document_url_in_words, is_document_url),
                "Where it comes from.")
      .optional("language", &E::language, ruled(0, 35, language_tag_pattern, language_tag_in_words, is_language_tag),
                "BCP 47; else detected.")
      .optional("metadata", &E::metadata, metadata_shape(), "What searches can filter by.")
      .optional("acl", &E::acl, shape::maybe(acl_shape()),
                "Who may see it; empty: the whole tenant. Without it, what it replaces keeps its own.");
  return object;
}

const Shape<UploadEntry>& entry_shape() {
  static const auto made = entry_fields("UploadEntry", "What is said about a file.").done();
  return made;
}

/// An entry of the `metadata` part: what is not Cairn's is the document's.
Result<UploadEntry> read_entry(nlohmann::json& json, const std::string& path) {
  if (!json.is_object()) return fail(ErrorKind::invalid, "`" + path + "` must be a JSON object");
  nlohmann::json known = nlohmann::json::object();
  for (const char* name : known_members)
    if (const auto member = json.find(name); member != json.end()) {
      known[name] = std::move(*member);
      json.erase(member);
    }
  if (const auto inner = json.find("metadata"); inner != json.end() && inner->is_object()) {
    nlohmann::json more = std::move(*inner);
    json.erase(inner);
    json.update(more);
  }
  known["metadata"] = std::move(json);
  CAIRN_CHECK(validate(known, *entry_shape().schema, path));
  UploadEntry entry;
  entry_shape().read(known, entry);
  return entry;
}

}  // namespace

DocumentFacts UploadEntry::facts() const {
  DocumentFacts facts;
  facts.title = title;
  facts.url = url;
  facts.language = language;
  facts.metadata = metadata;
  facts.acl = acl.value_or(std::vector<std::string>());
  return facts;
}

Shape<std::string> title_shape() { return without_nul(0, longest_text); }

Shape<nlohmann::json> metadata_shape() {
  return shape::free_object({}).with([](Schema& schema) {
    schema.check = [rules = schema.check](const nlohmann::json& value, const std::string& path) -> Result<void> {
      if (rules) CAIRN_CHECK(rules(value, path));
      if (value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).size() <= most_metadata_bytes) return {};
      return fail(ErrorKind::invalid, path + " must have at most " + std::to_string(most_metadata_bytes) +
                                          " bytes of JSON: put long texts into documents");
    };
  });
}

Shape<std::vector<std::string>> acl_shape() {
  const auto entry =
      ruled(6, longest_text, acl_entry_pattern, acl_entry_in_words, is_acl_entry).with([](Schema& schema) {
        schema.example = "group:finance";
      });
  return shape::list(entry, most_acl_entries);
}

const Shape<TextDocuments>& text_documents_shape() {
  static const auto document = entry_fields("TextDocument", "A document sent as text.")
                                   .required("text", &UploadEntry::text, shape::text(1, 1u << 30), "Taken as it is.")
                                   .done();
  static const auto made =
      ObjectShape<TextDocuments>("TextDocumentsRequest", "Documents sent as text.")
          .required("documents", &TextDocuments::documents, shape::list(document, most_documents, 1), "")
          .example({{"documents", {{{"external_id", "pump.md"}, {"text", "The filter is cleaned every month."}}}}})
          .done();
  return made;
}

Result<std::string> external_id_of_file(const std::string& name, std::size_t position) {
  if (name.empty())
    return fail(ErrorKind::invalid, "file " + std::to_string(position) +
                                        " of the upload has no name: give it a file name, or an external_id in "
                                        "`metadata`");
  CAIRN_CHECK(validate(name, *external_id_shape().schema, "filename"));
  return name;
}

std::shared_ptr<const Schema> multipart_schema() {
  Schema file, any, list;
  file.kind = Schema::Kind::text;
  file.literal = {{"contentMediaType", "application/octet-stream"}};
  list.kind = Schema::Kind::list;
  list.items = shape::schema_of(std::move(file));
  list.min_items = 1;
  any.description = "A JSON object about all files, or a list aligned with them.";
  any.literal = {{"type", {"object", "array"}}};
  Schema schema;
  schema.kind = Schema::Kind::object;
  schema.fields.push_back({"file", shape::schema_of(std::move(list)), "Any number of files.", true, false, false, {}});
  schema.fields.push_back({"metadata", shape::schema_of(std::move(any)), "", false, true, false, {}});
  return shape::schema_of(std::move(schema));
}

Result<std::vector<UploadEntry>> read_upload_metadata(const std::string& part, std::size_t files) {
  auto json = parse_json(part);
  if (!json) return fail(ErrorKind::invalid, "the part `metadata`: " + json.error().message);
  std::vector<UploadEntry> entries;
  if (!json->is_array()) {
    CAIRN_TRY(UploadEntry entry, read_entry(*json, "metadata"));
    if (entry.external_id && files > 1)
      return fail(ErrorKind::invalid,
                  "`metadata.external_id` cannot be that of several files: send a list, one entry for each file");
    entries.assign(files, entry);
    return entries;
  }
  if (json->size() != files)
    return fail(ErrorKind::invalid, "`metadata` has " + std::to_string(json->size()) + " entries for " +
                                        std::to_string(files) + " files: send one entry for each file, in their order");
  for (std::size_t i = 0; i < json->size(); ++i) {
    CAIRN_TRY(UploadEntry entry, read_entry((*json)[i], "metadata[" + std::to_string(i) + "]"));
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string safe_file_name(std::string_view given) {
  if (const std::size_t slash = given.find_last_of("/\\"); slash != std::string_view::npos)
    given.remove_prefix(slash + 1);
  std::string name;
  for (const char c : given)
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) name.push_back(c);
  return name == "." || name == ".." ? std::string() : name;
}

}  // namespace cairn::routes
