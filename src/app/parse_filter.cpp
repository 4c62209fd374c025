#include "app/parse_filter.h"

#include <array>
#include <string>
#include <utility>

#include "app/document_record.h"

namespace cairn {
namespace {

using Json = nlohmann::json;
using index::Filter;

// A person writes a handful; the limits keep a request from costing a deep recursion or a scan for every value.
constexpr std::size_t max_depth = 16;
constexpr std::size_t max_values = 1000;

constexpr std::array open_properties{property::language, property::media_type, property::external_id};

class FilterParser {
 public:
  Result<Filter> object(const Json& json, std::size_t depth) {
    if (!json.is_object()) return fail(ErrorKind::invalid, "a filter must be a JSON object, such as {\"year\": 2026}");
    if (depth > max_depth)
      return fail(ErrorKind::invalid, "the filter is nested more than " + std::to_string(max_depth) + " levels deep");
    Filter all;
    for (const auto& [name, value] : json.items()) {
      CAIRN_TRY(Filter part, member(name, value, depth));
      all.children.push_back(std::move(part));
    }
    return all.children.size() == 1 ? std::move(all.children.front()) : all;
  }

 private:
  Result<Filter> member(const std::string& name, const Json& value, std::size_t depth) {
    if (name == "and") return list(Filter::Kind::all_of, name, value, depth);
    if (name == "or") return list(Filter::Kind::any_of, name, value, depth);
    if (name == "not") {
      CAIRN_TRY(Filter child, object(value, depth + 1));
      return Filter{.kind = Filter::Kind::none_of, .children = {std::move(child)}};
    }
    CAIRN_CHECK(check_field(name));
    if (value.is_object()) return operators(name, value);
    CAIRN_TRY(index::Value wanted, scalar(name, value));
    return Filter{.kind = Filter::Kind::equals_any, .property = name, .values = {std::move(wanted)}};
  }

  Result<Filter> list(Filter::Kind kind, const std::string& name, const Json& value, std::size_t depth) {
    if (!value.is_array()) return fail(ErrorKind::invalid, "\"" + name + "\" in a filter takes a list of filters");
    Filter filter{.kind = kind};
    for (const Json& element : value) {
      CAIRN_TRY(Filter child, object(element, depth + 1));
      filter.children.push_back(std::move(child));
    }
    return filter;
  }

  static Result<void> check_field(const std::string& name) {
    if (!name.starts_with('$')) return {};
    std::string allowed;
    for (std::string_view open : open_properties) {
      if (name == open) return {};
      allowed.append(allowed.empty() ? "" : ", ").append(open);
    }
    return fail(ErrorKind::invalid, "cannot filter by \"" + name + "\"; of the names with $ there are " + allowed);
  }

  Result<Filter> operators(const std::string& name, const Json& value) {
    if (value.empty()) return fail(ErrorKind::invalid, "the condition on \"" + name + "\" is empty");
    Filter range{.kind = Filter::Kind::range, .property = name};
    std::optional<Filter> one_of;
    for (const auto& [op, operand] : value.items()) {
      if (op == "in") {
        CAIRN_TRY(one_of, in(name, operand));
        continue;
      }
      std::optional<index::Value>* bound = op == "gte"   ? &range.at_least
                                           : op == "lt"  ? &range.less_than
                                           : op == "gt"  ? &range.greater_than
                                           : op == "lte" ? &range.at_most
                                                         : nullptr;
      if (bound == nullptr)
        return fail(ErrorKind::invalid, "unknown operator \"" + op + "\" on \"" + name +
                                            "\" in the filter; there are in, gt, gte, lt, lte, and, or, not");
      CAIRN_TRY(index::Value limit, scalar(name, operand));
      if (std::holds_alternative<bool>(limit))
        return fail(ErrorKind::invalid, "\"" + op + "\" on \"" + name + "\" needs a number or a string");
      *bound = std::move(limit);
    }
    if (!one_of) return range;
    if (value.size() == 1) return std::move(*one_of);
    return Filter{.kind = Filter::Kind::all_of, .children = {std::move(*one_of), std::move(range)}};
  }

  Result<Filter> in(const std::string& name, const Json& operand) {
    if (!operand.is_array()) return fail(ErrorKind::invalid, "\"in\" on \"" + name + "\" takes a list of values");
    Filter filter{.kind = Filter::Kind::equals_any, .property = name};
    for (const Json& element : operand) {
      CAIRN_TRY(index::Value wanted, scalar(name, element));
      filter.values.push_back(std::move(wanted));
    }
    return filter;
  }

  Result<index::Value> scalar(const std::string& name, const Json& value) {
    if (++values_ > max_values)
      return fail(ErrorKind::invalid, "the filter has more than " + std::to_string(max_values) + " values");
    if (value.is_boolean()) return index::Value(value.get<bool>());
    if (value.is_number()) return index::Value(value.get<double>());
    if (value.is_string()) return index::Value(value.get<std::string>());
    return fail(ErrorKind::invalid, "\"" + name + "\" in the filter needs a string, a number, true or false" +
                                        (value.is_array() ? "; for several values use {\"in\": […]}" : ""));
  }

  std::size_t values_ = 0;
};

}  // namespace

Result<std::optional<Filter>> parse_filter(const nlohmann::json& json) {
  if (json.is_null()) return std::nullopt;
  CAIRN_TRY(Filter filter, FilterParser().object(json, 1));
  return std::optional(std::move(filter));
}

std::optional<Filter> visible_to(const Principal& principal) {
  if (principal.is_owner) return std::nullopt;
  Filter filter{.kind = Filter::Kind::equals_any, .property = std::string(property::acl)};
  filter.values.emplace_back(std::string(everyone));
  for (const std::string& group : principal.groups) filter.values.emplace_back(group);
  return filter;
}

std::optional<Filter> both(std::optional<Filter> a, std::optional<Filter> b) {
  if (!a) return b;
  if (!b) return a;
  return Filter{.kind = Filter::Kind::all_of, .children = {std::move(*a), std::move(*b)}};
}

}  // namespace cairn
