#include "adapters/openai/http_post.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <charconv>
#include <ctime>

#include "adapters/openai/web_address.h"

namespace cairn {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds look_at_cancel_every{50};
constexpr std::size_t most_idle_connections = 16;

struct EasyDeleter {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, ListDeleter>;

struct Transfer {
  HttpHead head;
  std::string waiting;  ///< Bytes that came and were not passed on yet.
  std::size_t taken = 0, max_bytes = 0;
  bool too_large = false;
};

std::size_t on_body_bytes(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.taken += size * count;
  if (transfer.taken > transfer.max_bytes) {
    transfer.too_large = true;
    return 0;
  }
  transfer.waiting.append(data, size * count);
  return size * count;
}

/// The value of the header `name` when `line` is that header. `name` ends with a colon.
std::optional<std::string> header_value(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || strncasecmp(line.data(), name.data(), name.size()) != 0) return std::nullopt;
  line.remove_prefix(name.size());
  const std::size_t start = line.find_first_not_of(" \t");
  if (start == std::string_view::npos) return std::nullopt;
  return std::string(line.substr(start, line.find_last_not_of(" \t\r\n") + 1 - start));
}

/// Seconds or a date (RFC 9110, section 10.2.3).
std::optional<milliseconds> parse_retry_after(const std::string& value) {
  int seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error == std::errc() && seconds >= 0) return std::chrono::seconds(seconds);
  const std::time_t date = curl_getdate(value.c_str(), nullptr);
  if (date < 0) return std::nullopt;
  return std::chrono::seconds(std::max<std::time_t>(0, date - std::time(nullptr)));
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  const std::string_view line(data, size * count);
  HttpHead& head = static_cast<Transfer*>(user)->head;
  if (const auto after = header_value(line, "retry-after:")) head.retry_after = parse_retry_after(*after);
  if (const auto type = header_value(line, "content-type:")) head.content_type = *type;
  return size * count;
}

List header_list(const HttpPost& request) {
  curl_slist* list = curl_slist_append(nullptr, "Content-Type: application/json");
  list = curl_slist_append(list, "Expect:");
  if (!request.bearer_token.empty())
    list = curl_slist_append(list, ("Authorization: Bearer " + request.bearer_token).c_str());
  return List(list);
}

List pinned_list(const WebAddress& target, const std::vector<std::string>& addresses) {
  std::string entry = fmt::format("{}:{}:", target.host, target.port);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const bool is_v6 = addresses[i].find(':') != std::string::npos;
    entry += (i > 0 ? "," : "") + (is_v6 ? "[" + addresses[i] + "]" : addresses[i]);
  }
  return List(curl_slist_append(nullptr, entry.c_str()));
}

std::string seconds_of(milliseconds duration) {
  return fmt::format("{:g} s", static_cast<double>(duration.count()) / 1000);
}

}  // namespace

/// One transfer at a time, with the connections that it leaves open.
class HttpPoster::Connection {
 public:
  Connection() : multi_(curl_multi_init()), easy_(curl_easy_init()) {}

  Result<HttpHead> run(const HttpPost& request, const WebAddress& target, const List& pinned, const CancelToken& cancel,
                       const OnBody& on_body) {
    const List headers = header_list(request);
    Transfer transfer;
    transfer.max_bytes = request.max_reply_bytes;
    set_up(request, headers.get(), pinned.get(), transfer);
    curl_multi_add_handle(multi_.get(), easy_.get());
    auto head = pass_on(request, target, transfer, cancel, on_body);
    curl_multi_remove_handle(multi_.get(), easy_.get());  // Closes the connection when the reply was not read whole.
    return head;
  }

