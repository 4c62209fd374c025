#include "app/bundle/bundle_rows.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/sha256.h"
#include "base/utf8.h"

namespace cairn::bundle {
namespace {

using Json = nlohmann::json;

constexpr int deepest = 100;  // Levels of JSON; the API takes no metadata deeper than that.
constexpr std::uint64_t largest_number = std::uint64_t{1} << 53;
constexpr auto largest_short = std::numeric_limits<std::uint32_t>::max();

constexpr std::array all_statuses = {DocumentStatus::saving,   DocumentStatus::queued,    DocumentStatus::extracting,
                                     DocumentStatus::chunking, DocumentStatus::embedding, DocumentStatus::indexed,
                                     DocumentStatus::failed};

std::unexpected<Error> damaged(const std::string& what) {
  return fail(ErrorKind::corrupt, "the bundle is damaged: " + what);
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// An object; discarded when it is none, or is nested so deeply that walking it would take too much stack.
Json parse_object(std::string_view text) {
  bool too_deep = false;
  Json json = Json::parse(
      text,
      [&](int depth, Json::parse_event_t, const Json&) {
        too_deep = too_deep || depth > deepest;
        return depth <= deepest;
      },
      false);
  return too_deep || !json.is_object() ? Json(Json::value_t::discarded) : json;
}

/// Names of files may be bytes that are no UTF-8, which JSON cannot have.
Json text_json(const std::string& text) {
  if (utf8::is_valid(text)) return text;
  return Json{{"hex", cairn::to_hex(cairn::as_bytes(text))}};
}

std::optional<std::string> from_hex(const std::string& digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  const auto value = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = value(digits[i]), low = value(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high << 4 | low));
  }
  return bytes;
}

/// The members of an object, each taken once; afterwards nothing may be left over.
class Members {
 public:
  explicit Members(Json object) : object_(std::move(object)) {}

  std::string text(const char* name) {
    const Json value = take(name);
    if (value.is_string()) return value.get<std::string>();
    if (value.is_object() && value.size() == 1 && value.contains("hex") && value["hex"].is_string())
      if (auto bytes = from_hex(value["hex"].get<std::string>())) return *std::move(bytes);
    bad(name);
    return {};
  }

  std::uint64_t number(const char* name, std::uint64_t most) {
    const Json value = take(name);
    if (value.is_number_unsigned() && value.get<std::uint64_t>() <= most) return value.get<std::uint64_t>();
    bad(name);
    return 0;
  }
  std::uint32_t short_number(const char* name) { return static_cast<std::uint32_t>(number(name, largest_short)); }
  std::uint64_t number(const char* name) { return number(name, largest_number); }
  TimePoint time(const char* name) { return TimePoint(std::chrono::milliseconds(number(name))); }

  BlobId blob(const char* name) {
    const std::string id = text(name);
    if (!is_blob_id(id)) bad(name);
    return BlobId(id);
  }

  Json object(const char* name) {
    Json value = take(name);
    if (!value.is_object()) bad(name);
    return value.is_object() ? value : Json::object();
  }

  Json list(const char* name) {
    Json value = take(name);
    if (!value.is_array()) bad(name);
    return value.is_array() ? value : Json::array();
  }

  bool flag(const char* name) {
    const Json value = take(name);
    if (!value.is_boolean()) bad(name);
    return value.is_boolean() && value.get<bool>();
  }

  void bad(const char* name) {
    if (problem_.empty()) problem_ = std::string("'") + name + "' is missing or is not what it should be";
  }

  Result<void> finish(const char* of) {
    if (problem_.empty() && !object_.empty()) problem_ = "'" + object_.begin().key() + "' is unknown";
    if (!problem_.empty()) return damaged(std::string(of) + ": " + problem_);
    return {};
  }

 private:
  Json take(const char* name) {
    const auto found = object_.find(name);
    if (found == object_.end()) return nullptr;
    Json value = std::move(*found);
    object_.erase(found);
    return value;
  }

  Json object_;
  std::string problem_;
};

DocumentStatus read_status(Members& row) {
  const std::string name = row.text("status");
  const auto found = std::ranges::find_if(all_statuses, [&](DocumentStatus each) { return name == to_string(each); });
  if (found != all_statuses.end()) return *found;
  row.bad("status");
  return DocumentStatus::failed;
}

void read_facts(Members& row, DocumentFacts& facts) {
  facts.title = row.text("title");
  facts.url = row.text("url");
  facts.language = row.text("language");
  facts.media_type = row.text("media_type");
  facts.file_name = row.text("file_name");
  facts.metadata = row.object("metadata");
  for (const Json& entry : row.list("acl")) {
    if (entry.is_string()) facts.acl.push_back(entry.get<std::string>());
    else row.bad("acl");
  }
}

Result<void> read_found(Members& row, StoredDocument& stored) {
  Members found(row.object("found"));
  stored.found_title = found.text("title");
  stored.found_language = found.text("language");
  stored.found_media_type = found.text("media_type");
  return found.finish("what was found of a document");
}

}  // namespace

std::string to_text(const Collection& collection, std::uint64_t manifest, const std::string& made_by) {
  return dump({{"format", "cairn-bundle"},
               {"version", format_version},
               {"made_by", made_by},
               {"collection",
                {{"id", collection.id.value()},
                 {"name", collection.name},
                 {"description", text_json(collection.description)},
                 {"embedding_model", text_json(collection.embedding_model)},
                 {"chunking",
                  {{"strategy", collection.chunking.strategy},
                   {"max_tokens", collection.chunking.max_tokens},
                   {"overlap_tokens", collection.chunking.overlap_tokens}}},
                 {"created_at_ms", collection.created_at.time_since_epoch().count()}}},
               {"manifest", manifest}});
}

