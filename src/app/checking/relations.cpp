#include <algorithm>
#include <map>
#include <set>

#include "app/checking/comparison.h"
#include "base/utf8.h"

namespace cairn::checking {
namespace {

using Kind = Token::Kind;

bool joins(const Token& token) {
  return token.kind == Kind::clause_end || token.text == "and" || token.text == "及" || token.text == "和" ||
         token.text == "与" || token.text == "or";
}

bool has_han(const Part& part) {
  return std::ranges::any_of(part, [](const Token* token) { return token->han; });
}

/// A sentence cut so that each piece has one of its quantities of one kind: 24 months for instruments | and 12 months
/// for probes.
struct Pieces {
  std::vector<Part> pieces;
  std::vector<const Token*> quantities;
  std::size_t head = 0;  ///< How many tokens of the first piece stand before its quantity.
};

Pieces cut_by_quantities(const Part& sentence, const Quantity& kind) {
  std::vector<std::size_t> at;
  for (std::size_t i = 0; i < sentence.size(); ++i)
    if (sentence[i]->kind == Kind::quantity && same_kind(sentence[i]->quantity, kind)) at.push_back(i);
  Pieces cut;
  std::size_t start = 0;
  for (std::size_t n = 0; n < at.size(); ++n) {
    std::size_t end = sentence.size();
    if (n + 1 < at.size()) {
      end = at[n] + 1;
      bool cut_already = false;  // Chinese puts what a number belongs to before it, English mostly behind.
      for (std::size_t i = at[n] + 1; i < at[n + 1]; ++i) {
        if (!joins(*sentence[i]) || (cut_already && has_han(sentence))) continue;
        end = i + 1;
        cut_already = true;
      }
    }
    cut.pieces.emplace_back(sentence.begin() + static_cast<std::ptrdiff_t>(start),
                            sentence.begin() + static_cast<std::ptrdiff_t>(end));
    cut.quantities.push_back(sentence[at[n]]);
    start = end;
  }
  if (!at.empty()) cut.head = at.front();
  return cut;
}

/// Sentences with the ends of clauses left in, since pieces are cut there.
std::vector<Part> sentences_with_marks(const Statement& statement) {
  std::vector<Part> parts(1);
  for (const Token& token : statement.tokens) {
    if (token.kind == Kind::sentence_end) parts.emplace_back();
    else parts.back().push_back(&token);
  }
  std::erase_if(parts, [](const Part& part) { return part.empty(); });
  return parts;
}

/// "not more than", 不得低於, but not "nobody under 16".
bool may_deny_direction(const Token& token) {
  constexpr std::string_view others[] = {"nobody", "none", "nothing", "never", "neither", "without"};
  return token.negates && token.direction == 0 && std::ranges::find(others, token.text) == std::end(others);
}

/// Whether a clause is denied. A negation of a direction ("not more than") is that direction's matter.
bool is_negative(const Part& part) {
  std::size_t negations = 0;
  for (std::size_t i = 0; i < part.size(); ++i) {
    const bool of_direction =
        (i + 1 < part.size() && part[i + 1]->direction != 0) || (i + 2 < part.size() && part[i + 2]->direction != 0);
    if (part[i]->negates && !(of_direction && may_deny_direction(*part[i]))) ++negations;
  }
  return negations % 2 == 1;
}

const Part* best_of(const std::vector<Part>& parts, const Part& claim, const Ground& ground) {
  const Part* best = nullptr;
  double most = 0;
  for (const Part& part : parts) {
    double shared = overlap(claim, part, ground);
    if (shared > 0 && is_negative(part) == is_negative(claim)) shared += 0.05;
    if (shared > most) most = shared, best = &part;
  }
  return most >= 0.4 ? best : nullptr;
}

const Token* first_content(const Part& part) {
  const auto found = std::ranges::find_if(part, [](const Token* token) { return token->is_content(); });
  return found == part.end() ? nullptr : *found;
}

/// Whether two words could stand in each other's place: both names, or Chinese words of one length that end alike
/// (甲方, 乙方).
bool are_counterparts(const Token& a, const Token& b) {
  if (a.name && b.name) return true;
  if (!a.han || !b.han || a.text.size() != b.text.size() || a.text.size() < 6) return false;
  return a.text.substr(a.text.size() - 3) == b.text.substr(b.text.size() - 3);
}

/// What the sentence of the evidence speaks of when that is something else than what the claim speaks of; null when
/// nothing speaks against it. The claim speaks of the first two words that state something, and of its names.
const Token* speaks_of_another(const Part& claim, const Part& evidence, const Ground& ground) {
  std::size_t place = 0;
  for (const Token* token : claim) {
    if (!token->is_content()) continue;
    const bool leads = place++ < 2;
    if (has_key(evidence, token->key) || ground.context_keys.contains(token->key)) continue;
    if (!ground.keys.contains(token->key)) continue;
    const Token* first = first_content(evidence);
    if ((leads || token->name) && first != nullptr && !has_key(claim, first->key)) return first;
    for (const Token* other : evidence)
      if (other->is_content() && !has_key(claim, other->key) && are_counterparts(*token, *other)) return other;
  }
  return nullptr;
}

/// Whether a part has the word, with the same direction where it has one.
bool has_word(const Part& part, const Token& word) {
  return std::ranges::any_of(part, [&](const Token* token) {
    return token->kind == Kind::word && token->key == word.key && token->direction == word.direction;
  });
}

/// Whether what the claim says about its quantity stands beside that quantity in a sentence of the evidence.
bool belongs(const Part& claim, const Pieces& evidence, std::size_t own) {
  const auto other_has = [&](const Token& token) {
    for (std::size_t i = 0; i < evidence.pieces.size(); ++i)
      if (i != own && has_word(evidence.pieces[i], token)) return true;
    return false;
  };
  const Part head(evidence.pieces[0].begin(), evidence.pieces[0].begin() + static_cast<std::ptrdiff_t>(evidence.head));
  for (const Token* token : claim) {
    if (!token->is_content() || has_word(evidence.pieces[own], *token)) continue;
    if (token->direction != 0 && has_key(evidence.pieces[own], token->key)) return false;
    if (other_has(*token) && !has_word(head, *token)) return false;
  }
  if (own == 0 || evidence.quantities[own]->quantity.unit.empty()) return true;
  bool has_own = false;
  for (const Token* token : evidence.pieces[own]) {
    if (!token->is_content() || other_has(*token)) continue;
    if (has_word(claim, *token)) return true;
    has_own = true;
  }
  return !has_own;
}

/// Whether the evidence has several quantities of the claim in the same order: "from 10 to 12 May".
bool in_same_order(const std::vector<const Token*>& claim, const std::vector<const Token*>& evidence) {
  auto from = evidence.begin();
  for (const Token* token : claim) {
    from = std::find_if(from, evidence.end(),
                        [&](const Token* other) { return same_quantity(token->quantity, other->quantity); });
    if (from == evidence.end()) return false;
    ++from;
  }
  return claim.size() > 1;
}

/// What of the evidence's sentence may be told of the quantity: true where nothing speaks against it.
bool belongs_somewhere(const Part& claim, const Part& whole, const Quantity& quantity, const Pieces& of_claim,
                       const Ground& ground) {
  bool seen = false;
  for (const Statement& text : ground.texts)
    for (const Part& sentence : sentences_with_marks(text)) {
      const Pieces cut = cut_by_quantities(sentence, quantity);
      for (std::size_t own = 0; own < cut.pieces.size(); ++own) {
        if (!same_quantity(quantity, cut.quantities[own]->quantity)) continue;
        if (in_same_order(of_claim.quantities, cut.quantities)) return true;
        seen = true;
        const auto in_claim = [&](const Token* other) {
          return std::ranges::any_of(of_claim.quantities,
                                     [&](const Token* mine) { return same_quantity(mine->quantity, other->quantity); });
        };
        const bool has_all = std::ranges::all_of(cut.quantities, in_claim);
        if (speaks_of_another(whole, sentence, ground) != nullptr && !(has_all && cut.pieces.size() > 1)) continue;
        if (cut.pieces.size() == 1 || (of_claim.pieces.size() == 1 && has_all) || belongs(claim, cut, own)) return true;
      }
    }
  return !seen;
}

/// Whether a negation stands right before the token: "not more than", 不得低於.
bool is_denied(const Part& part, std::size_t at) {
  for (std::size_t i = at; i-- > 0 && at - i <= 2;)
    if (may_deny_direction(*part[i])) return true;
  return false;
}

/// 1 or -1: where a word such as "more" or "before" points, turned round by a negation.
int points(const Part& part, std::size_t at) {
  return is_denied(part, at) ? -part[at]->direction : part[at]->direction;
}

/// The word with a direction that belongs to the quantity: the last before it, else the first behind it.
std::optional<std::size_t> direction_of(const Part& part, std::size_t quantity) {
  for (std::size_t i = quantity; i-- > 0;)
    if (part[i]->direction != 0) return i;
  for (std::size_t i = quantity + 1; i < part.size(); ++i)
    if (part[i]->direction != 0) return i;
  return std::nullopt;
}

enum class Agreement { none, agrees, conflicts };

bool is_measured(const Quantity& quantity) {
  constexpr std::string_view others[] = {"", "weekday", "month of year", "day of month", "year", "clock"};
  return std::ranges::find(others, quantity.unit) == std::end(others) && !quantity.unit.starts_with("per ");
}

/// Whether a clause says "more" of the quantity where the claim does, or "less".
Agreement compare_beside(const Part& claim, std::size_t quantity, const Part& clause) {
  const auto mine = direction_of(claim, quantity);
  for (std::size_t i = 0; i < clause.size() && mine; ++i) {
    if (clause[i]->kind != Kind::quantity || !same_quantity(claim[quantity]->quantity, clause[i]->quantity)) continue;
    const auto other = direction_of(clause, i);
    if (!other || clause[*other]->key != claim[*mine]->key) continue;
    return points(clause, *other) == points(claim, *mine) ? Agreement::agrees : Agreement::conflicts;
  }
  return Agreement::none;
}

/// What the clause that says most of the claim has beside its quantities; where that says nothing, any clause. The
/// meanings that agree are added to `decided`.
Agreement compare_quantities(const Part& claim, const Part* best, const Ground& ground,
                             std::set<std::string>& decided) {
  for (std::size_t i = 0; i < claim.size(); ++i) {
    if (claim[i]->kind != Kind::quantity || !is_measured(claim[i]->quantity)) continue;
    Agreement agreement = best == nullptr ? Agreement::none : compare_beside(claim, i, *best);
    const bool open = agreement == Agreement::none;
    for (const Part& clause : ground.clauses)
      if (open && agreement != Agreement::agrees)
        if (const Agreement other = compare_beside(claim, i, clause); other != Agreement::none) agreement = other;
    if (agreement == Agreement::conflicts) return agreement;
    if (agreement == Agreement::agrees) decided.insert(claim[*direction_of(claim, i)]->key);
  }
  return decided.empty() ? Agreement::none : Agreement::agrees;
}

/// Compares "more" and "less", "before" and "after" of two clauses, but not those of `decided`; a word that points both
/// ways in one says nothing.
Agreement compare_directions(const Part& claim, const Part& evidence, const std::set<std::string>& decided) {
  const auto directions = [](const Part& part) {
    std::map<std::string, int> found;
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (part[i]->direction == 0) continue;
      const auto [at, is_new] = found.try_emplace(part[i]->key, points(part, i));
      if (!is_new && at->second != points(part, i)) at->second = 0;
    }
    return found;
  };
  const auto mine = directions(claim), theirs = directions(evidence);
  Agreement agreement = Agreement::none;
  for (const auto& [meaning, direction] : mine) {
    const auto other = theirs.find(meaning);
    if (other == theirs.end() || decided.contains(meaning) || direction == 0 || other->second == 0) continue;
    if (direction != other->second) return Agreement::conflicts;
    agreement = Agreement::agrees;
  }
  return agreement;
}

/// What a clause denies: its words behind the negation, or those before it where there is none behind.
Part denied_by(const Part& clause) {
  Part denied;
  const auto at = std::ranges::find_if(clause, [](const Token* token) { return token->negates; });
  if (at == clause.end()) return denied;
  std::copy_if(at + 1, clause.end(), std::back_inserter(denied), [](const Token* t) { return t->is_content(); });
  if (denied.empty())
    std::copy_if(clause.begin(), at, std::back_inserter(denied), [](const Token* t) { return t->is_content(); });
  return denied;
}

bool share(const Part& a, const Part& b) {
  return std::ranges::any_of(a, [&](const Token* token) { return has_key(b, token->key); });
}

/// Whether the evidence denies somewhere what the claim denies.
bool denies_too(const Part& claim, const Ground& ground) {
  const Part denied = denied_by(claim);
  return std::ranges::any_of(
      ground.clauses, [&](const Part& clause) { return is_negative(clause) && share(denied, denied_by(clause)); });
}

/// Whether the evidence denies a word of the claim that it says nowhere else.
bool is_denied_elsewhere(const Part& claim, const Ground& ground) {
  const auto said = [&](const Token& word) {
    return std::ranges::any_of(ground.clauses,
                               [&](const Part& clause) { return !is_negative(clause) && has_key(clause, word.key); });
  };
  for (const Part& clause : ground.clauses) {
    if (!is_negative(clause)) continue;
    for (const Token* word : denied_by(clause))
      if (has_key(claim, word->key) && !said(*word)) return true;
  }
  return false;
}

std::ptrdiff_t place_of(const Part& part, std::string_view key) {
  const auto found = std::ranges::find_if(part, [&](const Token* token) { return token->key == key; });
  return found == part.end() ? -1 : found - part.begin();
}

bool is_passive(const Part& part) {
  return std::ranges::any_of(
      part, [](const Token* token) { return token->text == "by" || token->text == "被" || token->text == "由"; });
}

/// "A pays B" against "B pays A": two words that a third stands between in both, the other way round.
bool swaps_roles(const Part& claim, const Part& evidence) {
  if (is_passive(claim) != is_passive(evidence)) return false;
  for (std::size_t i = 0; i < claim.size(); ++i)
    for (std::size_t k = i + 2; k < claim.size(); ++k) {
      const Token &a = *claim[i], &b = *claim[k];
      if (!a.is_content() || !b.is_content() || a.key == b.key) continue;
      const auto at_a = place_of(evidence, a.key), at_b = place_of(evidence, b.key);
      if (at_a < 0 || at_b < 0 || at_b > at_a ||
          has_key({claim.begin(), claim.begin() + static_cast<std::ptrdiff_t>(i)}, b.key))
        continue;
      if (!(a.capital && b.capital) && !are_counterparts(a, b)) continue;
      for (std::size_t m = i + 1; m < k; ++m) {
        if (!claim[m]->is_content()) continue;
        const auto at = place_of(evidence, claim[m]->key);
        if (at > at_b && at < at_a) return true;
      }
    }
  return false;
}

/// The subject of a clause that says most of the claim, when the claim begins with that of another clause.
const Token* subject_of_other_clause(const Part& claim, const Ground& ground) {
  const Token* mine = first_content(claim);
  if (mine == nullptr) return nullptr;
  const Part* best = best_of(ground.clauses, claim, ground);
  if (best == nullptr || has_key(*best, mine->key) || !ground.keys.contains(mine->key)) return nullptr;
  const Token* theirs = first_content(*best);
  std::size_t shared = 0;
  for (const Token* token : claim) shared += token->is_content() && has_key(*best, token->key) ? 1 : 0;
  return theirs != nullptr && !has_key(claim, theirs->key) && shared >= 2 ? theirs : nullptr;
}

}  // namespace

