#include "app/event_hub.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <utility>

#include "app/start_thread.h"

namespace cairn {
namespace {

/// Changes read at once; between such pages other followers get their share.
constexpr std::size_t page_size = 500;

bool has_ended(const Task& task) { return task.status != TaskStatus::queued && task.status != TaskStatus::running; }

}  // namespace

struct EventHub::Follower {
  std::uint64_t number = 0;
  Follow wants;
  std::uint64_t position = 0;  ///< Told up to here. The hub's thread, once `greeted`.
  bool must_reload = false;
  bool greeted = false;
  std::chrono::nanoseconds allowed_at{};
  std::atomic<bool> gone{false};
};

struct EventHub::Waiting {
  std::set<TaskId> open;
  std::chrono::nanoseconds until{};
  std::function<void(bool)> then;
  bool is_new = true;  ///< The tasks may have ended before it came.
};

/// What all threads share; it may outlive the hub in the hands of those who wait.
struct EventHub::State {
  mutable std::mutex mutex;
  std::condition_variable_any changed;
  // Guarded by mutex:
  std::map<std::uint64_t, std::shared_ptr<Follower>> followers;
  std::map<std::uint64_t, Waiting> waits;
  std::uint64_t next = 1;
  bool hinted = false;
  bool joined = false;  ///< Someone came who must be looked after at once.
};

class EventHub::Waiter final : public Wait {
 public:
  Waiter(std::shared_ptr<State> state, std::uint64_t number) : state_(std::move(state)), number_(number) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() override {
    const std::lock_guard lock(state_->mutex);
    state_->waits.erase(number_);
  }

 private:
  std::shared_ptr<State> state_;
  std::uint64_t number_;
};

EventHub::EventHub(const Catalog& catalog, ChangeFeed& feed, const Clock& clock, EventHubOptions options)
    : catalog_(catalog), feed_(feed), clock_(clock), options_(std::move(options)), state_(std::make_shared<State>()) {}

EventHub::~EventHub() {
  hints_.reset();
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
}

Result<void> EventHub::start() {
  hints_ = feed_.subscribe([state = state_] {
    const std::lock_guard lock(state->mutex);
    state->hinted = true;
    if (!state->followers.empty() || !state->waits.empty()) state->changed.notify_one();
  });
  CAIRN_TRY(thread_, start_thread([this](const std::stop_token& stop) { run(stop); }));
  return {};
}

Result<std::uint64_t> EventHub::follow(Follow wants) {
  CAIRN_TRY(const std::uint64_t now, catalog_.last_change());
  auto follower = std::make_shared<Follower>();
  follower->must_reload = wants.after && *wants.after > now;
  follower->position = wants.after && !follower->must_reload ? *wants.after : now;
  follower->wants = std::move(wants);
  follower->allowed_at = clock_.monotonic();
  const std::lock_guard lock(state_->mutex);
  follower->number = state_->next++;
  state_->followers.emplace(follower->number, follower);
  state_->joined = true;
  state_->changed.notify_one();
  return follower->number;
}

void EventHub::unfollow(std::uint64_t number) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->followers.find(number);
  if (found == state_->followers.end()) return;
  found->second->gone = true;
  state_->followers.erase(found);
}

std::unique_ptr<EventHub::Wait> EventHub::when_ended(std::vector<TaskId> tasks, std::chrono::milliseconds patience,
                                                     std::function<void(bool)> then) {
  Waiting waiting;
  waiting.open.insert(tasks.begin(), tasks.end());
  waiting.until = clock_.monotonic() + patience;
  waiting.then = std::move(then);
  const std::lock_guard lock(state_->mutex);
  const std::uint64_t number = state_->next++;
  state_->waits.emplace(number, std::move(waiting));
  state_->joined = true;
  state_->changed.notify_one();
  return std::make_unique<Waiter>(state_, number);
}

std::size_t EventHub::followers() const {
  const std::lock_guard lock(state_->mutex);
  return state_->followers.size();
}

void EventHub::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    wait_for_work(stop);
    if (stop.stop_requested()) return;
    if (!round()) wake();  // Whatever was not told is told in a later round.
    // What changes at about the same time is told together.
    std::unique_lock lock(state_->mutex);
    state_->changed.wait_for(lock, stop, options_.pause, [] { return false; });
  }
}

void EventHub::wake() {
  const std::lock_guard lock(state_->mutex);
  state_->joined = true;
}

void EventHub::wait_for_work(const std::stop_token& stop) {
  std::unique_lock lock(state_->mutex);
  const auto listened_to = [&] { return !state_->followers.empty() || !state_->waits.empty(); };
  const auto busy = [&] { return state_->joined || (state_->hinted && listened_to()); };
  if (!listened_to()) {
    is_live_ = false;
    state_->changed.wait(lock, stop, busy);
  } else {
    std::chrono::nanoseconds patience = options_.poll;
    for (const auto& [number, waiting] : state_->waits)
      patience = std::min(patience, std::max(waiting.until - clock_.monotonic(), std::chrono::nanoseconds(0)));
    state_->changed.wait_for(lock, stop, patience, busy);  // Looks even without a hint: one may have been lost.
  }
  state_->hinted = false;
  state_->joined = false;
}

std::vector<std::shared_ptr<EventHub::Follower>> EventHub::all_followers() const {
  const std::lock_guard lock(state_->mutex);
  std::vector<std::shared_ptr<Follower>> all;
  all.reserve(state_->followers.size());
  for (const auto& [number, follower] : state_->followers) all.push_back(follower);
  return all;
}

