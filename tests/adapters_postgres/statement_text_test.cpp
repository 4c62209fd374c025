#include "adapters/postgres/statement_text.h"

#include <gtest/gtest.h>

namespace cairn::postgres {
namespace {

TEST(StatementText, NumbersTheValues) {
  EXPECT_EQ(number_values("SELECT ? WHERE a = ?"), "SELECT $1 WHERE a = $2");
  EXPECT_EQ(number_values("SELECT ?2, ?12, ?1"), "SELECT $2, $12, $1");
}

TEST(StatementText, LeavesWhatIsInQuotes) {
  EXPECT_EQ(number_values("SELECT '?', 'it''s ?', \"a?\", ?"), "SELECT '?', 'it''s ?', \"a?\", $1");
}

TEST(StatementText, QuotesNames) { EXPECT_EQ(quoted("my \"own\" name"), "\"my \"\"own\"\" name\""); }

}  // namespace
}  // namespace cairn::postgres
