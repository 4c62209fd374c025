#include "app/document_record.h"

#include <gmock/gmock.h>

namespace cairn {
namespace {

using testing::Contains;
using testing::Field;
using testing::Not;

auto named(const std::string& name) { return Field(&index::Property::name, name); }

std::vector<index::Value> values_of(const DocumentRecord& record, std::string_view name) {
  std::vector<index::Value> values;
  for (const index::Property& property : properties_of(record))
    if (property.name == name) values.push_back(property.value);
  return values;
}

TEST(DocumentRecord, SurvivesTheWayThroughASegment) {
  const DocumentRecord record{.external_id = "a/b.pdf",
                              .title = "Report\n\"2026\"",
                              .url = "https://example.org/b",
                              .language = "zh-Hant",
                              .media_type = "application/pdf",
                              .version = 7,
                              .metadata = {{"year", 2026}, {"tags", {"x", "y"}}},
                              .acl = {"group:staff"}};
  const auto back = from_stored(to_stored(record));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, record);
}

TEST(DocumentRecord, RefusesBytesThatAreNoRecord) {
  for (const char* bytes : {"", "[]", "{}", "{\"external_id\":1}", "\xff"})
    EXPECT_EQ(from_stored(bytes).error().kind, ErrorKind::corrupt) << bytes;
}

TEST(DocumentRecord, FlattensMetadataUnderDottedNames) {
  const DocumentRecord record{
      .external_id = "d", .metadata = {{"author", {{"name", "Mei"}, {"age", 41}}}, {"open", true}, {"none", nullptr}}};
  const auto properties = properties_of(record);
  EXPECT_EQ(values_of(record, "author.name"), std::vector<index::Value>{std::string("Mei")});
  EXPECT_EQ(values_of(record, "author.age"), std::vector<index::Value>{41.0});
  EXPECT_EQ(values_of(record, "open"), std::vector<index::Value>{true});
  EXPECT_THAT(properties, Not(Contains(named("none"))));
}

TEST(DocumentRecord, GivesOneValueForEachElementOfAnArray) {
  const DocumentRecord record{.external_id = "d", .metadata = {{"tags", {"x", "y"}}}};
  EXPECT_EQ(values_of(record, "tags"), (std::vector<index::Value>{std::string("x"), std::string("y")}));
}

TEST(DocumentRecord, IsForEveryoneOnlyWithoutAnAcl) {
  EXPECT_EQ(values_of({.external_id = "d"}, property::acl), std::vector<index::Value>{std::string(everyone)});
  EXPECT_EQ(values_of({.external_id = "d", .acl = {"group:a", "user:b"}}, property::acl),
            (std::vector<index::Value>{std::string("group:a"), std::string("user:b")}));
}

TEST(DocumentRecord, LetsNoMetadataFieldPretendToBeAReservedOne) {
  const DocumentRecord record{.external_id = "d", .metadata = {{"$acl", "*"}}, .acl = {"group:a"}};
  EXPECT_EQ(values_of(record, property::acl), std::vector<index::Value>{std::string("group:a")});
}

TEST(DocumentRecord, LeavesVeryLongStringsOutOfTheColumns) {
  const DocumentRecord record{.external_id = "d", .metadata = {{"body", std::string(max_filterable_bytes + 1, 'x')}}};
  EXPECT_THAT(properties_of(record), Not(Contains(named("body"))));
}

TEST(DocumentRecord, ShowsTheExternalIdWhereThereIsNoTitle) {
  EXPECT_EQ((DocumentRecord{.external_id = "a.txt"}).shown_title(), "a.txt");
  EXPECT_EQ((DocumentRecord{.external_id = "a.txt", .title = "A"}).shown_title(), "A");
}

}  // namespace
}  // namespace cairn
