#include "api/routes/documents.h"

#include <thread>

#include "api/api_client.h"
#include "api/routes/document_file.h"
#include "base/sha256.h"
#include "ports/page_cursor.h"

namespace cairn {
namespace {

using testing::ApiTest;
using testing::must;
using testing::SeenReply;

const std::string papers = "/v1/collections/papers/documents";

std::string hash_of(std::string_view text) { return to_hex(Sha256::of(as_bytes(text))); }

struct Part {
  std::string name, content, file_name, type;
};

std::string multipart(const std::vector<Part>& parts) {
  std::string body;
  for (const Part& part : parts) {
    body += "--cut\r\nContent-Disposition: form-data; name=\"" + part.name + "\"";
    if (!part.file_name.empty()) body += "; filename=\"" + part.file_name + "\"";
    if (!part.type.empty()) body += "\r\nContent-Type: " + part.type;
    body += "\r\n\r\n" + part.content + "\r\n";
  }
  return body + "--cut--\r\n";
}

class DocumentsTest : public ApiTest {
 protected:
  SeenReply upload(const std::vector<Part>& parts, const std::string& query = "", std::size_t piece = 1000) {
    return send_upload(multipart(parts), query, piece);
  }
  SeenReply send_upload(std::string body, const std::string& query = "", std::size_t piece = 1000) {
    return client->send("POST", papers + query, std::move(body),
                        {{"Content-Type", "multipart/form-data; boundary=cut"}}, piece);
  }
  std::size_t listed() { return client->get(papers).json()["items"].size(); }
  std::string id_of(const std::string& external_id) { return store.document(external_id).id.value(); }
};

TEST_F(DocumentsTest, texts_are_registered_and_indexed) {
  const nlohmann::json made =
      add({{{"external_id", "a"}, {"title", "A"}, {"text", "Herons nest."}, {"metadata", {{"year", 1}}}},
           {{"text", "Otters sleep."}}});
  EXPECT_EQ(made[0]["content_hash"], hash_of("Herons nest."));
  EXPECT_EQ(made[0]["status"], "queued");
  EXPECT_EQ(made[0]["unchanged"], false);
  EXPECT_TRUE(made[0]["task_id"].is_string());
  EXPECT_EQ(made[1]["external_id"], hash_of("Otters sleep."));
  const nlohmann::json shown = client->get("/v1/documents/" + id_of("a")).json();
  EXPECT_EQ(shown["status"], "indexed");
  EXPECT_EQ(shown["title"], "A");
  EXPECT_EQ(shown["metadata"]["year"], 1);
}

TEST_F(DocumentsTest, a_replacement_keeps_its_acl_unless_it_says_one) {
  const auto acl = [&] { return store.document("a").facts.acl; };
  using Acl = std::vector<std::string>;
  add({{{"external_id", "a"}, {"text", "Herons nest."}, {"acl", {"group:board"}}}});
  add({{{"external_id", "a"}, {"text", "Herons rest."}}});
  EXPECT_EQ(acl(), Acl{"group:board"});
  EXPECT_EQ(upload({{"file", "Herons fish.", "a", ""}}).status, 202);
  EXPECT_EQ(acl(), Acl{"group:board"});
  add({{{"external_id", "a"}, {"text", "Herons sleep."}, {"acl", {"user:ada"}}}});
  EXPECT_EQ(acl(), Acl{"user:ada"});
  EXPECT_EQ(add({{{"external_id", "a"}, {"text", "Herons sleep."}}})[0]["unchanged"], true);
  EXPECT_EQ(upload({{"file", "Herons fly.", "a", ""}, {"metadata", R"({"acl": []})", "", ""}}).status, 202);
  EXPECT_EQ(acl(), Acl{});
}

TEST_F(DocumentsTest, a_document_is_ingested_again_whatever_its_status) {
  add({{{"external_id", "a"}, {"text", "Herons nest."}, {"acl", {"group:board"}}}});
  const std::string path = "/v1/documents/" + id_of("a");
  const SeenReply reply = client->send("POST", path + "/ingest");
  ASSERT_EQ(reply.status, 202) << reply.body;
  EXPECT_EQ(reply.json()["status"], "queued");
  EXPECT_EQ(reply.json()["version"], 2);
  EXPECT_EQ(client->send("POST", path + "/ingest").json()["version"], 2) << "it waits already";
  store.work();
  EXPECT_EQ(client->get(path).json()["status"], "indexed");
  EXPECT_EQ(store.document("a").facts.acl, std::vector<std::string>{"group:board"});
  EXPECT_EQ(upload({{"file", "broken", "b.txt", ""}}).status, 202);
  store.work();
  const std::string broken = "/v1/documents/" + id_of("b.txt");
  EXPECT_EQ(client->get(broken).json()["status"], "failed");
  EXPECT_EQ(client->send("POST", broken + "/ingest").json()["status"], "queued");
  EXPECT_EQ(client->send("POST", "/v1/documents/" + std::string(32, '0') + "/ingest").status, 404);
}

TEST_F(DocumentsTest, the_same_again_is_unchanged) {
  add({{{"external_id", "a"}, {"text", "Herons nest."}}});
  const nlohmann::json again = add({{{"external_id", "a"}, {"text", "Herons nest."}}});
  EXPECT_EQ(again[0]["unchanged"], true);
  EXPECT_EQ(again[0]["status"], "indexed");
  EXPECT_TRUE(again[0]["task_id"].is_null());
}

TEST_F(DocumentsTest, files_go_to_the_store_with_their_metadata) {
  const SeenReply reply = upload({{"file", "The walrus report.", "a.txt", "text/plain"},
                                  {"metadata", R"([{"external_id": "one", "year": 1999}, {"year": 2001}])", "", ""},
                                  {"file", "The narwhal report.", "dir/b.txt", "application/octet-stream"}});
  ASSERT_EQ(reply.status, 202) << reply.body;
  EXPECT_EQ(reply.json()["documents"][0]["external_id"], "one");
  EXPECT_EQ(reply.json()["documents"][1]["external_id"], "dir/b.txt");
  EXPECT_EQ(store.document("one").facts.media_type, "text/plain");
  EXPECT_EQ(store.document("one").facts.metadata["year"], 1999);
  EXPECT_EQ(store.document("dir/b.txt").facts.file_name, "b.txt");
  EXPECT_EQ(store.document("dir/b.txt").content_hash.value(), hash_of("The narwhal report."));
}

TEST_F(DocumentsTest, a_thousand_files_are_one_registration) {
  std::vector<Part> parts;
  for (int i = 0; i < 1000; ++i) parts.push_back({"file", "text " + std::to_string(i), std::to_string(i) + ".txt", ""});
  const SeenReply reply = upload(parts, "?priority=3", 1 << 16);
  ASSERT_EQ(reply.status, 202) << reply.body;
  EXPECT_EQ(reply.json()["documents"].size(), 1000u);
  EXPECT_EQ(must(store.catalog->document_counts(store.collection.id))[1], 1000u);
}

TEST_F(DocumentsTest, addresses_and_languages_are_what_they_say) {
  const auto status = [&](const char* field, const char* value) {
    return client->post(papers, {{"documents", {{{"text", "x"}, {field, value}}}}}).status;
  };
  for (const char* url :
       {"", "https://a.example/b?c#d", "urn:isbn:1", "doi:10.1/x", "reports/2024.pdf", "/a:b", "?x:y", "頁/一"})
    EXPECT_EQ(status("url", url), 202) << url;
  for (const char* url : {"javascript:alert(1)", "JavaScript:x", "data:text/html,x", "java\tscript:x",
                          " https://a.example", "https:", "a b", "vbscript:x", "HTTPS://a.example"})
    EXPECT_EQ(status("url", url), 400) << url;
  for (const char* language : {"", "en", "zh-Hant-TW", "x1"}) {
    const bool good = std::string_view(language) != "x1";
    EXPECT_EQ(status("language", language), good ? 202 : 400) << language;
  }
  for (const char* language : {"e", "en-", "-en", "en_GB", "englishlanguage"})
    EXPECT_EQ(status("language", language), 400) << language;
}

TEST_F(DocumentsTest, bad_uploads_register_nothing) {
  const std::string good = multipart({{"file", "x", "good.txt", ""}});
  EXPECT_EQ(send_upload(good.substr(0, good.size() - 6)).status, 400);
  EXPECT_EQ(send_upload(good.substr(0, good.size() / 2)).status, 400);
  EXPECT_EQ(send_upload("hello").status, 400);
  EXPECT_EQ(upload({{"metadata", "{}", "", ""}}).status, 400);
  EXPECT_EQ(upload({{"file", "x", "a", ""}, {"picture", "x", "b", ""}}).status, 400);
  EXPECT_EQ(upload({{"file", "x", "a", ""}, {"file", "y", "", ""}}).status, 400);
  EXPECT_EQ(upload({{"file", "x", "a", ""}, {"metadata", "[]", "", ""}}).status, 400);
  EXPECT_EQ(upload({{"file", "x", "a", ""}, {"metadata", R"({"acl": ["x"]})", "", ""}}).status, 400);
  EXPECT_EQ(upload({{"file", "x", "a", ""}}, "?priority=10").status, 400);
  EXPECT_EQ(client->send("POST", papers, "x", {{"Content-Type", "multipart/form-data"}}).status, 400);
  EXPECT_EQ(client->send("POST", papers, "x", {{"Content-Type", "text/plain"}}).status, 415);
  EXPECT_EQ(client->post(papers, {{"documents", {{{"text", "x"}}, {{"external_id", "no text"}}}}}).status, 400);
  EXPECT_EQ(listed(), 0u);
}

TEST_F(DocumentsTest, metadata_stays_small_enough_to_travel_with_every_hit) {
  const auto upload = [&](std::size_t characters) {
    return client->post(
        papers, {{"documents", {{{"text", "A text."}, {"metadata", {{"note", std::string(characters, 'x')}}}}}}});
  };
  EXPECT_EQ(upload(60'000).status, 202);
  const SeenReply refused = upload(70'000);
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.detail().find("documents[0].metadata must have at most 65536 bytes"), std::string::npos)
      << refused.body;
}

TEST_F(DocumentsTest, limits_are_kept_while_bytes_come) {
  services.uploads.max_file_bytes = 1000;
  services.uploads.max_files = 2;
  EXPECT_EQ(upload({{"file", std::string(1000, 'x'), "a", ""}}).status, 202);
  const SeenReply refused = upload({{"file", std::string(1001, 'x'), "b", ""}});
  EXPECT_EQ(refused.status, 413);
  EXPECT_EQ(refused.json()["type"], "too-large");
  EXPECT_NE(refused.detail().find("'b' has more than the 1000 bytes"), std::string::npos);
  EXPECT_EQ(upload({{"file", "1", "1", ""}, {"file", "2", "2", ""}, {"file", "3", "3", ""}}).status, 400);
  EXPECT_EQ(listed(), 1u);
}

TEST_F(DocumentsTest, an_unknown_collection_is_not_made_by_an_upload) {
  const SeenReply reply = client->send("POST", "/v1/collections/nowhere/documents", multipart({{"file", "x", "a", ""}}),
                                       {{"Content-Type", "multipart/form-data; boundary=cut"}});
  EXPECT_EQ(reply.status, 404);
  EXPECT_NE(reply.detail().find("POST /v1/collections"), std::string::npos);
  EXPECT_EQ(client->post("/v1/collections/nowhere/documents", {{"documents", {{{"text", "x"}}}}}).status, 404);
}

TEST_F(DocumentsTest, a_slow_upload_renews_what_it_stored_first) {
  const std::string body = multipart({{"file", "the first", "a", ""}, {"file", "the second", "b", ""}});
  http::Request request;
  request.method = "POST";
  request.target = request.path = papers;
  request.headers.add("Content-Type", "multipart/form-data; boundary=cut");
  http::Plan plan = application->begin(request);
  ASSERT_TRUE(plan.sink);
  must(plan.sink->take(std::string_view(body).substr(0, body.size() / 2 + 20)));
  store.clock.advance(std::chrono::minutes(20));
  const BlobId first(hash_of("the first"));
  must(plan.sink->take(std::string_view(body).substr(body.size() / 2 + 20)));
  EXPECT_EQ(plan.sink->finish(request).status, 202);
  EXPECT_TRUE(store.blobs->info(first));
  EXPECT_EQ(listed(), 2u);
}

TEST_F(DocumentsTest, waiting_answers_when_all_have_ended) {
  std::thread worker([&] {
    while (listed() < 2) std::this_thread::yield();
    store.work();
  });
  const SeenReply reply =
      upload({{"file", "Herons nest.", "a.txt", ""}, {"file", "broken", "b.txt", ""}}, "?wait=true");
  worker.join();
  ASSERT_EQ(reply.status, 200) << reply.body;
  const nlohmann::json documents = reply.json()["documents"];
  EXPECT_EQ(documents[0]["status"], "indexed");
  EXPECT_EQ(documents[0]["chunks"], 1);
  EXPECT_GT(documents[0]["tokens"], 0);
  EXPECT_EQ(documents[1]["status"], "failed");
  EXPECT_FALSE(documents[1]["error"].is_null());
}

TEST_F(DocumentsTest, waiting_tells_of_a_version_that_was_replaced_meanwhile) {
  std::thread worker([&] {
    while (listed() < 1) std::this_thread::yield();
    store.work();
  });
  const SeenReply reply = upload({{"file", "Herons nest.", "a", ""}, {"file", "Herons rest.", "a", ""}}, "?wait=true");
  worker.join();
  ASSERT_EQ(reply.status, 200) << reply.body;
  const nlohmann::json documents = reply.json()["documents"];
  EXPECT_EQ(documents[0]["status"], "failed");
  EXPECT_NE(documents[0]["error"].get<std::string>().find("newer version"), std::string::npos);
  EXPECT_EQ(documents[1]["status"], "indexed");
}

TEST_F(DocumentsTest, waiting_gives_up_in_time) {
  std::jthread time([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      store.clock.advance(std::chrono::seconds(1));
      std::this_thread::yield();
    }
  });
  const SeenReply reply = upload({{"file", "Herons nest.", "a.txt", ""}}, "?wait=true");
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(reply.json()["documents"][0]["status"], "queued");
}

TEST_F(DocumentsTest, waiting_for_what_is_unchanged_does_not_wait) {
  add({{{"external_id", "a"}, {"text", "Herons nest."}}});
  const SeenReply reply =
      client->post(papers + "?wait=true", {{"documents", {{{"external_id", "a"}, {"text", "Herons nest."}}}}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.json()["documents"][0]["unchanged"], true);
  EXPECT_EQ(reply.json()["documents"][0]["chunks"], 1);
}

TEST_F(DocumentsTest, lists_by_pages_status_and_words) {
  nlohmann::json many = nlohmann::json::array();
  for (int i = 10; i < 35; ++i)
    many.push_back({{"external_id", "d" + std::to_string(i)}, {"title", "Title " + std::to_string(i)}, {"text", "x"}});
  add(many);
  std::vector<std::string> seen;
  std::string cursor;
  do {
    const nlohmann::json page = client->get(papers + "?limit=10" + (cursor.empty() ? "" : "&cursor=" + cursor)).json();
    for (const auto& item : page["items"]) seen.push_back(item["external_id"]);
    cursor = page["next_cursor"].is_null() ? "" : page["next_cursor"].get<std::string>();
  } while (!cursor.empty());
  EXPECT_EQ(seen.size(), 25u);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(client->get(papers + "?q=Title%2012").json()["items"].size(), 1u);
  EXPECT_EQ(client->get(papers + "?status=failed").json()["items"].size(), 0u);
  EXPECT_EQ(client->get(papers + "?status=indexed&limit=100").json()["items"].size(), 25u);
  EXPECT_EQ(client->get(papers + "?status=lost").status, 400);
  EXPECT_EQ(client->get(papers + "?cursor=nonsense").status, 404);
}

TEST_F(DocumentsTest, text_and_chunks_are_literal) {
  add({{{"external_id", "a"}, {"text", "Erste Zeile über Reiher.\n鷺は葦に。"}}});
  const std::string base = "/v1/documents/" + id_of("a");
  const SeenReply text = client->get(base + "/text");
  EXPECT_EQ(text.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(text.body, "Erste Zeile über Reiher.\n鷺は葦に。");
  const nlohmann::json chunks = client->get(base + "/chunks?limit=1").json();
  ASSERT_EQ(chunks["items"].size(), 1u);
  EXPECT_NE(text.body.find(chunks["items"][0]["text"].get<std::string>()), std::string::npos);
  EXPECT_EQ(client->get(base + "/chunks?cursor=x").status, 404);
  EXPECT_TRUE(client->get(base + "/chunks?cursor=" + page_cursor(PagedList::chunks, 1000)).json()["items"].empty());
}

TEST_F(DocumentsTest, a_page_is_downloaded_not_shown) {
  upload({{"file", "<script>alert(1)</script>", "page.html", "text/html"}});
  const std::string file = "/v1/documents/" + id_of("page.html") + "/file";
  const SeenReply whole = client->get(file);
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.body, "<script>alert(1)</script>");
  EXPECT_TRUE(whole.header("Content-Disposition").starts_with("attachment; filename=\"page.html\""));
  EXPECT_TRUE(whole.header("Content-Security-Policy").starts_with("sandbox"));
  const std::string tag = whole.header("ETag");
  EXPECT_EQ(client->get(file, {{"If-None-Match", tag}}).status, 304);
  const SeenReply part = client->get(file, {{"Range", "bytes=1-6"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "script");
  EXPECT_EQ(part.header("Content-Range"), "bytes 1-6/25");
  EXPECT_EQ(client->get(file, {{"Range", "bytes=-9"}}).body, "</script>");
  EXPECT_EQ(client->get(file, {{"Range", "bytes=16-"}}).body, "</script>");
  EXPECT_EQ(client->get(file, {{"Range", "bytes=99-"}}).status, 416);
  EXPECT_EQ(client->get(file, {{"Range", "bytes=0-1,3-4"}}).status, 200);
  EXPECT_EQ(client->get(file, {{"Range", "bytes=1-6"}, {"If-Range", "\"other\""}}).status, 200);
}

TEST_F(DocumentsTest, an_empty_file_is_downloaded_as_nothing) {
  upload({{"file", "", "empty.txt", ""}});
  const SeenReply reply = client->get("/v1/documents/" + id_of("empty.txt") + "/file");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "");
}

TEST(DispositionTest, names_cannot_break_the_header) {
  EXPECT_EQ(routes::attachment_disposition("a\"\r\nX: é.txt"),
            "attachment; filename=\"a___X_ __.txt\"; filename*=UTF-8''a%22%0D%0AX%3A%20%C3%A9.txt");
  EXPECT_EQ(routes::attachment_disposition(""), "attachment; filename=\"document\"; filename*=UTF-8''document");
}

TEST_F(DocumentsTest, changed_facts_make_a_version_of_the_same_bytes) {
  add({{{"external_id", "a"}, {"title", "Old"}, {"text", "Herons nest."}, {"metadata", {{"year", 1}}}}});
  const std::string path = "/v1/documents/" + id_of("a");
  const SeenReply changed = client->send("PATCH", path, R"({"title": "New", "acl": ["group:birds"]})");
  ASSERT_EQ(changed.status, 202) << changed.body;
  EXPECT_EQ(changed.json()["title"], "New");
  EXPECT_EQ(changed.json()["acl"], nlohmann::json{"group:birds"});
  EXPECT_EQ(changed.json()["metadata"]["year"], 1);
  EXPECT_EQ(changed.json()["version"], 2);
  EXPECT_EQ(changed.json()["content_hash"], hash_of("Herons nest."));
  store.work();
  EXPECT_EQ(client->post("/v1/search", {{"query", "herons"}, {"mode", "lexical"}}).json()["hits"][0]["title"], "New");
  EXPECT_EQ(client->send("PATCH", path, R"({"title": "New"})").status, 200);
  EXPECT_EQ(client->send("PATCH", path, R"({"text": "no"})").status, 400);
  EXPECT_EQ(client->send("PATCH", path, R"({"acl": ["everyone"]})").status, 400);
  EXPECT_EQ(client->send("PATCH", path, R"({"title": null})").status, 400);
}

TEST_F(DocumentsTest, what_a_caller_may_not_see_is_not_there) {
  add({{{"external_id", "open"}, {"text", "Herons nest."}},
       {{"external_id", "closed"}, {"text", "Herons hide."}, {"acl", {"group:birds"}}}});
  const std::string closed = id_of("closed");
  gate.principal.is_owner = false;
  gate.principal.scopes = {Scope::query, Scope::ingest};
  for (const char* below : {"", "/text", "/chunks", "/file"})
    EXPECT_EQ(client->get("/v1/documents/" + closed + below).status, 404) << below;
  EXPECT_EQ(client->send("PATCH", "/v1/documents/" + closed, R"({"title": "x"})").status, 404);
  EXPECT_EQ(client->send("DELETE", "/v1/documents/" + closed).status, 404);
  EXPECT_EQ(client->post(papers, {{"documents", {{{"external_id", "closed"}, {"text", "x"}}}}}).status, 404);
  EXPECT_EQ(upload({{"file", "x", "closed", ""}}).status, 404);
  EXPECT_EQ(client->send("DELETE", "/v1/collections/papers").status, 403);
  EXPECT_EQ(listed(), 1u);
  EXPECT_EQ(client->get("/v1/collections/papers").json()["documents"], 1);
  EXPECT_EQ(client->post("/v1/search", {{"query", "herons"}, {"mode", "lexical"}}).json()["hits"].size(), 1u);
  gate.principal.groups = {"group:birds"};
  EXPECT_EQ(client->get("/v1/documents/" + closed).status, 200);
  EXPECT_EQ(listed(), 2u);
  gate.principal.tenant = TenantId("other");
  EXPECT_EQ(client->get("/v1/documents/" + closed).status, 404);
  EXPECT_EQ(client->get(papers).status, 404);
  EXPECT_EQ(client->post(papers, {{"documents", {{{"text", "x"}}}}}).status, 404);
}

TEST_F(DocumentsTest, a_deleted_document_disappears) {
  add({{{"external_id", "a"}, {"text", "Herons nest."}}});
  const std::string path = "/v1/documents/" + id_of("a");
  const SeenReply reply = client->send("DELETE", path);
  EXPECT_EQ(reply.status, 202);
  EXPECT_TRUE(reply.json()["task_id"].is_string());
  store.work();
  EXPECT_EQ(client->get(path).status, 404);
  EXPECT_EQ(client->send("DELETE", path).status, 404);
}

TEST_F(DocumentsTest, ids_that_cannot_be_are_not_found) {
  for (const char* id :
       {"0123", "00000000000000000000000000000000", "0000000000000000000000000000000G", "..%2F..", "%00"})
    EXPECT_EQ(client->get(std::string("/v1/documents/") + id).status, 404) << id;
}

}  // namespace
}  // namespace cairn
