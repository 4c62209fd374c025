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

std::unexpected<Error> wrong(const std::string& path, const std::string& what) {
  return fail(ErrorKind::invalid, "`" + path + "` " + what);
}

/// Errors name the place: `filter.or[1].year.gte`.
class FilterParser {
 public:
  Result<Filter> object(const Json& json, const std::string& path, std::size_t depth) {
    if (!json.is_object()) return wrong(path, "must be a JSON object, such as {\"year\": 2026}");
    if (depth > max_depth) return wrong(path, "is nested more than " + std::to_string(max_depth) + " levels deep");
    Filter all;
    for (const auto& [name, value] : json.items()) {
      CAIRN_TRY(Filter part, member(name, value, path + "." + name, depth));
      all.children.push_back(std::move(part));
    }
    return all.children.size() == 1 ? std::move(all.children.front()) : all;
  }

 private:
  Result<Filter> member(const std::string& name, const Json& value, const std::string& path, std::size_t depth) {
    if (name == "and") return list(Filter::Kind::all_of, value, path, depth);
    if (name == "or") return list(Filter::Kind::any_of, value, path, depth);
    if (name == "not") {
      CAIRN_TRY(Filter child, object(value, path, depth + 1));
      return Filter{.kind = Filter::Kind::none_of, .children = {std::move(child)}};
    }
    CAIRN_CHECK(check_field(name, path));
    if (value.is_object()) return operators(name, value, path);
    CAIRN_TRY(index::Value wanted, scalar(value, path));
    return Filter{.kind = Filter::Kind::equals_any, .property = name, .values = {std::move(wanted)}};
  }

  Result<Filter> list(Filter::Kind kind, const Json& value, const std::string& path, std::size_t depth) {
    if (!value.is_array()) return wrong(path, "must be a list of filters");
    Filter filter{.kind = kind};
    for (std::size_t i = 0; i < value.size(); ++i) {
      CAIRN_TRY(Filter child, object(value[i], path + "[" + std::to_string(i) + "]", depth + 1));
      filter.children.push_back(std::move(child));
    }
    return filter;
  }

  static Result<void> check_field(const std::string& name, const std::string& path) {
    if (name.empty()) return wrong(path, "names no field");
    if (!name.starts_with('$')) return {};
    std::string allowed;
    for (std::string_view open : open_properties) {
      if (name == open) return {};
      allowed.append(allowed.empty() ? "" : ", ").append(open);
    }
    return wrong(path, "cannot be filtered by; of the names with $ there are " + allowed);
  }

  Result<Filter> operators(const std::string& name, const Json& value, const std::string& path) {
    if (value.empty()) return wrong(path, "must have an operator: in, gt, gte, lt or lte");
    Filter range{.kind = Filter::Kind::range, .property = name};
    std::optional<Filter> one_of;
    for (const auto& [op, operand] : value.items()) {
      const std::string place = path + "." + op;
      if (op == "in") {
        CAIRN_TRY(one_of, in(name, operand, place));
        continue;
      }
      std::optional<index::Value>* bound = op == "gte"   ? &range.at_least
                                           : op == "lt"  ? &range.less_than
                                           : op == "gt"  ? &range.greater_than
                                           : op == "lte" ? &range.at_most
                                                         : nullptr;
      if (bound == nullptr)
        return wrong(place, "is unknown; there are in, gt, gte, lt and lte, and beside fields and, or, not");
      if (!operand.is_number() && !operand.is_string()) return wrong(place, "must be a number or a string");
      CAIRN_TRY(*bound, scalar(operand, place));
    }
    if (!one_of) return range;
    if (value.size() == 1) return std::move(*one_of);
    return Filter{.kind = Filter::Kind::all_of, .children = {std::move(*one_of), std::move(range)}};
  }

  Result<Filter> in(const std::string& name, const Json& operand, const std::string& path) {
    if (!operand.is_array()) return wrong(path, "must be a list of values");
    Filter filter{.kind = Filter::Kind::equals_any, .property = name};
    for (std::size_t i = 0; i < operand.size(); ++i) {
      CAIRN_TRY(index::Value wanted, scalar(operand[i], path + "[" + std::to_string(i) + "]"));
      filter.values.push_back(std::move(wanted));
    }
    return filter;
  }

  Result<index::Value> scalar(const Json& value, const std::string& path) {
    if (++values_ > max_values)
      return fail(ErrorKind::invalid, "the filter has more than " + std::to_string(max_values) + " values");
    if (value.is_boolean()) return index::Value(value.get<bool>());
    if (value.is_number()) return index::Value(value.get<double>());
    if (value.is_string()) return index::Value(value.get<std::string>());
    return wrong(path, std::string("must be a string, a number, true or false") +
                           (value.is_array() ? "; for several values use {\"in\": […]}" : ""));
  }

  std::size_t values_ = 0;
};

}  // namespace

Result<std::optional<Filter>> parse_filter(const nlohmann::json& json) {
  if (json.is_null()) return std::nullopt;
  CAIRN_TRY(Filter filter, FilterParser().object(json, "filter", 1));
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
