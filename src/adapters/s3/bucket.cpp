#include "adapters/s3/bucket.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <thread>

#include "adapters/s3/xml.h"
#include "base/sha256.h"

namespace cairn::s3 {
namespace {

constexpr std::chrono::milliseconds longest_pause(5'000);

constexpr std::size_t longest_text = 1'000;

/// A store that puts many parts together says nothing meanwhile.
constexpr int patience_for_assembling = 12;

bool succeeded(const Reply& reply) { return reply.status >= 200 && reply.status < 300; }

/// What passes by itself. A 400 may say that the server lost patience while it was read from.
bool is_passing(const Reply& reply) {
  return reply.status == 408 || reply.status == 429 || reply.status >= 500 ||
         (reply.status == 400 && element(reply.body, "Code") == "RequestTimeout");
}

/// A success whose body says that it was none: completing an upload may answer so.
bool hides_an_error(const Reply& reply) { return succeeded(reply) && element(reply.body, "Error").has_value(); }

std::unexpected<Error> refusal(const Reply& reply, const S3Options& options) {
  const std::string code = plain(element(reply.body, "Code").value_or(""));
  const std::string said = "HTTP " + std::to_string(reply.status) + (code.empty() ? "" : " " + code.substr(0, 80));
  if (code == "NoSuchBucket")
    return fail(ErrorKind::unavailable,
                "there is no bucket '" + options.bucket + "': make it, or name another in blobs.bucket");
  if (reply.status == 404) return fail(ErrorKind::not_found, "there is no such object");
  if (reply.status == 401 || reply.status == 403)
    return fail(ErrorKind::unavailable, "the object store refuses (" + said +
                                            "): check blobs.access_key, its secret, its rights "
                                            "and this machine's clock");
  if (reply.status >= 300 && reply.status < 400)
    return fail(ErrorKind::unavailable,
                "the object store sends elsewhere (" + said + "): check blobs.url and blobs.region");
  return fail(ErrorKind::unavailable, "the object store is in trouble (" + said + "): try again");
}

std::string base64(Bytes bytes) {
  static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    const std::size_t taken = std::min<std::size_t>(3, bytes.size() - at);
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8 | (i < taken ? std::to_integer<std::uint32_t>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) text.push_back(i <= taken ? letters[group >> (18 - 6 * i) & 63] : '=');
  }
  return text;
}

Result<Digest> hash_part(const FilePart& part) {
  std::array<char, 64 * 1024> buffer{};
  Sha256 hash;
  for (std::uint64_t done = 0; done < part.bytes;) {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), part.bytes - done));
    const ssize_t read = ::pread(part.file, buffer.data(), want, static_cast<off_t>(part.offset + done));
    if (read <= 0) return fail(ErrorKind::unavailable, "a file of the cache folder cannot be read: check its disk");
    hash.update(as_bytes({buffer.data(), static_cast<std::size_t>(read)}));
    done += static_cast<std::uint64_t>(read);
  }
  return hash.finish();
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// "2026-11-21T09:30:00.000Z", as lists say it, and "Sat, 21 Nov 2026 09:30:00 GMT", as headers do.
TimePoint time_of(const std::string& text) {
  const time_t seconds = curl_getdate(text.c_str(), nullptr);
  if (seconds >= 0) return TimePoint(std::chrono::seconds(seconds));
  std::tm parts{};
  if (::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) return {};
  return TimePoint(std::chrono::seconds(::timegm(&parts)));
}

std::string encoded_value(const std::string& text) {
  std::string encoded = percent_encoded(text);
  for (std::size_t at = 0; (at = encoded.find('/', at)) != std::string::npos;) encoded.replace(at, 1, "%2F");
  return encoded;
}

}  // namespace

Result<Reply> Bucket::request(const Request& wanted) {
  for (int attempt = 1;; ++attempt) {
    auto reply = sender_.send(wanted);
    if (reply && succeeded(*reply) && !hides_an_error(*reply)) return reply;
    const bool passes =
        !reply ? reply.error().kind == ErrorKind::unavailable : is_passing(*reply) || hides_an_error(*reply);
    if (!passes || attempt >= options_.attempts) return reply ? Result<Reply>(refusal(*reply, options_)) : reply;
    pause(attempt);
  }
}

