#include "app/checking/alignment.h"

#include <algorithm>

namespace cairn::checking {
namespace {

using Kind = Token::Kind;

/// Words that state nothing count a little: they tell a sentence that was copied from one that was written anew.
double weight(const Token& token) { return token.kind == Kind::word && token.light ? 0.5 : 1; }

bool may_be_exchanged(const Token& a, const Token& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == Kind::quantity) return same_kind(a.quantity, b.quantity);
  return a.is_content() && b.is_content();
}

constexpr double of_addition = -0.3, of_omission = -0.02;

/// Scores of the best alignments of the beginnings of two sentences.
class Table {
 public:
  Table(const Part& claim, const Part& evidence)
      : claim_(claim), evidence_(evidence), scores_((claim.size() + 1) * (evidence.size() + 1)) {
    for (std::size_t i = 1; i <= claim.size(); ++i) {
      at(i, 0) = at(i - 1, 0) + of_addition * weight(*claim[i - 1]);
      for (std::size_t k = 1; k <= evidence.size(); ++k)
        at(i, k) = std::max({paired(i, k), without_claim(i, k), without_evidence(i, k)});
    }
  }

  double& at(std::size_t i, std::size_t k) { return scores_[i * (evidence_.size() + 1) + k]; }

  double paired(std::size_t i, std::size_t k) {
    const Token &a = *claim_[i - 1], &b = *evidence_[k - 1];
    if (same(a, b)) return at(i - 1, k - 1) + weight(a);
    return may_be_exchanged(a, b) ? at(i - 1, k - 1) : -1e9;
  }
  double without_claim(std::size_t i, std::size_t k) { return at(i - 1, k) + of_addition * weight(*claim_[i - 1]); }
  /// What stands behind all that the sentence has may be left out for nothing.
  double without_evidence(std::size_t i, std::size_t k) {
    return at(i, k - 1) + (i == claim_.size() ? 0 : of_omission);
  }

 private:
  const Part &claim_, &evidence_;
  std::vector<double> scores_;
};

}  // namespace

bool same(const Token& a, const Token& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == Kind::quantity) return same_quantity(a.quantity, b.quantity);
  return a.key == b.key && a.direction == b.direction;
}

Alignment align(const Part& claim, const Part& evidence) {
  Table table(claim, evidence);
  Alignment best;
  best.evidence = &evidence;
  double all = 0, shared = 0;
  for (const Token* token : claim) all += weight(*token);
  std::size_t i = claim.size(), k = evidence.size();
  while (i > 0) {
    if (k > 0 && table.at(i, k) == table.without_evidence(i, k)) {
      --k;
      continue;
    }
    const bool pair = k > 0 && table.at(i, k) == table.paired(i, k);
    --i;
    if (!pair) {
      best.added.push_back(claim[i]);
      continue;
    }
    --k;
    if (same(*claim[i], *evidence[k])) shared += weight(*claim[i]);
    else best.exchanged.emplace_back(claim[i], evidence[k]);
  }
  best.share = all > 0 ? shared / all : 0;
  return best;
}

Alignment align(const Part& claim, const Ground& ground) {
  Alignment best;
  for (const Part& sentence : ground.sentences)
    if (Alignment one = align(claim, sentence); one.share > best.share) best = std::move(one);
  return best;
}

}  // namespace cairn::checking