std::optional<std::string> other_number_belongs(const Statement& claim, const Ground& ground) {
  for (const Part& sentence : sentences_with_marks(claim))
    for (const Token* token : sentence) {
      if (token->kind != Kind::quantity || token->quantity.unit.starts_with("per ")) continue;
      const Pieces pieces = cut_by_quantities(sentence, token->quantity);
      for (std::size_t i = 0; i < pieces.pieces.size(); ++i) {
        if (pieces.quantities[i] != token) continue;
        if (!belongs_somewhere(pieces.pieces[i], sentence, token->quantity, pieces, ground))
          return "\"" + token->text + "\" belongs to something else in the evidence";
      }
    }
  return std::nullopt;
}

std::optional<std::string> turned_round(const Statement& claim, const Ground& ground) {
  for (const Part& clause : parts_of(claim, true)) {
    const Part* best = best_of(ground.clauses, clause, ground);
    std::set<std::string> decided;
    Agreement directions = compare_quantities(clause, best, ground, decided);
    if (directions != Agreement::conflicts && best != nullptr) directions = compare_directions(clause, *best, decided);
    if (directions == Agreement::conflicts) return "the evidence says the opposite";
    if (best == nullptr) continue;
    if (is_negative(clause)) {
      if (!is_negative(*best) && !denies_too(clause, ground)) return "the evidence does not deny this";
    } else if ((is_negative(*best) && share(denied_by(*best), clause)) || is_denied_elsewhere(clause, ground)) {
      return "the evidence denies this";
    }
  }
  return std::nullopt;
}

std::optional<std::string> other_roles(const Statement& claim, const Ground& ground) {
  for (const Part& sentence : parts_of(claim, false)) {
    const Part* best = best_of(ground.sentences, sentence, ground);
    if (best != nullptr && swaps_roles(sentence, *best)) return "who does what is the other way round in the evidence";
  }
  return std::nullopt;
}

std::optional<std::string> other_subject(const Statement& claim, const Ground& ground) {
  for (const Part& sentence : parts_of(claim, false)) {
    const Part* best = best_of(ground.sentences, sentence, ground);
    if (best == nullptr) continue;
    if (const Token* another = speaks_of_another(sentence, *best, ground))
      return "the evidence says this of \"" + another->text + "\"";
    if (const Token* another = subject_of_other_clause(sentence, ground))
      return "the evidence says this of \"" + another->text + "\"";
  }
  return std::nullopt;
}

}  // namespace cairn::checking
