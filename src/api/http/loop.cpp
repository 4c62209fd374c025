#include "api/http/loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <ctime>
#include <optional>
#include <thread>
#include <vector>

namespace cairn::http {

struct Loop::State {
  boost::asio::io_context context{1};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work{context.get_executor()};
  boost::asio::steady_timer timer{context};
  bool armed = false;
  std::vector<Resident*> residents;
  std::time_t second = -1;
  std::string date;
  std::thread thread;
};

Loop::Loop(const Clock& clock, std::chrono::milliseconds tick, std::function<void()> on_tick)
    : clock_(clock), tick_(tick), on_tick_(std::move(on_tick)), state_(std::make_unique<State>()) {
  state_->thread = std::thread([this] { state_->context.run(); });
}

Loop::~Loop() { join(); }

boost::asio::io_context& Loop::context() { return state_->context; }

void Loop::post(std::function<void()> work) { boost::asio::post(state_->context, std::move(work)); }

void Loop::join() {
  if (!state_->thread.joinable()) return;
  post([this] {
    state_->timer.cancel();
    state_->work.reset();
  });
  state_->thread.join();
}

void Loop::add(Resident& resident) {
  resident.place_ = state_->residents.size();
  state_->residents.push_back(&resident);
  arm();
}

void Loop::remove(Resident& resident) {
  state_->residents.back()->place_ = resident.place_;
  std::swap(state_->residents[resident.place_], state_->residents.back());
  state_->residents.pop_back();
}

void Loop::for_each(const std::function<void(Resident&)>& visit) {
  // By index from the end: a visit may remove the visited one, whose place the last one takes.
  for (std::size_t i = state_->residents.size(); i-- > 0;) visit(*state_->residents[i]);
}

void Loop::arm() {
  if (state_->armed || !state_->work) return;
  state_->armed = true;
  state_->timer.expires_after(tick_);
  state_->timer.async_wait([this](boost::system::error_code error) {
    state_->armed = false;
    if (!error) ticked();
  });
}

void Loop::ticked() {
  const auto time = now();
  for_each([time](Resident& resident) { resident.tick(time); });
  on_tick_();
  if (!state_->residents.empty()) arm();
}

const std::string& Loop::date() {
  const auto second = std::chrono::system_clock::to_time_t(clock_.now());
  if (second != state_->second) {
    std::tm parts{};
    gmtime_r(&second, &parts);
    char text[40];
    const auto size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    state_->date.assign(text, size);
    state_->second = second;
  }
  return state_->date;
}

}  // namespace cairn::http