/// Longer with each attempt, and different for everyone, so that a server that comes back is not run over.
void Bucket::pause(int attempt) {
  const std::int64_t longest =
      std::min(options_.first_pause.count() << std::min(attempt - 1, 16), longest_pause.count());
  std::int64_t chosen = 0;
  {
    const std::lock_guard lock(random_mutex_);
    chosen = std::uniform_int_distribution<std::int64_t>(longest / 2, longest)(random_);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(chosen));
}

Result<void> Bucket::put(const std::string& key, int file, std::uint64_t bytes, const std::string& sha256) {
  const auto done = bytes > options_.part_bytes ? put_in_parts(key, file, bytes)
                                                : put_whole(key, {.file = file, .offset = 0, .bytes = bytes}, sha256);
  if (!done && done.error().kind == ErrorKind::not_found)
    return fail(ErrorKind::unavailable, "the object store lost an upload before it was whole: try again");
  return done;
}

Result<void> Bucket::put_whole(const std::string& key, const FilePart& part, const std::string& sha256) {
  CAIRN_TRY(const Digest digest, hash_part(part));
  if (to_hex(digest) != sha256)
    return fail(ErrorKind::unavailable, "a file of the cache folder has changed while it was sent: check its disk");
  CAIRN_CHECK(
      request({.method = "PUT",
               .key = key,
               .headers = {"Content-Type: application/octet-stream", "x-amz-checksum-sha256: " + base64(digest)},
               .file = part,
               .body_sha256 = sha256}));
  return {};
}

Result<void> Bucket::put_text(const std::string& key, const std::string& text) {
  CAIRN_CHECK(request({.method = "PUT", .key = key, .headers = {"Content-Type: text/plain"}, .body = text}));
  return {};
}

Result<std::string> Bucket::text_of(const std::string& key) {
  std::string text;
  const auto take = [&](Bytes bytes) -> Result<void> {
    if (text.size() + bytes.size() > longest_text)
      return fail(ErrorKind::corrupt, key + " is not what Cairn has put there");
    text += as_text(bytes);
    return {};
  };
  const auto start_over = [&]() -> Result<void> { return text.clear(), Result<void>(); };
  CAIRN_CHECK(get(key, take, start_over));
  return text;
}

Result<void> Bucket::put_in_parts(const std::string& key, int file, std::uint64_t bytes) {
  CAIRN_TRY(const Reply begun, request({.method = "POST", .key = key, .query = "uploads="}));
  const auto upload = element(begun.body, "UploadId");
  if (!upload) return fail(ErrorKind::unavailable, "the object store gave no upload id: is it one that speaks S3?");
  const std::string query = "uploadId=" + encoded_value(plain(*upload));
  const auto parts = put_parts(key, query, file, bytes);
  const auto done = parts ? complete(key, query, *parts, bytes) : Result<void>(fail(parts.error()));
  if (!done) (void)sender_.send({.method = "DELETE", .key = key, .query = query});
  return done;
}

/// The answer to a first attempt may have been lost; to the second one the upload is not there any more, but the object
/// is.
Result<void> Bucket::complete(const std::string& key, const std::string& upload, const std::string& parts,
                              std::uint64_t bytes) {
  const auto reply =
      request({.method = "POST", .key = key, .query = upload, .body = parts, .patience = patience_for_assembling});
  if (reply) return {};
  if (reply.error().kind != ErrorKind::not_found) return fail(reply.error());
  CAIRN_TRY(const Object made, head(key));
  if (made.bytes != bytes) return fail(reply.error());
  return {};
}

