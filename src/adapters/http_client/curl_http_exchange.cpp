#include "adapters/http_client/curl_http_exchange.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "adapters/http_client/curl_handles.h"

namespace cairn {
namespace {

using curl::Easy;

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
  static_cast<std::string*>(user)->append(data, size * count);
  return size * count;
}

/// A request under way, with everything that libcurl points to.
struct Transfer {
  HttpExchange::Ticket ticket = 0;
  HttpCall call;
  curl::List headers;
  std::string body;
  char detail[CURL_ERROR_SIZE] = "";
  Easy curl;
};

void prepare(Transfer& transfer) {
  CURL* curl = transfer.curl.get();
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : transfer.call.headers) list = curl_slist_append(list, (name + ": " + value).c_str());
  transfer.headers.reset(list);
  curl_easy_setopt(curl, CURLOPT_URL, transfer.call.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer.headers.get());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer.detail);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(transfer.call.idle_timeout.count()));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer.body);
  if (!transfer.call.body.empty() || transfer.call.method == "POST") {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, transfer.call.body.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.call.body.size()));
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, transfer.call.method.c_str());
}

Result<HttpAnswer> answer_of(Transfer& transfer, CURLcode code) {
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
    return fail(ErrorKind::invalid, "'" + transfer.call.url + "' is not an http or https address");
  if (code != CURLE_OK) {
    const std::string said = transfer.detail[0] != '\0' ? transfer.detail : curl_easy_strerror(code);
    return fail(ErrorKind::unavailable, "no answer from " + transfer.call.url + ": " + said);
  }
  long status = 0;
  const char* type = nullptr;
  curl_easy_getinfo(transfer.curl.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(transfer.curl.get(), CURLINFO_CONTENT_TYPE, &type);
  return HttpAnswer{static_cast<int>(status), type != nullptr ? type : "", std::move(transfer.body)};
}

class CurlHttpExchange final : public HttpExchange {
 public:
  CurlHttpExchange() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    multi_.reset(curl_multi_init());
  }

  ~CurlHttpExchange() override {
    for (const auto& transfer : transfers_) curl_multi_remove_handle(multi_.get(), transfer->curl.get());
  }

  Ticket begin(HttpCall call) override {
    auto transfer = std::make_unique<Transfer>();
    transfer->ticket = ++last_ticket_;
    transfer->call = std::move(call);
    transfer->curl = free_handle();
    prepare(*transfer);
    curl_multi_add_handle(multi_.get(), transfer->curl.get());
    transfers_.push_back(std::move(transfer));
    perform();
    return last_ticket_;
  }

  std::optional<Ended> next(std::chrono::milliseconds patience) override {
    using std::chrono::steady_clock;
    const auto end = steady_clock::now() + patience;
    while (true) {
      perform();
      if (!ended_.empty()) break;
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - steady_clock::now());
      if (left.count() <= 0 || transfers_.empty()) return std::nullopt;
      curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)),
                      nullptr);
    }
    Ended first = std::move(ended_.front());
    ended_.pop_front();
    return first;
  }

  void abandon(Ticket ticket) override {
    const auto found = std::ranges::find(transfers_, ticket, [](const auto& each) { return each->ticket; });
    if (found != transfers_.end()) remove(found);
    std::erase_if(ended_, [&](const Ended& each) { return each.ticket == ticket; });
  }

 private:
  using Transfers = std::vector<std::unique_ptr<Transfer>>;

  /// Handles are kept: making one costs more than a request.
  Easy free_handle() {
    if (free_.empty()) return Easy(curl_easy_init());
    Easy handle = std::move(free_.back());
    free_.pop_back();
    return handle;
  }

  void remove(Transfers::iterator at) {
    CURL* curl = (*at)->curl.get();
    curl_multi_remove_handle(multi_.get(), curl);
    curl_easy_reset(curl);
    free_.push_back(std::move((*at)->curl));
    transfers_.erase(at);
  }

  void perform() {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    for (int left = 0; CURLMsg* message = curl_multi_info_read(multi_.get(), &left);) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      const auto found =
          std::ranges::find(transfers_, message->easy_handle, [](const auto& each) { return each->curl.get(); });
      if (found == transfers_.end()) continue;
      ended_.push_back({(*found)->ticket, answer_of(**found, code)});
      remove(found);
    }
  }

  curl::Multi multi_;
  std::vector<Easy> free_;
  Transfers transfers_;
  std::deque<Ended> ended_;
  Ticket last_ticket_ = 0;
};

}  // namespace

std::unique_ptr<HttpExchange> make_curl_http_exchange() { return std::make_unique<CurlHttpExchange>(); }

}  // namespace cairn
