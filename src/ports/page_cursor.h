#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cairn {

/// What is listed page by page. The letter keeps the cursors of different lists apart.
enum class PagedList : char {
  audit = 'a',
  collections = 'c',
  documents = 'd',
  keys = 'k',
  chunks = 'n',
  tasks = 't',
  users = 'u',
};

/// Where the next page of a list begins, as its clients see it: after the entry at `position`, in the list's own order.
std::string page_cursor(PagedList list, std::string_view position);
std::string page_cursor(PagedList list, std::int64_t position);

/// The position that a cursor stands for; of an empty one, where the list begins: "" and `first`. Errors: `invalid` for
/// what this kind of list never gave.
Result<std::string> page_position(PagedList list, std::string_view cursor);
Result<std::int64_t> page_position(PagedList list, std::string_view cursor, std::int64_t first);

}  // namespace cairn