/// Returns what completes the upload.
Result<std::string> Bucket::put_parts(const std::string& key, const std::string& upload, int file,
                                      std::uint64_t bytes) {
  std::string list = "<CompleteMultipartUpload>";
  int part = 1;
  for (std::uint64_t offset = 0; offset < bytes; offset += options_.part_bytes, ++part) {
    const FilePart piece{.file = file, .offset = offset, .bytes = std::min(options_.part_bytes, bytes - offset)};
    CAIRN_TRY(const Digest digest, hash_part(piece));
    const std::string name = std::to_string(part);
    CAIRN_TRY(const Reply sent, request({.method = "PUT",
                                         .key = key,
                                         .query = "partNumber=" + name + "&" + upload,
                                         .file = piece,
                                         .body_sha256 = to_hex(digest)}));
    const auto tag = sent.headers.find("etag");
    if (tag == sent.headers.end())
      return fail(ErrorKind::unavailable, "the object store gave a part no tag: is it one that speaks S3?");
    list += "<Part><PartNumber>" + name + "</PartNumber><ETag>" + tag->second + "</ETag></Part>";
  }
  return list + "</CompleteMultipartUpload>";
}

Result<void> Bucket::get(const std::string& key, const ByteSink& sink,
                         const std::function<Result<void>()>& start_over) {
  std::uint64_t taken = 0;
  int restarts = 0;
  for (int attempt = 1;; ++attempt) {
    const std::uint64_t before = taken;
    Request wanted{.key = key, .sink_status = taken > 0 ? 206 : 200};
    if (taken > 0) wanted.headers.push_back("Range: bytes=" + std::to_string(taken) + "-");
    std::optional<Error> refused;
    wanted.sink = [&](Bytes bytes) {
      auto done = sink(bytes);
      if (done) taken += bytes.size();
      else refused = done.error();
      return done;
    };
    auto reply = sender_.send(wanted);
    if (refused) return fail(*refused);  // Going on would leave a hole.
    if (reply && reply->status == wanted.sink_status) return {};
    if (reply && reply->status == 416 && taken > 0) return {};  // It was cut at its very end.
    if (reply && succeeded(*reply)) {                           // All of it, where a part was asked for.
      CAIRN_CHECK(start_over());
      taken = 0;
      ++restarts;
    } else if (reply && !is_passing(*reply)) {
      return refusal(*reply, options_);
    } else if (!reply && reply.error().kind != ErrorKind::unavailable) {
      return fail(reply.error());
    }
    if (taken > before) attempt = 1;
    if (attempt >= options_.attempts || restarts >= options_.attempts)
      return reply ? Result<void>(refusal(*reply, options_)) : fail(reply.error());
    pause(attempt);
  }
}

Result<Object> Bucket::head(const std::string& key) {
  CAIRN_TRY(const Reply reply, request({.method = "HEAD", .key = key}));
  const auto header = [&](const char* name) {
    const auto found = reply.headers.find(name);
    return found == reply.headers.end() ? std::string() : found->second;
  };
  Object object{.key = key, .bytes = number(header("content-length")), .modified_at = time_of(header("last-modified"))};
  if (const TimePoint date = time_of(header("date")); date != TimePoint()) object.asked_at = date;
  return object;
}

Result<void> Bucket::remove(const std::string& key) {
  const auto reply = request({.method = "DELETE", .key = key});
  if (!reply && reply.error().kind != ErrorKind::not_found) return fail(reply.error());
  return {};
}

Result<ObjectPage> Bucket::list(const std::string& prefix, const std::string& from, int most) {
  const std::string start = from.empty() ? "" : "continuation-token=" + encoded_value(from) + "&";
  CAIRN_TRY(const Reply reply, request({.query = start + "list-type=2&max-keys=" + std::to_string(most) +
                                                 "&prefix=" + encoded_value(prefix)}));
  if (!element(reply.body, "ListBucketResult"))
    return fail(ErrorKind::unavailable, "the object store's list cannot be read: is it one that speaks S3?");
  ObjectPage page;
  for (const std::string_view entry : elements(reply.body, "Contents"))
    page.objects.push_back({.key = plain(element(entry, "Key").value_or("")),
                            .bytes = number(element(entry, "Size").value_or("")),
                            .modified_at = time_of(std::string(element(entry, "LastModified").value_or("")))});
  if (element(reply.body, "IsTruncated") == "true")
    page.next = plain(element(reply.body, "NextContinuationToken").value_or(""));
  return page;
}

}  // namespace cairn::s3
