#include "app/document_record.h"

namespace cairn {
namespace {

using Json = nlohmann::json;

void flatten(const std::string& name, const Json& value, std::vector<index::Property>& out) {
  if (value.is_object()) {
    for (const auto& [key, child] : value.items()) flatten(name + "." + key, child, out);
  } else if (value.is_array()) {
    for (const Json& child : value) flatten(name, child, out);
  } else if (value.is_boolean()) {
    out.push_back({name, value.get<bool>()});
  } else if (value.is_number()) {
    out.push_back({name, value.get<double>()});
  } else if (value.is_string() && value.get_ref<const std::string&>().size() <= max_filterable_bytes) {
    out.push_back({name, value.get<std::string>()});
  }
}

}  // namespace

std::string to_stored(const DocumentRecord& record) {
  const Json json = {{"external_id", record.external_id},
                     {"title", record.title},
                     {"url", record.url},
                     {"language", record.language},
                     {"media_type", record.media_type},
                     {"version", record.version},
                     {"metadata", record.metadata},
                     {"acl", record.acl}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<DocumentRecord> from_stored(std::string_view stored) {
  Json json = Json::parse(stored, nullptr, false);
  if (!json.is_object()) return fail(ErrorKind::corrupt, "a document's record in a segment is not a JSON object");
  DocumentRecord record;
  try {
    json.at("external_id").get_to(record.external_id);
    json.at("title").get_to(record.title);
    json.at("url").get_to(record.url);
    json.at("language").get_to(record.language);
    json.at("media_type").get_to(record.media_type);
    json.at("version").get_to(record.version);
    record.metadata = std::move(json.at("metadata"));
    json.at("acl").get_to(record.acl);
  } catch (const Json::exception& error) {
    return fail(ErrorKind::corrupt, std::string("a document's record in a segment is incomplete: ") + error.what());
  }
  return record;
}

std::vector<index::Property> properties_of(const DocumentRecord& record) {
  std::vector<index::Property> properties;
  for (const std::string& entry : record.acl) properties.push_back({std::string(property::acl), entry});
  if (record.acl.empty()) properties.push_back({std::string(property::acl), std::string(everyone)});
  properties.push_back({std::string(property::language), record.language});
  properties.push_back({std::string(property::media_type), record.media_type});
  properties.push_back({std::string(property::external_id), record.external_id});
  for (const auto& [name, value] : record.metadata.items())
    if (!name.starts_with('$')) flatten(name, value, properties);
  return properties;
}

}  // namespace cairn
