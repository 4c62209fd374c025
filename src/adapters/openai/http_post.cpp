#include "adapters/openai/http_post.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netdb.h>

#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <mutex>
#include <vector>

namespace cairn {
namespace {

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct EasyDeleter {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, ListDeleter>;

struct Target {
  std::string host, port, scheme;
};

Result<Target> parse_url(const std::string& text) {
  const std::unique_ptr<CURLU, UrlDeleter> url(curl_url());
  const auto bad = [&] { return fail(ErrorKind::invalid, fmt::format("'{}' is not an http or https address", text)); };
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return bad();
  const auto part = [&](CURLUPart which, unsigned flags) {
    char* value = nullptr;
    if (curl_url_get(url.get(), which, &value, flags) != CURLUE_OK) return std::string();
    std::string copy = value;
    curl_free(value);
    return copy;
  };
  Target target{part(CURLUPART_HOST, 0), part(CURLUPART_PORT, CURLU_DEFAULT_PORT), part(CURLUPART_SCHEME, 0)};
  if (target.host.empty() || (target.scheme != "http" && target.scheme != "https")) return bad();
  return target;
}

Result<std::vector<std::string>> resolve(const Target& target, bool allow_private) {
  std::string host = target.host;
  if (host.front() == '[') host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), target.port.c_str(), &hints, &found); error != 0)
    return fail(ErrorKind::unavailable, fmt::format("cannot find the host {}: {}", host, gai_strerror(error)));
  std::vector<std::string> addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0)
      addresses.emplace_back(text.data());
  }
  freeaddrinfo(found);
  for (const std::string& address : addresses)
    if (!allow_private && is_private_address(address))
      return fail(ErrorKind::invalid,
                  fmt::format("{} is in a private network ({}): set embeddings.allow_private = true if that is meant",
                              host, address));
  if (addresses.empty()) return fail(ErrorKind::unavailable, "the host " + host + " has no address");
  return addresses;
}

struct Transfer {
  HttpReply reply;
  std::size_t max_bytes = 0;
  bool too_large = false;
  const CancelToken* cancel = nullptr;
};

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (transfer.reply.body.size() + size * count > transfer.max_bytes) {
    transfer.too_large = true;
    return 0;
  }
  transfer.reply.body.append(data, size * count);
  return size * count;
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  const std::string_view line(data, size * count);
  constexpr std::string_view name = "retry-after:";
  if (line.size() > name.size() && strncasecmp(line.data(), name.data(), name.size()) == 0) {
    const std::size_t start = line.find_first_not_of(' ', name.size());
    int seconds = 0;
    if (start != std::string_view::npos &&
        std::from_chars(line.data() + start, line.data() + line.size(), seconds).ec == std::errc())
      static_cast<Transfer*>(user)->reply.retry_after = std::chrono::seconds(seconds);
  }
  return size * count;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(user)->cancel->cancelled() ? 1 : 0;
}

List header_list(const HttpPost& request) {
  curl_slist* list = curl_slist_append(nullptr, "Content-Type: application/json");
  list = curl_slist_append(list, "Expect:");
  if (!request.bearer_token.empty())
    list = curl_slist_append(list, ("Authorization: Bearer " + request.bearer_token).c_str());
  return List(list);
}

List pinned_list(const Target& target, const std::vector<std::string>& addresses) {
  std::string entry = fmt::format("{}:{}:", target.host, target.port);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const bool is_v6 = addresses[i].find(':') != std::string::npos;
    entry += (i > 0 ? "," : "") + (is_v6 ? "[" + addresses[i] + "]" : addresses[i]);
  }
  return List(curl_slist_append(nullptr, entry.c_str()));
}

}  // namespace

bool is_private_address(std::string_view address) {
  const std::string text(address.substr(0, address.find('%')));
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) == 1) {
    if (IN6_IS_ADDR_UNSPECIFIED(&v6) || IN6_IS_ADDR_LOOPBACK(&v6)) return true;
    if (!IN6_IS_ADDR_V4MAPPED(&v6) && !IN6_IS_ADDR_V4COMPAT(&v6)) {
      const unsigned char first = v6.s6_addr[0], second = v6.s6_addr[1];
      return (first & 0xFE) == 0xFC || first == 0xFF || (first == 0xFE && (second & 0x80) != 0) ||
             (first == 0x20 && second == 0x01 && v6.s6_addr[2] == 0x0D && v6.s6_addr[3] == 0xB8);
    }
    std::memcpy(&v4, v6.s6_addr + 12, 4);
  } else if (inet_pton(AF_INET, text.c_str(), &v4) != 1) {
    return true;
  }
  const std::uint32_t ip = ntohl(v4.s_addr);
  const auto within = [ip](std::uint32_t network, int bits) { return (ip ^ network) >> (32 - bits) == 0; };
  return within(0x00000000, 8) || within(0x0A000000, 8) || within(0x64400000, 10) || within(0x7F000000, 8) ||
         within(0xA9FE0000, 16) || within(0xAC100000, 12) || within(0xC0000000, 24) || within(0xC0000200, 24) ||
         within(0xC0A80000, 16) || within(0xC6120000, 15) || within(0xC6336400, 24) || within(0xCB007100, 24) ||
         within(0xE0000000, 3);
}

Result<HttpReply> post_json(const HttpPost& request, const CancelToken& cancel) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  CAIRN_TRY(const Target target, parse_url(request.url));
  CAIRN_TRY(const std::vector<std::string> addresses, resolve(target, request.allow_private));
  const List headers = header_list(request), pinned = pinned_list(target, addresses);
  const std::unique_ptr<CURL, EasyDeleter> curl(curl_easy_init());
  Transfer transfer;
  transfer.max_bytes = request.max_reply_bytes;
  transfer.cancel = &cancel;
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_PROXY, "");  // A proxy would resolve the name again, past the check above.
  set(CURLOPT_RESOLVE, pinned.get());
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_POSTFIELDS, request.body.c_str());
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_WRITEFUNCTION, on_body);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_HEADERFUNCTION, on_header);
  set(CURLOPT_HEADERDATA, &transfer);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, on_progress);
  set(CURLOPT_XFERINFODATA, &transfer);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code == CURLE_ABORTED_BY_CALLBACK) return fail(ErrorKind::cancelled, "cancelled");
  if (transfer.too_large) return fail(ErrorKind::unavailable, "the reply of " + target.host + " is too large");
  if (code != CURLE_OK)
    return fail(ErrorKind::unavailable, fmt::format("{} does not answer: {}", target.host, curl_easy_strerror(code)));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  transfer.reply.status = static_cast<int>(status);
  return std::move(transfer.reply);
}

}  // namespace cairn
