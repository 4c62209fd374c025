// From a request's head to its reply: the application's plan, the body, the handler.
#include <utility>

#include "api/http/compress.h"
#include "api/http/connection.h"
#include "api/http/text.h"

namespace cairn::http {
namespace {

/// A short body is gathered in one allocation; of a long one, only what arrives is believed.
constexpr std::uint64_t max_reserved_bytes = 1 << 20;

/// Reads of a kilobyte are too small for what is left.
constexpr std::uint64_t narrow_bytes = 1024;

std::string what(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) { return e.what(); } catch (...) {
    return "an exception of unknown type";
  }
}

}  // namespace

Response Connection::refused(int status, const Error& error) {
  try {
    return service_.application.refusal(*request_, status, error);
  } catch (...) {
    Response response;
    response.status = status == 0 ? 500 : status;
    response.content_type = "text/plain";
    response.body = std::string("The request was refused.\n");
    return response;
  }
}

Response Connection::broken(std::exception_ptr failure) {
  return refused(500, {ErrorKind::internal, "A handler failed: " + what(failure)});
}

Plan Connection::begin() {
  try {
    return service_.application.begin(*request_);
  } catch (...) {
    Plan plan;
    plan.reply = broken(std::current_exception());
    return plan;
  }
}

Task<Response> Connection::decide() {
  auto plan = begin();
  passed("http.admit");
  if (plan.reply) {
    auto ready = co_await encoded(std::move(*plan.reply));
    co_return ready;
  }
  if (auto refusal = parser_->limit_body(plan.max_body_bytes)) co_return refused(*refusal);
  if (auto refusal = refuse_expectation()) co_return std::move(*refusal);
  auto response = co_await take_body(plan);
  co_return response;
}

std::optional<Response> Connection::refuse_expectation() {
  const auto expected = request_->headers.get("Expect");
  if (expected.empty() || equals_ignoring_case(expected, "100-continue")) return std::nullopt;
  return refused(
      417, {ErrorKind::invalid, "Of the expectations only '100-continue' is understood; leave the header Expect out."});
}

bool Connection::waits_for_permission() const {
  return !parser_->is_http_10() && !parser_->done() && bytes_in_ > 0 && inbox_.empty() &&
         request_->headers.has("Expect");
}

Task<Response> Connection::take_body(Plan& plan) {
  const bool has_body = !parser_->done();
  std::optional<Response> refusal = co_await read_body(plan);
  if (has_body) passed("http.receive");
  if (!refusal) {
    // While the handler works, a read stays under way: it notices when the client goes.
    inbox_.watch(max_ahead_bytes);
    auto handle = [this, &plan] {
      const Handling handling(*this);
      try {
        auto response = plan.sink ? plan.sink->finish(*request_) : plan.handle(*request_);
        plan.sink.reset();
        if (is_compressible(*request_, response)) compress(*request_, response);
        return response;
      } catch (...) { return broken(std::current_exception()); }
    };
    auto response = co_await OnWorker(service_.workers, loop_, std::move(handle));
    co_return response;
  }
  // What is dropped unfinished may have files to remove.
  if (plan.sink) co_await OnWorker(service_.workers, loop_, [&plan] { plan.sink.reset(); });
  co_return std::move(*refusal);
}

/// Gives the body to the sink, or gathers it; a reply when that is refused.
Task<std::optional<Response>> Connection::read_body(Plan& plan) {
  if (waits_for_permission()) {
    const bool told = co_await write("HTTP/1.1 100 Continue\r\n\r\n", {});
    if (!told) body_ok_ = false;
  }
  const auto left = parser_->bytes_left();
  if (!plan.sink && left) request_->body.reserve(std::min(*left, max_reserved_bytes));
  inbox_.set_wide(!left || *left > narrow_bytes);
  std::vector<std::string_view> pieces;
  std::optional<Response> refusal;
  while (!refusal && !parser_->done()) {
    pieces.clear();
    auto step = parser_->body(inbox_.bytes(), pieces);
    bytes_in_ += step.eaten;
    if (plan.sink && !pieces.empty()) {
      auto take = [&]() -> std::optional<Response> {
        try {
          for (const auto piece : pieces) {
            if (auto taken = plan.sink->take(piece); !taken) return refused(0, taken.error());
          }
          return std::nullopt;
        } catch (...) { return broken(std::current_exception()); }
      };
      refusal = co_await OnWorker(service_.workers, loop_, take);
    } else {
      for (const auto piece : pieces) request_->body.append(piece);
    }
    inbox_.take(step.eaten);
    if (refusal || (parser_->done() && !step.refusal)) break;
    if (step.refusal) refusal_ = std::move(step.refusal);
    else if (inbox_.ended())
      refusal_ = {400, {ErrorKind::invalid, "The request's body ended before its announced length; send all of it."}};
    if (!refusal_) {
      set_deadline(service_.options.body_timeout);
      co_await inbox_.more();
      deadline_ = {};
      if (timed_out_)
        refusal_ = {408, {ErrorKind::invalid, "The request's body stopped arriving; send it without pauses."}};
    }
    if (refusal_) {
      body_ok_ = false;
      refusal = refused(*refusal_);
    }
  }
  inbox_.set_wide(false);
  co_return refusal;
}

/// Compresses a reply that was made on the loop; this may take a while and is done elsewhere.
Task<Response> Connection::encoded(Response response) {
  if (is_compressible(*request_, response))
    co_await OnWorker(service_.workers, loop_, [&] { compress(*request_, response); });
  co_return response;
}

Task<Response> Connection::wait_for(Later later) {
  later_ = std::make_shared<LaterReply>(loop_, request_);
  inbox_.watch(max_ahead_bytes);
  auto start = [&]() -> std::optional<Response> {
    const Handling handling(*this);
    try {
      later(later_->slot());
      later = nullptr;
      return std::nullopt;
    } catch (...) { return broken(std::current_exception()); }
  };
  std::optional<Response> response = co_await OnWorker(service_.workers, loop_, start);
  if (!response) {
    while (!later_->ready()) co_await later_->answered().raised();
    response = later_->take();
    accounted_ = loop_.now();  // Who decided knows what took so long.
  } else {
    later_->abandon();
  }
  later_.reset();
  if (!response) co_return refused(500, {ErrorKind::internal, "A handler ended without an answer."});
  auto ready = co_await encoded(std::move(*response));
  co_return ready;
}

}  // namespace cairn::http