bool EventHub::round() {
  if (!is_live_) {  // What happened while nobody listened is read only for those who ask for it.
    const auto now = catalog_.last_change();
    if (!now) return false;
    position_ = *now;
    is_live_ = true;
  }
  bool done = true;
  for (const auto& follower : all_followers()) done &= catch_up(*follower);
  done &= tell_changes();
  done &= look_at_new_waits();
  end_waits();
  drop_gone();
  return done;
}

/// One page of what a follower missed: until it has all of that it is not told what is new. True when it has.
bool EventHub::catch_up(Follower& follower) {
  const auto reload = [&] { send(follower, {.id = follower.position, .name = "reload", .data = "{}"}); };
  if (!std::exchange(follower.greeted, true)) {
    send(follower, {.id = follower.position, .name = "ready", .data = "{}"});
    if (follower.must_reload) reload();
  }
  if (follower.position >= position_) return true;
  const auto changes =
      catalog_.changes({.after = follower.position, .tenant = follower.wants.principal.tenant, .limit = page_size});
  if (!changes) return false;
  if (changes->forgot_removals) reload();
  Page page{.changes = *changes, .written = std::vector<std::optional<HubEvent>>(changes->items.size())};
  tell(follower, page);
  return follower.position >= position_;
}

bool EventHub::tell_changes() {
  for (bool complete = false; !complete;) {
    const auto changes = catalog_.changes({.after = position_, .tenant = {}, .limit = page_size});
    if (!changes) return false;
    note_ended(changes->items);
    if (!changes->items.empty() || changes->forgot_removals) {
      Page page{.changes = *changes, .written = std::vector<std::optional<HubEvent>>(changes->items.size())};
      for (const auto& follower : all_followers()) {
        if (!follower->greeted || follower->position < position_) continue;
        if (changes->forgot_removals) send(*follower, {.id = follower->position, .name = "reload", .data = "{}"});
        tell(*follower, page);
      }
    }
    // Also those who were told nothing stand here now.
    for (const auto& follower : all_followers())
      if (follower->greeted && follower->position >= position_)
        follower->position = std::max(follower->position, changes->last);
    position_ = changes->last;
    complete = changes->complete;
  }
  return true;
}

void EventHub::tell(Follower& follower, Page& page) {
  for (std::size_t i = 0; i < page.changes.items.size(); ++i) {
    const Change& change = page.changes.items[i];
    if (change.number <= follower.position) continue;
    if (!matches(follower.wants.filter, change) || !may_see(follower.wants.principal, change)) continue;
    if (!page.written[i]) {
      page.written[i] = options_.write(change);
      page.written[i]->id = change.number;
    }
    send(follower, *page.written[i]);
  }
  follower.position = std::max(follower.position, page.changes.last);
}

void EventHub::send(Follower& follower, const HubEvent& event) {
  if (follower.gone) return;
  const auto now = clock_.monotonic();
  if (follower.wants.still_allowed && now - follower.allowed_at >= options_.recheck) {
    follower.allowed_at = now;
    if (!follower.wants.still_allowed()) follower.gone = true;
  }
  if (!follower.gone && !follower.wants.send(event)) follower.gone = true;
}

void EventHub::note_ended(const std::vector<Change>& changes) {
  const std::lock_guard lock(state_->mutex);
  if (state_->waits.empty()) return;
  for (const Change& change : changes) {
    // Queued tasks go with their collection without a word: look whether they are still there.
    const bool look_again = change.kind == ChangeKind::removed_collection;
    for (auto& [number, waiting] : state_->waits) {
      waiting.is_new |= look_again;
      if (change.task && has_ended(*change.task)) waiting.open.erase(change.task->id);
    }
  }
}

/// Tasks may have ended before somebody waited for them.
bool EventHub::look_at_new_waits() {
  std::set<TaskId> unknown, over;
  {
    const std::lock_guard lock(state_->mutex);
    for (auto& [number, waiting] : state_->waits)
      if (std::exchange(waiting.is_new, false)) unknown.insert(waiting.open.begin(), waiting.open.end());
  }
  bool all_known = true;
  for (const TaskId& id : unknown) {
    const auto task = catalog_.task(id);
    if (task ? has_ended(*task) : task.error().kind == ErrorKind::not_found) over.insert(id);
    all_known &= task || task.error().kind == ErrorKind::not_found;
  }
  const std::lock_guard lock(state_->mutex);
  for (auto& [number, waiting] : state_->waits) {
    if (!all_known) waiting.is_new = true;
    if (!over.empty()) std::erase_if(waiting.open, [&](const TaskId& id) { return over.contains(id); });
  }
  return all_known;
}

void EventHub::end_waits() {
  std::vector<std::pair<std::function<void(bool)>, bool>> over;
  {
    const std::lock_guard lock(state_->mutex);
    const auto now = clock_.monotonic();
    for (auto entry = state_->waits.begin(); entry != state_->waits.end();) {
      Waiting& waiting = entry->second;
      const bool ended = waiting.open.empty();
      if (ended || now >= waiting.until) {
        over.emplace_back(std::move(waiting.then), ended);
        entry = state_->waits.erase(entry);
      } else {
        ++entry;
      }
    }
  }
  for (const auto& [then, ended] : over) then(ended);
}

void EventHub::drop_gone() {
  for (const auto& follower : all_followers()) {
    if (!follower->gone) continue;
    const std::lock_guard lock(state_->mutex);
    state_->followers.erase(follower->number);
  }
}

}  // namespace cairn
