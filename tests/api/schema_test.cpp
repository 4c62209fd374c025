#include "api/json/schema.h"

#include <gtest/gtest.h>

#include "api/json/schema_document.h"
#include "api/json/shapes.h"
#include "contract/expect_result.h"

namespace cairn {
namespace {

using testing::must;

struct Inner {
  std::string name;
  std::vector<int> numbers;
};

struct Outer {
  std::string title = "none";
  std::optional<bool> flag;
  std::vector<Inner> inner;
  nlohmann::json metadata;
};

Shape<Outer> outer_shape() {
  const auto inner = ObjectShape<Inner>("Inner", "")
                         .required("name", &Inner::name, shape::text(1, 5), "")
                         .optional("numbers", &Inner::numbers, shape::list(shape::integer<int>(0, 9), 3), "")
                         .done();
  return ObjectShape<Outer>("Outer", "")
      .optional("title", &Outer::title, shape::text(0, 10), "")
      .optional("flag", &Outer::flag, shape::maybe(shape::boolean()), "")
      .required("inner", &Outer::inner, shape::list(inner), "")
      .optional("metadata", &Outer::metadata, shape::free_object(""), "")
      .written(
          "count", shape::count<std::size_t>(), [](const Outer& outer) { return outer.inner.size(); }, "")
      .done();
}

std::string refusal_of(const std::string& text) {
  auto json = parse_json(text);
  if (!json) return json.error().message;
  const auto read = cairn::read(outer_shape(), *json);
  return read ? "" : read.error().message;
}

TEST(SchemaTest, reads_what_was_sent_and_leaves_the_rest_as_it_was) {
  auto json = must(parse_json(R"({"inner": [{"name": "a", "numbers": [1, 2.0]}, {"name": "b"}], "flag": false})"));
  const Outer outer = must(read(outer_shape(), json));
  EXPECT_EQ(outer.title, "none");
  EXPECT_EQ(outer.flag, std::optional(false));
  ASSERT_EQ(outer.inner.size(), 2u);
  EXPECT_EQ(outer.inner[0].numbers, (std::vector<int>{1, 2}));
}

TEST(SchemaTest, refuses_a_name_that_stands_twice_in_an_object) {
  for (const char* text : {R"({"flag": true, "flag": false})", R"({"flag": true, "fl\u0061g": true})",
                           R"([{"x": {"flag": 1, "b": ":", "flag": {"c": 2}}}])"})
    EXPECT_EQ(refusal_of(text), "an object of the JSON has the name `flag` twice: send it once") << text;
  must(parse_json(R"([{"a:b": ":", "c": {"a:b": "\":"}}, {"a:b": {}}])"));
}

TEST(SchemaTest, names_the_place_of_what_is_wrong) {
  EXPECT_EQ(refusal_of(R"({"inner": [{"name": "a"}, {"name": 7}]})"), "`inner[1].name` must be a string");
  EXPECT_EQ(refusal_of(R"({"inner": [{"name": "a", "numbers": [1, 10]}]})"),
            "`inner[0].numbers[1]` must be a whole number from 0 to 9");
  EXPECT_EQ(refusal_of(R"({"inner": [{"name": "a", "numbers": [1.5]}]})"),
            "`inner[0].numbers[0]` must be a whole number from 0 to 9");
  EXPECT_EQ(refusal_of(R"({"inner": [{"name": "abcdef"}]})"), "`inner[0].name` must have at most 5 characters, not 6");
  EXPECT_EQ(refusal_of(R"({"inner": [{"name": ""}]})"), "`inner[0].name` must not be empty");
  EXPECT_EQ(refusal_of(R"({"inner": [], "flag": 1})"), "`flag` must be true or false");
  EXPECT_EQ(refusal_of(R"({"inner": [], "flag": null})"), "`flag` must be true or false");
  EXPECT_EQ(refusal_of(R"([])"), "the body must be a JSON object");
}

TEST(SchemaTest, refuses_unknown_and_missing_fields_by_name) {
  EXPECT_EQ(refusal_of(R"({"inner": [{"name": "a", "colour": 1}]})"),
            "`inner[0].colour` is unknown; there are name, numbers");
  EXPECT_EQ(refusal_of(R"({"inner": [{}]})"), "`inner[0].name` is missing");
  EXPECT_EQ(refusal_of(R"({"inner": [], "count": 1})"), "`count` is unknown; there are title, flag, inner, metadata");
}

TEST(SchemaTest, counts_characters_not_bytes) { EXPECT_EQ(refusal_of(R"({"inner": [{"name": "特別休假日"}]})"), ""); }

TEST(SchemaTest, refuses_what_is_no_json_with_its_place) {
  EXPECT_NE(refusal_of("{not json").find("at byte "), std::string::npos);
  EXPECT_NE(refusal_of("{} {}").find("not valid JSON"), std::string::npos);
  EXPECT_NE(refusal_of("{\"inner\": [\"\xff\"]}").find("UTF-8"), std::string::npos);
  EXPECT_NE(refusal_of("{\"inner\": 1e999}").find("too large"), std::string::npos);
  EXPECT_NE(refusal_of(std::string(100'000, '[')).find("nested"), std::string::npos);
  EXPECT_EQ(refusal_of(R"({"inner": [], "title": "[[[[{{{{"})"), "");
}

TEST(SchemaTest, refuses_nul_in_free_objects) {
  EXPECT_NE(refusal_of(R"({"inner": [], "metadata": {"a": ["\u0000"]}})").find("`metadata`"), std::string::npos);
  EXPECT_NE(refusal_of(R"({"inner": [], "metadata": {"\u0000": 1}})").find("`metadata`"), std::string::npos);
}

TEST(SchemaTest, describes_what_clients_send_and_what_they_get) {
  SchemaDocument document;
  document.describe(*outer_shape().schema, SchemaDocument::Direction::sent);
  document.describe(*outer_shape().schema, SchemaDocument::Direction::answered);
  const Json& sent = document.components().at("OuterInput");
  const Json& answered = document.components().at("Outer");
  EXPECT_EQ(sent["required"], Json({"inner"}));
  EXPECT_EQ(sent["additionalProperties"], false);
  EXPECT_FALSE(sent["properties"].contains("count"));
  EXPECT_EQ(sent["properties"]["title"]["default"], "none");
  EXPECT_EQ(answered["required"].size(), 5u);
  EXPECT_TRUE(answered["properties"].contains("count"));
  EXPECT_EQ(document.components().at("InnerInput")["properties"]["name"]["maxLength"], 5);
}

TEST(SchemaTest, writes_documents_with_the_keys_of_the_contract_in_their_order) {
  Document document;
  document.id = DocumentId("00");
  document.facts.title = "Title";
  const Json json = to_json(document);
  std::string keys;
  for (const auto& [key, value] : json.items()) keys += key + " ";
  EXPECT_EQ(
      keys,
      "id external_id title url language media_type metadata acl content_hash bytes version indexed_version status "
      "progress error pages chunks created_at updated_at ");
}

TEST(SchemaTest, writes_null_for_pages_and_times_that_there_are_not) {
  Hit hit;
  const Json json = to_json(hit_shape(), hit);
  EXPECT_TRUE(json["page"].is_null());
  EXPECT_FALSE(json.contains("explanation"));
  hit.page = 3;
  hit.explanation = {{"fusion", "rrf"}};
  EXPECT_EQ(to_json(hit_shape(), hit)["page"], 3);
  EXPECT_EQ(to_json(hit_shape(), hit)["explanation"]["fusion"], "rrf");
}

}  // namespace
}  // namespace cairn
