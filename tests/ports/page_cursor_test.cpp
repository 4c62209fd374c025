#include "ports/page_cursor.h"

#include <gtest/gtest.h>

#include <set>

#include "contract/expect_result.h"

namespace cairn {
namespace {

using testing::fails_with;
using testing::must;

TEST(PageCursor, BringsBackThePositionAndFitsIntoAnAddress) {
  for (const std::string& position :
       {std::string("reports/2024.pdf"), std::string("any \"bytes\": \x01, \xff, 特別"), std::string("0")}) {
    const std::string cursor = page_cursor(PagedList::documents, position);
    EXPECT_EQ(must(page_position(PagedList::documents, cursor)), position);
    EXPECT_EQ(cursor.find_first_not_of("0123456789abcdef"), std::string::npos) << cursor;
  }
  for (const std::int64_t position : {std::int64_t{0}, std::int64_t{42}, INT64_MAX})
    EXPECT_EQ(must(page_position(PagedList::tasks, page_cursor(PagedList::tasks, position), 7)), position);
}

TEST(PageCursor, WithoutOneTheListBeginsAtItsFirstEntry) {
  EXPECT_EQ(must(page_position(PagedList::users, "")), "");
  EXPECT_EQ(must(page_position(PagedList::keys, "", 7)), 7);
}

TEST(PageCursor, OneOfAnotherListIsRefused) {
  const std::set lists{PagedList::audit,  PagedList::collections, PagedList::documents, PagedList::keys,
                       PagedList::chunks, PagedList::tasks,       PagedList::users};
  EXPECT_EQ(lists.size(), 7u) << "each has a letter of its own";
  for (const PagedList from : lists)
    for (const PagedList to : lists)
      if (from != to) { EXPECT_TRUE(fails_with(ErrorKind::invalid, page_position(to, page_cursor(from, 1), 0))); }
}

TEST(PageCursor, WhatNoListGaveIsRefused) {
  for (const char* cursor : {"z", "zz", "7", "74", "7G31", "7431 "})
    EXPECT_TRUE(fails_with(ErrorKind::invalid, page_position(PagedList::tasks, cursor))) << cursor;
  for (const char* number : {"x", "-1", "1x", " 1", "9223372036854775808"}) {
    const std::string cursor = page_cursor(PagedList::tasks, std::string_view(number));
    EXPECT_TRUE(fails_with(ErrorKind::invalid, page_position(PagedList::tasks, cursor, 7))) << number;
  }
}

}  // namespace
}  // namespace cairn
