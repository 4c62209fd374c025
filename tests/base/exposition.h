#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace cairn::testing {

/// What a text in Prometheus' exposition format 0.0.4 says, read strictly: anything malformed fails the test.
struct Exposition {
  std::map<std::string, std::string> types, helps;  ///< By family.
  std::map<std::string, double> samples;            ///< By `name{label="value"}`, as written.
};

/// The family that a sample belongs to: the histogram's own name for its buckets, sum and count.
inline std::string family_of(const Exposition& read, const std::string& sample) {
  const std::string name = sample.substr(0, sample.find('{'));
  for (const std::string suffix : {"_bucket", "_sum", "_count"})
    if (name.ends_with(suffix)) {
      const std::string base = name.substr(0, name.size() - suffix.size());
      if (const auto type = read.types.find(base); type != read.types.end() && type->second == "histogram") return base;
    }
  return name;
}

inline double value_of(const std::string& text) {
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  std::size_t used = 0;
  const double value = std::stod(text, &used);
  EXPECT_EQ(used, text.size()) << text;
  return value;
}

inline Exposition read_exposition(const std::string& text) {
  static const std::regex comment("# (HELP|TYPE) ([a-zA-Z_][a-zA-Z0-9_]*) (.+)");
  static const std::regex sample(
      R"re(([a-zA-Z_][a-zA-Z0-9_]*(\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*")*\})?) (\S+))re");
  EXPECT_TRUE(text.empty() || text.back() == '\n') << "the last line has no end";
  Exposition read;
  std::string family;
  std::set<std::string> closed;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, comment)) {
      if (match[2] != family && !family.empty()) closed.insert(family);
      family = match[2];
      EXPECT_FALSE(closed.contains(family)) << family << " stands in two places";
      auto& told = match[1] == "HELP" ? read.helps : read.types;
      EXPECT_TRUE(told.emplace(family, match[3]).second) << line;
    } else if (std::regex_match(line, match, sample)) {
      EXPECT_TRUE(read.samples.emplace(match[1], value_of(match[6])).second) << "twice: " << line;
      EXPECT_EQ(family_of(read, match[1]), family) << line;
    } else {
      ADD_FAILURE() << "malformed line: " << line;
    }
  }
  for (const auto& [name, type] : read.types) EXPECT_TRUE(read.helps.contains(name)) << name << " has no HELP";
  return read;
}

}  // namespace cairn::testing
