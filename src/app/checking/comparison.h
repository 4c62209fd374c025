#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/checking/statement.h"

namespace cairn::checking {

/// A part of a statement: tokens between boundaries.
using Part = std::vector<const Token*>;

/// Parts between the ends of sentences; with `clauses`, between those of clauses too. Empty ones are left out.
std::vector<Part> parts_of(const Statement& statement, bool clauses);

/// Whether a word means nearly what one of the others means; empty: nobody can tell.
using Alike = std::function<bool(const std::string& word, const std::vector<std::string>& others)>;

/// Everything that a sentence is compared with.
struct Ground {
  std::vector<Statement> texts;     ///< The quotes.
  std::vector<Statement> contexts;  ///< Titles and headings.
  std::string folded;               ///< All of it, for words that are cut differently.
  std::vector<Part> sentences, clauses;
  std::set<std::string, std::less<>> keys, context_keys;
  std::map<std::string, std::size_t, std::less<>> clauses_with;  ///< How many clauses have a word.

  void finish();  ///< Fills what follows from texts and contexts.
};

/// Each gives the reason why the sentence is not supported, or nothing.
std::optional<std::string> asserts_nothing(const Statement& claim, const Ground& ground);
std::optional<std::string> foreign_quantity(const Statement& claim, const Ground& ground);
std::optional<std::string> foreign_word(const Statement& claim, const Ground& ground, const Alike& alike,
                                        double& coverage);
std::optional<std::string> other_number_belongs(const Statement& claim, const Ground& ground);
std::optional<std::string> turned_round(const Statement& claim, const Ground& ground);
std::optional<std::string> other_roles(const Statement& claim, const Ground& ground);
std::optional<std::string> other_subject(const Statement& claim, const Ground& ground);

/// Whether a sentence only says again what a question says that asks for something ("how long", 多少), and not for yes
/// or no: "The warranty lasts." answers nothing.
bool repeats(const Statement& claim, const Statement& question);

bool has_key(const Part& part, std::string_view key);

/// How much of `claim` a part of the evidence has; what many parts have counts less.
double overlap(const Part& claim, const Part& part, const Ground& ground);

}  // namespace cairn::checking
