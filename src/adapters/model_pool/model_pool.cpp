#include "adapters/model_pool/model_pool.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace cairn {
namespace {

using std::chrono::milliseconds;

/// What the models that were asked for one reply had to say.
class Failures {
 public:
  void add(const LanguageModel& model, Error error) {
    text_ += (text_.empty() ? "" : "; ") + model.name() + ": " + error.message;
    if (error.retry_after && (!retry_after_ || *error.retry_after < *retry_after_)) retry_after_ = error.retry_after;
    if (kinds_ == 0 || kind_ == error.kind) kind_ = error.kind;
    else kind_ = ErrorKind::unavailable;
    ++kinds_;
  }

  /// Of the kind that they agree on.
  Error together(const std::string& name) const {
    Error error{kind_, "no model of " + name + " can answer (" + text_ + ")"};
    error.retry_after = retry_after_;
    return error;
  }

  bool none() const { return kinds_ == 0; }

 private:
  std::string text_;
  std::optional<milliseconds> retry_after_;
  ErrorKind kind_ = ErrorKind::unavailable;
  int kinds_ = 0;
};

class ModelPool final : public LanguageModel {
 public:
  ModelPool(ModelPoolOptions options, const Clock& clock) : options_(std::move(options)), clock_(clock) {
    for (const PoolMember& member : options_.members) models_.push_back(member.model);
    models_.insert(models_.end(), options_.fall_back.begin(), options_.fall_back.end());
    circuits_.assign(models_.size(), Circuit(options_.circuit));
  }

  const std::string& name() const override { return options_.name; }

  std::uint32_t context_tokens() const override {
    std::uint32_t least = UINT32_MAX;
    for (const LanguageModel* model : models_) least = std::min(least, model->context_tokens());
    return least;
  }

  std::size_t count_tokens(std::string_view text) const override {
    std::size_t most = 0;
    for (const LanguageModel* model : models_) most = std::max(most, model->count_tokens(text));
    return most;
  }

  bool has_room() const override { return std::ranges::any_of(models_, &LanguageModel::has_room); }

  Result<ChatReply> chat(const ChatRequest& request, const std::function<void(std::string_view)>& on_text) override {
    const auto until = clock_.monotonic() + request.time_limit;
    Failures failures;
    for (const std::size_t index : order()) {
      if (!enter(index)) continue;
      bool passed_on = false;
      ChatRequest mine = request;
      mine.time_limit = std::max(std::chrono::duration_cast<milliseconds>(until - clock_.monotonic()), milliseconds(1));
      auto reply = models_[index]->chat(mine, [&](std::string_view piece) {
        passed_on = true;
        if (on_text) on_text(piece);
      });
      report(index, reply);
      if (reply || passed_on || reply.error().kind == ErrorKind::cancelled) return reply;
      if (options_.on_failure) options_.on_failure(*models_[index], reply.error());
      failures.add(*models_[index], std::move(reply).error());
      if (clock_.monotonic() >= until) break;
    }
    return fail(failures.none() ? all_resting() : failures.together(options_.name));
  }

 private:
  /// Members in an order drawn by weight, those that would have to wait behind the others, then those of weight 0, then
  /// the fall-back.
  std::vector<std::size_t> order() {
    std::vector<std::size_t> left, ordered;
    for (std::size_t i = 0; i < options_.members.size(); ++i) left.push_back(i);
    const std::scoped_lock lock(mutex_);
    while (!left.empty()) {
      const std::size_t place = draw(left);
      ordered.push_back(left[place]);
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(place));
    }
    const auto takes_turns = [&](std::size_t index) { return options_.members[index].weight > 0; };
    std::stable_partition(ordered.begin(), std::ranges::find_if_not(ordered, takes_turns),
                          [&](std::size_t index) { return models_[index]->has_room(); });
    for (std::size_t i = options_.members.size(); i < models_.size(); ++i) ordered.push_back(i);
    return ordered;
  }

  std::size_t draw(const std::vector<std::size_t>& left) {
    double sum = 0;
    for (const std::size_t index : left) sum += options_.members[index].weight;
    if (sum <= 0) return 0;
    double at = options_.random() * sum;
    for (std::size_t place = 0; place < left.size(); ++place) {
      at -= options_.members[left[place]].weight;
      if (at < 0) return place;
    }
    return left.size() - 1;
  }

  bool enter(std::size_t index) {
    const std::scoped_lock lock(mutex_);
    return circuits_[index].enter(clock_.monotonic());
  }

  /// An invalid or cancelled request says nothing about the model.
  void report(std::size_t index, const Result<ChatReply>& reply) {
    const std::scoped_lock lock(mutex_);
    Circuit& circuit = circuits_[index];
    const auto now = clock_.monotonic();
    if (reply) return circuit.succeeded();
    const Error& error = reply.error();
    if (error.kind == ErrorKind::limited)
      return circuit.rest(now, error.retry_after.value_or(options_.circuit.cool_down));
    if (error.kind == ErrorKind::invalid || error.kind == ErrorKind::cancelled) return circuit.left();
    circuit.failed(now);
  }

  Error all_resting() {
    const std::scoped_lock lock(mutex_);
    auto first = circuits_.front().open_until();
    for (const Circuit& circuit : circuits_) first = std::min(first, circuit.open_until());
    Error error{ErrorKind::unavailable, "no model of " + options_.name + " answers at the moment; try again later"};
    error.retry_after = std::max(std::chrono::ceil<milliseconds>(first - clock_.monotonic()), milliseconds(0));
    return error;
  }

  const ModelPoolOptions options_;
  const Clock& clock_;
  std::vector<LanguageModel*> models_;  ///< Members, then the fall-back.
  std::mutex mutex_;
  std::vector<Circuit> circuits_;  // Guarded by mutex_; as models_.
};

}  // namespace

Result<std::unique_ptr<LanguageModel>> make_model_pool(ModelPoolOptions options, const Clock& clock) {
  if (options.members.empty())
    return fail(ErrorKind::invalid, "generators." + options.name + ".members must name at least one generator");
  return std::make_unique<ModelPool>(std::move(options), clock);
}

}  // namespace cairn
