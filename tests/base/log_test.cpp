#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "contract/manual_clock.h"

namespace cairn {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

class LogTest : public ::testing::Test {
 protected:
  /// The lines that `act` logs.
  std::vector<std::string> lines_of(LogOptions options, const std::function<void(Log&)>& act) {
    std::string out;
    {
      Log log(std::move(options), clock_, [&](std::string_view lines) {
        out += lines;
        return true;
      });
      act(log);
    }
    std::vector<std::string> lines;
    std::istringstream stream(out);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
  }

  Json only_line_of(const std::function<void(Log&)>& act, LogOptions options = {}) {
    const auto lines = lines_of(std::move(options), act);
    EXPECT_EQ(lines.size(), 1u);
    return lines.empty() ? Json() : Json::parse(lines.front());
  }

  testing::ManualClock clock_;
};

TEST_F(LogTest, AnEventIsOneLineOfJson) {
  const std::pair<std::string_view, double> stages[] = {{"query.embed", 4.25}, {"query.dense", 0.5}};
  const Json line = only_line_of([&](Log& log) {
    log.warning("slow request", {{"request_id", "r1"},
                                 {"status", 200},
                                 {"duration_ms", 1234.5},
                                 {"streamed", false},
                                 {"stages_ms", LogTimes(stages)},
                                 {"odd", std::numeric_limits<double>::infinity()}});
  });
  EXPECT_EQ(line, Json({{"time", to_rfc3339(clock_.now())},
                        {"level", "warning"},
                        {"message", "slow request"},
                        {"request_id", "r1"},
                        {"status", 200},
                        {"duration_ms", 1234.5},
                        {"streamed", false},
                        {"stages_ms", {{"query.embed", 4.25}, {"query.dense", 0.5}}},
                        {"odd", nullptr}}));
}

TEST_F(LogTest, ValuesCannotForgeLinesFieldsOrTerminalCommands) {
  const std::string hostile =
      "x\n{\"level\":\"error\"}\r\t\x1b[2J\"\\\x7f\xc2\x9b"
      "31m\xe2\x80\xa8 \xe2\x80\xae \xff\xfe" +
      std::string(1, '\0');
  for (const bool json : {true, false}) {
    const auto lines = lines_of({.json = json}, [&](Log& log) { log.info(hostile, {{"route", hostile}}); });
    ASSERT_EQ(lines.size(), 1u);
    for (const char c : lines.front()) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << lines.front();
    for (const char* forbidden : {"\x7f", "\xc2\x9b", "\xe2\x80\xa8", "\xe2\x80\xae", "\xff"})
      EXPECT_THAT(lines.front(), Not(HasSubstr(forbidden)));
    if (!json) continue;
    const Json line = Json::parse(lines.front());
    EXPECT_EQ(line.size(), 4u);
    EXPECT_EQ(line["level"], "info");
    EXPECT_THAT(line["route"].get<std::string>(), HasSubstr("x\n{\"level\":\"error\"}\r\t\x1b[2J\"\\"));
  }
}

TEST_F(LogTest, EventsBelowTheLevelAreNotWritten) {
  const auto log_all = [](Log& log) {
    log.debug("d");
    log.info("i");
    log.warning("w");
    log.error("e");
  };
  EXPECT_EQ(lines_of({.level = LogLevel::debug}, log_all).size(), 4u);
  EXPECT_EQ(lines_of({.level = LogLevel::warning}, log_all).size(), 2u);
  EXPECT_EQ(lines_of({.level = LogLevel::off}, log_all).size(), 0u);
  EXPECT_EQ(parse_log_level("warning"), LogLevel::warning);
  EXPECT_FALSE(parse_log_level("loud"));
}

TEST_F(LogTest, SecretsAreNeverWritten) {
  const std::string jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJl";
  const std::string key = "cairn_k1_9aF3kQzT0vYb2LmN8sXw";
  for (const bool json : {true, false}) {
    const auto lines = lines_of({.json = json, .secrets = {"hunter2-configured"}}, [&](Log& log) {
      log.info("header was Authorization: Bearer " + jwt, {{"authorization", "anything at all"},
                                                           {"password", "correct horse"},
                                                           {"detail", "sent " + key + ", and " + jwt + "."},
                                                           {"url", "https://admin:pa55@host.example/x?token=abc&n=1"},
                                                           {"error", "endpoint said: bad key hunter2-configured!"},
                                                           {"basic", "basic dXNlcjpwYXNz"}});
    });
    ASSERT_EQ(lines.size(), 1u);
    for (const std::string& secret :
         {jwt, key, std::string("anything at all"), std::string("correct horse"), std::string("pa55"),
          std::string("abc"), std::string("hunter2"), std::string("dXNlcjpwYXNz")})
      EXPECT_THAT(lines.front(), Not(HasSubstr(secret)));
    for (const char* kept : {"host.example", "n=1", "endpoint said: bad key"})
      EXPECT_THAT(lines.front(), HasSubstr(kept));
  }
}

TEST_F(LogTest, WhatIsNoSecretStays) {
  for (const std::string text :
       {"GET /v1/documents/doc_01J9ZC2V8Q", "cairn_query_stage_duration_seconds", "a basic idea", "the bearer",
        "https://host.example/a@b", "token", "password reset", "eyJ", ""})
    EXPECT_EQ(without_secrets(text, {}), text);
}

TEST_F(LogTest, LinesForAPersonQuoteWhatWouldBeAmbiguous) {
  const auto lines = lines_of({.json = false}, [](Log& log) {
    log.info("request", {{"route", "/v1/search"}, {"error", "no such thing"}, {"status", 404}, {"empty", ""}});
  });
  EXPECT_EQ(lines,
            std::vector<std::string>{to_rfc3339(clock_.now()).substr(11, 12) +
                                     R"( info request  route=/v1/search error="no such thing" status=404 empty="")"});
}

TEST_F(LogTest, AReaderThatStandsStillHoldsNobodyUpAndWhatIsLostIsCounted) {
  std::promise<void> entered, released;
  auto release = released.get_future();
  std::string out;
  {
    Log log({.max_waiting_bytes = 400}, clock_, [&](std::string_view lines) {
      if (out.empty()) {
        entered.set_value();
        release.wait();
      }
      out += lines;
      return true;
    });
    log.info("first");
    entered.get_future().wait();
    for (int i = 0; i < 100; ++i) log.info("more");
    EXPECT_GT(log.dropped(), 90u);
    released.set_value();
    log.flush();
    const std::string before = out;
    log.info("last");
    log.flush();
    EXPECT_EQ(out.size(), before.size() + out.substr(0, out.find('\n')).size());
  }
  EXPECT_THAT(out, HasSubstr("\"last\""));
}

TEST_F(LogTest, LinesThatCannotBeWrittenAreCounted) {
  Log log({}, clock_, [](std::string_view) { return false; });
  log.info("one");
  log.info("two");
  log.flush();
  EXPECT_EQ(log.dropped(), 2u);
}

}  // namespace
}  // namespace cairn
