#include "app/part_wire.h"

#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <type_traits>

namespace cairn {
namespace {

using nlohmann::json;
static_assert(sizeof(index::Candidate) == 12 && sizeof(index::DenseFinding) == 16);
static_assert(std::endian::native == std::endian::little, "numbers are sent as they lie in memory");

template <class T>
json packed(const std::vector<T>& values) {
  static_assert(std::is_trivially_copyable_v<T>);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(values.data());
  return json::binary(std::vector<std::uint8_t>(bytes, bytes + values.size() * sizeof(T)));
}

/// Throws json::exception for anything else.
template <class T>
std::vector<T> unpacked(const json& value) {
  const auto& bytes = value.get_binary();
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

json value_json(const index::Value& value) {
  return std::visit([](const auto& held) { return json(held); }, value);
}

index::Value value_from(const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>();
  return value.get<std::string>();
}

json filter_json(const index::Filter& filter) {
  json made{{"kind", static_cast<int>(filter.kind)}};
  if (!filter.property.empty()) made["property"] = filter.property;
  for (const index::Filter& child : filter.children) made["children"].push_back(filter_json(child));
  for (const index::Value& value : filter.values) made["values"].push_back(value_json(value));
  const auto bound = [&](const char* name, const std::optional<index::Value>& value) {
    if (value) made[name] = value_json(*value);
  };
  bound("gte", filter.at_least), bound("lt", filter.less_than);
  bound("gt", filter.greater_than), bound("lte", filter.at_most);
  return made;
}

index::Filter filter_from(const json& value) {
  index::Filter filter;
  const int kind = value.at("kind").get<int>();
  if (kind < 0 || kind > static_cast<int>(index::Filter::Kind::range)) throw std::out_of_range("kind of filter");
  filter.kind = static_cast<index::Filter::Kind>(kind);
  filter.property = value.value("property", "");
  if (value.contains("children"))
    for (const json& child : value.at("children")) filter.children.push_back(filter_from(child));
  if (value.contains("values"))
    for (const json& each : value.at("values")) filter.values.push_back(value_from(each));
  const auto bound = [&](const char* name, std::optional<index::Value>& into) {
    if (value.contains(name)) into = value_from(value.at(name));
  };
  bound("gte", filter.at_least), bound("lt", filter.less_than);
  bound("gt", filter.greater_than), bound("lte", filter.at_most);
  return filter;
}

json query_json(const PartQuery& query) {
  json made{{"by_words", query.by_words}, {"depth", query.depth}};
  made["terms"] = json::array(), made["vectors"] = json::array();
  std::vector<float> weights;
  for (const index::WeightedTerm& term : query.terms) {
    made["terms"].push_back(term.term);
    weights.push_back(term.weight);
  }
  made["weights"] = packed(weights);
  for (const PartQuery::Vector& vector : query.vectors)
    made["vectors"].push_back({{"model", vector.model}, {"query", packed(vector.query)}});
  if (query.filter) made["filter"] = filter_json(*query.filter);
  made["tuning"] = packed(std::vector<float>{query.bm25.k1, query.bm25.b, query.dense.doubt});
  made["rerank"] = query.dense.rerank, made["query_bits"] = query.dense.query_bits;
  return made;
}

PartQuery query_from(const json& value) {
  PartQuery query;
  query.by_words = value.at("by_words").get<bool>();
  query.depth = value.at("depth").get<std::size_t>();
  const auto weights = unpacked<float>(value.at("weights"));
  const json& terms = value.at("terms");
  for (std::size_t i = 0; i < terms.size(); ++i) query.terms.push_back({terms.at(i).get<std::string>(), weights.at(i)});
  for (const json& vector : value.at("vectors"))
    query.vectors.push_back({vector.at("model").get<std::string>(), unpacked<float>(vector.at("query"))});
  if (value.contains("filter")) query.filter = filter_from(value.at("filter"));
  const auto tuning = unpacked<float>(value.at("tuning"));
  query.bm25 = {.k1 = tuning.at(0), .b = tuning.at(1)};
  query.dense = {.doubt = tuning.at(2),
                 .rerank = value.at("rerank").get<std::uint32_t>(),
                 .query_bits = value.at("query_bits").get<std::uint32_t>()};
  return query;
}

std::string as_cbor(const json& value) {
  std::string bytes;
  json::to_cbor(value, bytes);
  return bytes;
}

/// What `read` makes of CBOR that has the version of this program.
template <class Read>
auto from_cbor(std::string_view bytes, Read read) -> Result<decltype(read(json()))> {
  try {
    const json value = json::from_cbor(bytes);
    if (value.at("version").get<int>() == part_wire_version) return read(value);
  } catch (const std::exception&) {  // Another form than this program's: as good as another version.
  }
  return fail(ErrorKind::invalid, "another node speaks another version: update it, or this one");
}

}  // namespace

std::string to_wire(const PartRequest& request) {
  json made{{"version", part_wire_version}, {"collections", json::array()}};
  for (const CollectionAt& collection : request.collections)
    made["collections"].push_back({collection.id.value(), collection.manifest});
  made["segments"] = packed(request.segments);
  made["query"] = query_json(request.query);
  return as_cbor(made);
}

Result<PartRequest> request_from_wire(std::string_view bytes) {
  return from_cbor(bytes, [](const json& value) {
    PartRequest request;
    for (const json& collection : value.at("collections"))
      request.collections.push_back(
          {CollectionId(collection.at(0).get<std::string>()), collection.at(1).get<std::uint64_t>()});
    request.segments = unpacked<std::uint32_t>(value.at("segments"));
    request.query = query_from(value.at("query"));
    return request;
  });
}

std::string to_wire(const PartFound& found) {
  json made{{"version", part_wire_version}, {"lexical", packed(found.lexical)}, {"dense", json::array()}};
  for (const auto& findings : found.dense) made["dense"].push_back(packed(findings));
  return as_cbor(made);
}

Result<PartFound> found_from_wire(std::string_view bytes) {
  return from_cbor(bytes, [](const json& value) {
    PartFound found;
    found.lexical = unpacked<index::Candidate>(value.at("lexical"));
    for (const json& findings : value.at("dense")) found.dense.push_back(unpacked<index::DenseFinding>(findings));
    return found;
  });
}

}  // namespace cairn
