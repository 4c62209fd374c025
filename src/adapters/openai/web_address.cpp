#include "adapters/openai/web_address.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netdb.h>

#include <array>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace cairn {
namespace {

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

/// Where a thread leaves the addresses that it found.
struct Lookup {
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<Result<std::vector<std::string>>> found;  // Guarded by mutex.
};

Result<std::vector<std::string>> ask_name_service(const std::string& host, const std::string& port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0)
    return fail(ErrorKind::unavailable, fmt::format("cannot find the host {}: {}", host, gai_strerror(error)));
  std::vector<std::string> addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0)
      addresses.emplace_back(text.data());
  }
  freeaddrinfo(found);
  return addresses;
}

/// getaddrinfo cannot be interrupted, so it runs in a thread that is left behind when nobody waits any more.
Result<std::vector<std::string>> look_up(const std::string& host, const std::string& port,
                                         const ResolveLimits& limits) {
  if (auto numeric = ask_name_service(host, port, AI_NUMERICHOST)) return numeric;
  const auto lookup = std::make_shared<Lookup>();
  std::thread([lookup, host, port] {
    auto found = ask_name_service(host, port, 0);
    const std::scoped_lock lock(lookup->mutex);
    lookup->found = std::move(found);
    lookup->changed.notify_all();
  }).detach();
  std::unique_lock lock(lookup->mutex);
  while (!lookup->found) {
    if (limits.cancel.cancelled()) return fail(ErrorKind::cancelled, "cancelled");
    if (std::chrono::steady_clock::now() >= limits.until)
      return fail(ErrorKind::unavailable, fmt::format("looking up the host {} takes too long", host));
    lookup->changed.wait_for(lock, std::chrono::milliseconds(20));
  }
  return *std::move(lookup->found);
}

}  // namespace

Result<WebAddress> parse_address(const std::string& text) {
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
  WebAddress address{part(CURLUPART_HOST, 0), part(CURLUPART_PORT, CURLU_DEFAULT_PORT), part(CURLUPART_SCHEME, 0)};
  if (address.host.empty() || (address.scheme != "http" && address.scheme != "https")) return bad();
  return address;
}

Result<std::vector<std::string>> resolve(const WebAddress& address, const ResolveLimits& limits) {
  std::string host = address.host;
  if (host.front() == '[') host = host.substr(1, host.size() - 2);
  CAIRN_TRY(std::vector<std::string> addresses, look_up(host, address.port, limits));
  for (const std::string& found : addresses)
    if (!limits.allow_private && is_private_address(found))
      return fail(ErrorKind::invalid, fmt::format("{} is in a private network ({}): set {} = true if that is meant",
                                                  host, found, limits.allow_private_setting));
  if (addresses.empty()) return fail(ErrorKind::unavailable, "the host " + host + " has no address");
  return addresses;
}

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

}  // namespace cairn