 private:
  void set_up(const HttpPost& request, curl_slist* headers, curl_slist* pinned, Transfer& transfer) {
    curl_easy_reset(easy_.get());
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy_.get(), option, value); };
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_PROXY, "");  // A proxy would resolve the name again, past the check.
    set(CURLOPT_RESOLVE, pinned);
    set(CURLOPT_HTTPHEADER, headers);
    set(CURLOPT_POSTFIELDS, request.body.c_str());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(request.timeout, milliseconds(10'000)).count()));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_WRITEFUNCTION, on_body_bytes);
    set(CURLOPT_WRITEDATA, &transfer);
    set(CURLOPT_HEADERFUNCTION, on_header);
    set(CURLOPT_HEADERDATA, &transfer);
  }

  Result<HttpHead> pass_on(const HttpPost& request, const WebAddress& target, Transfer& transfer,
                           const CancelToken& cancel, const OnBody& on_body) {
    const auto started = Clock::now();
    auto last_byte = started;
    bool begun = false;
    for (;;) {
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      if (cancel.cancelled()) return fail(ErrorKind::cancelled, "cancelled");
      if (!transfer.waiting.empty()) {
        CAIRN_TRY(const bool more, deliver(transfer, on_body));
        begun = true;
        last_byte = Clock::now();
        if (!more && running != 0) return head_of(transfer);
      }
      if (running == 0) return outcome(transfer, target);
      CAIRN_CHECK(check_time(request, target, started, begun ? last_byte : started, begun));
      curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(look_at_cancel_every.count()), nullptr);
    }
  }

  Result<bool> deliver(Transfer& transfer, const OnBody& on_body) {
    std::string bytes;
    bytes.swap(transfer.waiting);
    return on_body(head_of(transfer), bytes);
  }

  HttpHead head_of(const Transfer& transfer) {
    HttpHead head = transfer.head;
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    head.status = static_cast<int>(status);
    return head;
  }

  Result<HttpHead> outcome(const Transfer& transfer, const WebAddress& target) {
    int left = 0;
    CURLcode code = CURLE_OK;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left))
      if (message->msg == CURLMSG_DONE) code = message->data.result;
    if (transfer.too_large) return fail(ErrorKind::unavailable, "the reply of " + target.host + " is too large");
    if (code != CURLE_OK)
      return fail(ErrorKind::unavailable, fmt::format("{} does not answer: {}", target.host, curl_easy_strerror(code)));
    return head_of(transfer);
  }

  static Result<void> check_time(const HttpPost& request, const WebAddress& target, Clock::time_point started,
                                 Clock::time_point last_byte, bool begun) {
    const auto now = Clock::now();
    if (now - started >= request.timeout)
      return fail(ErrorKind::unavailable,
                  fmt::format("{} took longer than {}", target.host, seconds_of(request.timeout)));
    if (!begun && now - started >= request.first_byte_timeout)
      return fail(ErrorKind::unavailable, fmt::format("{} did not begin to answer within {}", target.host,
                                                      seconds_of(request.first_byte_timeout)));
    if (begun && now - last_byte >= request.idle_timeout)
      return fail(ErrorKind::unavailable, fmt::format("{} stopped in the middle of its answer for {}", target.host,
                                                      seconds_of(request.idle_timeout)));
    return {};
  }

  std::unique_ptr<CURLM, MultiDeleter> multi_;
  std::unique_ptr<CURL, EasyDeleter> easy_;
};

HttpPoster::HttpPoster() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

HttpPoster::~HttpPoster() = default;

std::unique_ptr<HttpPoster::Connection> HttpPoster::take() {
  const std::scoped_lock lock(mutex_);
  if (idle_.empty()) return std::make_unique<Connection>();
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void HttpPoster::give_back(std::unique_ptr<Connection> connection) {
  const std::scoped_lock lock(mutex_);
  if (idle_.size() < most_idle_connections) idle_.push_back(std::move(connection));
}

Result<HttpHead> HttpPoster::stream(const HttpPost& request, const CancelToken& cancel, const OnBody& on_body) {
  CAIRN_TRY(const WebAddress target, parse_address(request.url));
  CAIRN_TRY(const std::vector<std::string> addresses,
            resolve(target, {request.allow_private, request.allow_private_setting,
                             Clock::now() + std::min(request.timeout, request.first_byte_timeout), cancel}));
  const List pinned = pinned_list(target, addresses);
  auto connection = take();
  auto head = connection->run(request, target, pinned, cancel, on_body);
  give_back(std::move(connection));
  return head;
}

Result<HttpReply> HttpPoster::post(const HttpPost& request, const CancelToken& cancel) {
  HttpReply reply;
  CAIRN_TRY(static_cast<HttpHead&>(reply),
            stream(request, cancel, [&](const HttpHead&, std::string_view bytes) -> Result<bool> {
              reply.body += bytes;
              return true;
            }));
  return reply;
}

}  // namespace cairn
