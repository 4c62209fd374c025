#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace cairn {

/// An opaque identifier that cannot be mixed up with one of another kind: `using TaskId = StrongId<struct TaskTag>;`
template <class Tag>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(std::string value) : value_(std::move(value)) {}

  const std::string& value() const { return value_; }
  bool empty() const { return value_.empty(); }
  auto operator<=>(const StrongId&) const = default;

 private:
  std::string value_;
};

}  // namespace cairn

template <class Tag>
struct std::hash<cairn::StrongId<Tag>> {
  std::size_t operator()(const cairn::StrongId<Tag>& id) const { return std::hash<std::string>{}(id.value()); }
};