Result<Header> parse_header(std::string_view text) {
  Json json = parse_object(text);
  if (!json.is_object() || json.value("format", Json()) != "cairn-bundle" || !json.value("version", Json()).is_number())
    return fail(ErrorKind::invalid, "this is no bundle of a collection: name a file that `cairn export` wrote");
  if (json["version"] != format_version)
    return fail(ErrorKind::unsupported, "this bundle has the version " + json["version"].dump() +
                                            ", this program knows " + std::to_string(format_version) +
                                            ": update cairn, or export the collection again");
  Members whole(std::move(json));
  whole.text("format");
  whole.number("version");
  Header header;
  header.made_by = whole.text("made_by");
  header.manifest = whole.number("manifest");
  Members collection(whole.object("collection")), chunking(collection.object("chunking"));
  header.collection.id = CollectionId(collection.text("id"));
  header.collection.name = collection.text("name");
  header.collection.description = collection.text("description");
  header.collection.embedding_model = collection.text("embedding_model");
  header.collection.created_at = collection.time("created_at_ms");
  header.collection.chunking.strategy = chunking.text("strategy");
  header.collection.chunking.max_tokens = chunking.short_number("max_tokens");
  header.collection.chunking.overlap_tokens = chunking.short_number("overlap_tokens");
  if (header.collection.id.empty() || header.collection.id.value().find('\0') != std::string::npos) whole.bad("id");
  CAIRN_CHECK(chunking.finish("the chunking"));
  CAIRN_CHECK(collection.finish("the collection"));
  CAIRN_CHECK(whole.finish("its header"));
  return header;
}

std::string to_text(const SegmentRecord& segment, std::span<const Tombstone> tombstones) {
  Json deleted = Json::array();
  for (const Tombstone& tombstone : tombstones) deleted.push_back(Json::array({tombstone.document, tombstone.chunks}));
  return dump({{"segment", segment.blob.value()},
               {"bytes", segment.bytes},
               {"documents", segment.documents},
               {"chunks", segment.chunks},
               {"model", segment.model},
               {"deleted", std::move(deleted)}});
}

Result<void> parse_segment(std::string_view line, Manifest& manifest) {
  Members row(parse_object(line));
  SegmentRecord record;
  record.blob = row.blob("segment");
  record.bytes = row.number("bytes");
  record.documents = row.short_number("documents");
  record.chunks = row.short_number("chunks");
  record.model = row.text("model");
  for (const Json& pair : row.list("deleted")) {
    const auto is_short = [](const Json& number) {
      return number.is_number_unsigned() && number.get<std::uint64_t>() <= largest_short;
    };
    if (!pair.is_array() || pair.size() != 2 || !is_short(pair[0]) || !is_short(pair[1])) {
      row.bad("deleted");
      break;
    }
    manifest.tombstones.push_back(
        {.segment = record.blob, .document = pair[0].get<std::uint32_t>(), .chunks = pair[1].get<std::uint32_t>()});
  }
  manifest.segments.push_back(std::move(record));
  return row.finish("a segment");
}

std::string to_text(const StoredDocument& stored) {
  const Document& document = stored.document;
  const DocumentFacts& facts = document.facts;
  return dump({{"external_id", text_json(document.external_id)},
               {"content_hash", document.content_hash.value()},
               {"bytes", document.byte_size},
               {"version", document.version},
               {"indexed_version", document.indexed_version},
               {"status", to_string(document.status)},
               {"error", text_json(document.error)},
               {"pages", document.pages},
               {"chunks", document.chunks},
               {"tokens", document.tokens},
               {"created_at_ms", document.created_at.time_since_epoch().count()},
               {"updated_at_ms", document.updated_at.time_since_epoch().count()},
               {"title", text_json(facts.title)},
               {"url", text_json(facts.url)},
               {"language", text_json(facts.language)},
               {"media_type", text_json(facts.media_type)},
               {"file_name", text_json(facts.file_name)},
               {"metadata", facts.metadata},
               {"acl", facts.acl},
               {"found",
                {{"title", text_json(stored.found_title)},
                 {"language", text_json(stored.found_language)},
                 {"media_type", text_json(stored.found_media_type)}}},
               {"deletion_requested", stored.deletion_requested}});
}

Result<StoredDocument> parse_document(std::string_view line) {
  Members row(parse_object(line));
  StoredDocument stored;
  Document& document = stored.document;
  document.external_id = row.text("external_id");
  document.content_hash = row.blob("content_hash");
  document.byte_size = row.number("bytes");
  document.version = row.short_number("version");
  document.indexed_version = row.short_number("indexed_version");
  document.status = read_status(row);
  document.error = row.text("error");
  document.pages = row.short_number("pages");
  document.chunks = row.short_number("chunks");
  document.tokens = row.number("tokens");
  document.created_at = row.time("created_at_ms");
  document.updated_at = row.time("updated_at_ms");
  read_facts(row, document.facts);
  CAIRN_CHECK(read_found(row, stored));
  stored.deletion_requested = row.flag("deletion_requested");
  CAIRN_CHECK(row.finish("a document"));
  return stored;
}

std::string to_text(const Totals& totals) {
  return dump({{"documents", totals.documents},
               {"segments", totals.segments},
               {"files", totals.files},
               {"sha256", totals.sha256}});
}

}  // namespace cairn::bundle
