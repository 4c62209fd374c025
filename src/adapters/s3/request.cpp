#include "adapters/s3/request.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>

#include "base/sha256.h"

namespace cairn::s3 {
namespace {

constexpr std::size_t most_body_bytes = 8 << 20;
constexpr std::size_t most_idle_handles = 8;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

/// One request under way.
struct Transfer {
  const Request& request;
  CURL* handle;
  Reply reply;
  std::uint64_t sent = 0;
  std::optional<Error> sink_error;
  bool is_unwanted = false;  // Another success than the sink takes.
};

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* user) {
  const std::string_view line(data, size * count);
  auto& headers = static_cast<Transfer*>(user)->reply.headers;
  if (line.starts_with("HTTP/")) headers.clear();  // A reply after "100 Continue".
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return line.size();
  std::string name(line.substr(0, colon));
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto begin = line.find_first_not_of(" \t", colon + 1), end = line.find_last_not_of(" \t\r\n");
  headers[name] =
      begin == std::string_view::npos || end < begin ? "" : std::string(line.substr(begin, end - begin + 1));
  return line.size();
}

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view piece(data, size * count);
  long status = 0;
  curl_easy_getinfo(transfer.handle, CURLINFO_RESPONSE_CODE, &status);
  if (transfer.request.sink && status >= 200 && status < 300) {
    transfer.is_unwanted = status != transfer.request.sink_status;
    if (transfer.is_unwanted) return 0;
    const auto taken = transfer.request.sink(as_bytes(piece));
    if (taken) return piece.size();
    transfer.sink_error = taken.error();
    return 0;
  }
  if (transfer.reply.body.size() + piece.size() > most_body_bytes) return 0;
  transfer.reply.body += piece;
  return piece.size();
}

std::size_t give_file(char* into, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const FilePart& part = *transfer.request.file;
  const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(size * count, part.bytes - transfer.sent));
  const ssize_t read = ::pread(part.file, into, want, static_cast<off_t>(part.offset + transfer.sent));
  if (read < 0) return CURL_READFUNC_ABORT;
  transfer.sent += static_cast<std::uint64_t>(read);
  return static_cast<std::size_t>(read);
}

int rewind_file(void* user, curl_off_t offset, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<Transfer*>(user)->sent = static_cast<std::uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

List header_list(const Request& request, const S3Options& options) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  const std::string hash =
      request.body_sha256.empty() ? to_hex(Sha256::of(as_bytes(request.body))) : request.body_sha256;
  // libcurl takes the body's hash for the signature from here.
  list = curl_slist_append(list, ("x-amz-content-sha256: " + hash).c_str());
  if (!options.session_token.empty())
    list = curl_slist_append(list, ("x-amz-security-token: " + options.session_token).c_str());
  for (const std::string& header : request.headers) list = curl_slist_append(list, header.c_str());
  return List(list);
}

void set_body(Transfer& transfer) {
  const Request& request = transfer.request;
  if (request.method == "HEAD") curl_easy_setopt(transfer.handle, CURLOPT_NOBODY, 1L);
  if (request.file) {
    curl_easy_setopt(transfer.handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(transfer.handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.file->bytes));
    curl_easy_setopt(transfer.handle, CURLOPT_READFUNCTION, give_file);
    curl_easy_setopt(transfer.handle, CURLOPT_READDATA, &transfer);
    curl_easy_setopt(transfer.handle, CURLOPT_SEEKFUNCTION, rewind_file);
    curl_easy_setopt(transfer.handle, CURLOPT_SEEKDATA, &transfer);
  } else if (request.method == "POST" || !request.body.empty()) {
    curl_easy_setopt(transfer.handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(transfer.handle, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  curl_easy_setopt(transfer.handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void set_common(Transfer& transfer, const S3Options& options) {
  CURL* handle = transfer.handle;
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, 5'000L);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  const std::int64_t silence = transfer.request.patience * options.idle_timeout.count() / 1000;
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(std::max<std::int64_t>(1, silence)));
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  if (options.access_key.empty()) return;
  curl_easy_setopt(handle, CURLOPT_AWS_SIGV4, ("aws:amz:" + options.region + ":s3").c_str());
  curl_easy_setopt(handle, CURLOPT_USERNAME, options.access_key.c_str());
  curl_easy_setopt(handle, CURLOPT_PASSWORD, options.secret_key.c_str());
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '/' || c == '-' || c == '_' || c == '.' || c == '~') encoded.push_back(c);
    else encoded += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return encoded;
}

Sender::Sender(const S3Options& options) : options_(options) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

Result<Reply> Sender::send(const Request& request) {
  Handle handle = borrow();
  Transfer transfer{.request = request, .handle = handle.get()};
  char detail[CURL_ERROR_SIZE] = "";
  const List headers = header_list(request, options_);
  curl_easy_setopt(handle.get(), CURLOPT_URL, url(request).c_str());
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, detail);
  set_common(transfer, options_);
  set_body(transfer);
  const CURLcode code = curl_easy_perform(handle.get());
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  transfer.reply.status = static_cast<int>(status);
  if (transfer.sink_error) return fail(*transfer.sink_error);
  if (code != CURLE_OK && !transfer.is_unwanted)
    return fail(ErrorKind::unavailable, "no answer from the object store at " + options_.endpoint + " (" +
                                            (*detail != '\0' ? detail : curl_easy_strerror(code)) +
                                            "): check blobs.url and that the server runs");
  give_back(std::move(handle));
  return std::move(transfer.reply);
}

Sender::Handle Sender::borrow() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return Handle(curl_easy_init());
  Handle handle = std::move(idle_.back());
  idle_.pop_back();
  curl_easy_reset(handle.get());  // Keeps its connections.
  return handle;
}

void Sender::give_back(Handle handle) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < most_idle_handles) idle_.push_back(std::move(handle));
}

std::string Sender::url(const Request& request) const {
  std::string base = options_.endpoint;
  while (base.ends_with('/')) base.pop_back();
  if (options_.path_style) base += "/" + options_.bucket;
  else base.insert(base.find("://") + 3, options_.bucket + ".");
  if (!request.key.empty() || !options_.path_style) base += "/" + percent_encoded(request.key);
  return request.query.empty() ? base : base + "?" + request.query;
}

}  // namespace cairn::s3
