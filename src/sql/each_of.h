#pragma once

#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "sql/connection.h"
#include "sql/ids.h"

namespace cairn::sql {

// The ids that one statement of each_of() takes.
#define CAIRN_SOME_IDS                                                                                               \
  "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, " \
  "?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32)"

/// Reads rows about many things with few statements: `statement` has CAIRN_SOME_IDS where ids belong, and is run for so
/// many at a time. `visit(Row)` is called in no particular order.
template <class Id, class Visit>
Result<void> each_of(Connection& db, std::string_view statement, std::span<const Id> ids, const Visit& visit) {
  constexpr std::size_t at_once = 32;
  for (std::size_t first = 0; first < ids.size(); first += at_once) {
    std::array<BinaryValue, at_once> some;  // An empty one names nothing.
    for (std::size_t i = 0; i < at_once && first + i < ids.size(); ++i) some[i] = stored(ids[first + i]);
    const auto run = [&]<std::size_t... index>(std::index_sequence<index...>) {
      return db.each(statement, visit, some[index]...);
    };
    CAIRN_CHECK(run(std::make_index_sequence<at_once>()));
  }
  return {};
}

}  // namespace cairn::sql
