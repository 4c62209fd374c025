#include "adapters/http_client/curl_http_client.h"

#include <mutex>
#include <utility>

#include "adapters/http_client/curl_handles.h"

namespace cairn {
namespace {

using curl::List;
using curl::Mime;

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
  static_cast<HttpAnswer*>(user)->body.append(data, size * count);
  return size * count;
}

int look_at_cancel(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const CancelToken*>(user)->cancelled() ? 1 : 0;
}

List header_list(const HttpCall& call) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : call.headers) list = curl_slist_append(list, (name + ": " + value).c_str());
  return List(list);
}

Mime mime_of(CURL* curl, const HttpCall& call) {
  Mime mime(curl_mime_init(curl));
  for (const HttpPart& part : call.parts) {
    curl_mimepart* added = curl_mime_addpart(mime.get());
    curl_mime_name(added, part.name.c_str());
    if (part.file.empty()) curl_mime_data(added, part.content.data(), part.content.size());
    else curl_mime_filedata(added, part.file.c_str());
    if (!part.file_name.empty()) curl_mime_filename(added, part.file_name.c_str());
    if (!part.content_type.empty()) curl_mime_type(added, part.content_type.c_str());
  }
  return mime;
}

std::unexpected<Error> failure(CURLcode code, const char* detail, const HttpCall& call) {
  if (code == CURLE_ABORTED_BY_CALLBACK) return fail(ErrorKind::cancelled, "the request was cancelled");
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
    return fail(ErrorKind::invalid,
                "'" + call.url + "' is not an http or https address; name the server like http://127.0.0.1:8080");
  if (code == CURLE_READ_ERROR) return fail(ErrorKind::unavailable, "a file could not be read while it was sent");
  const std::string said = *detail != '\0' ? detail : curl_easy_strerror(code);
  return fail(ErrorKind::unavailable, "no answer from " + call.url + ": " + said + "; is the server running there?");
}

class CurlHttpClient final : public HttpClient {
 public:
  explicit CurlHttpClient(CurlHttpClientOptions options) : options_(std::move(options)) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    curl_.reset(curl_easy_init());
  }

  Result<HttpAnswer> send(const HttpCall& call, const CancelToken& cancel) override {
    CURL* curl = curl_.get();
    curl_easy_reset(curl);  // Keeps the connections.
    HttpAnswer answer;
    char detail[CURL_ERROR_SIZE] = "";
    const List headers = header_list(call);
    const Mime mime = call.parts.empty() ? nullptr : mime_of(curl, call);
    set_common(call, headers.get(), answer, detail, cancel);
    if (mime) curl_easy_setopt(curl, CURLOPT_MIMEPOST, mime.get());
    else if (!call.body.empty() || call.method == "POST") {
      curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call.body.data());
      curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call.method.c_str());
    const CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK) return failure(code, detail, call);
    long status = 0;
    const char* type = nullptr;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    answer.status = static_cast<int>(status);
    answer.content_type = type != nullptr ? type : "";
    return answer;
  }

 private:
  void set_common(const HttpCall& call, curl_slist* headers, HttpAnswer& answer, char* detail,
                  const CancelToken& cancel) {
    CURL* curl = curl_.get();
    curl_easy_setopt(curl, CURLOPT_URL, call.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, 10'000L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(call.idle_timeout.count() / 1000));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.total_timeout.count()));
    if (!options_.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options_.ca_file.c_str());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_at_cancel);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &cancel);
  }

  const CurlHttpClientOptions options_;
  curl::Easy curl_;
};

}  // namespace

std::unique_ptr<HttpClient> make_curl_http_client() { return make_curl_http_client({}); }

std::unique_ptr<HttpClient> make_curl_http_client(CurlHttpClientOptions options) {
  return std::make_unique<CurlHttpClient>(std::move(options));
}

}  // namespace cairn
