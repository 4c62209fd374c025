#include "adapters_s3/object_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

namespace cairn::testing {
namespace {

std::string query_value(const std::string& query, const std::string& name) {
  std::istringstream parts(query);
  for (std::string part; std::getline(parts, part, '&');)
    if (part.starts_with(name + "=")) return part.substr(name.size() + 1);
  return {};
}

bool has(const std::string& query, const std::string& name) {
  return ("&" + query).find("&" + name + "=") != std::string::npos;
}

/// Reads one request; nothing when the client went.
std::optional<ObjectRequest> read_request(int client) {
  std::string text;
  const auto more = [&] {
    char buffer[65'536];
    const ssize_t n = ::recv(client, buffer, sizeof buffer, 0);
    if (n > 0) text.append(buffer, static_cast<std::size_t>(n));
    return n > 0;
  };
  while (text.find("\r\n\r\n") == std::string::npos)
    if (!more()) return std::nullopt;
  const std::size_t end = text.find("\r\n\r\n") + 4;
  std::istringstream head(text.substr(0, end));
  ObjectRequest request;
  std::string target, line;
  head >> request.method >> target;
  std::getline(head, line);
  const std::size_t question = std::min(target.find('?'), target.size());
  request.path = target.substr(0, question);
  request.query = question < target.size() ? target.substr(question + 1) : "";
  while (std::getline(head, line) && line != "\r") {
    const std::size_t colon = line.find(':');
    std::string name = line.substr(0, colon);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    request.headers[name] = line.substr(colon + 2, line.size() - colon - 3);
  }
  const std::size_t size =
      request.headers.contains("content-length") ? std::stoul(request.headers["content-length"]) : 0;
  while (text.size() < end + size)
    if (!more()) return std::nullopt;
  request.body = text.substr(end, size);
  return request;
}

void send_all(int client, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void wait_for_client_to_go(int client) {
  char byte = 0;
  while (::recv(client, &byte, 1, 0) > 0) {}
}

}  // namespace

ObjectServer::ObjectServer(Script script) : socket_(::socket(AF_INET, SOCK_STREAM, 0)), script_(std::move(script)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(socket_, 64) != 0) std::abort();
  ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

ObjectServer::~ObjectServer() {
  ::shutdown(socket_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int client : clients_) ::shutdown(client, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  for (const int client : clients_) ::close(client);
  ::close(socket_);
}

void ObjectServer::refuse_all() { ::shutdown(socket_, SHUT_RDWR); }

void ObjectServer::set_script(Script script) {
  const std::lock_guard lock(mutex_);
  script_ = std::move(script);
}

std::vector<ObjectRequest> ObjectServer::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

std::size_t ObjectServer::object_count() const {
  const std::lock_guard lock(mutex_);
  return objects_.size();
}

std::size_t ObjectServer::unfinished_uploads() const {
  const std::lock_guard lock(mutex_);
  return uploads_.size();
}

void ObjectServer::accept_all() {
  for (int client = ::accept(socket_, nullptr, nullptr); client >= 0; client = ::accept(socket_, nullptr, nullptr)) {
    const std::lock_guard lock(mutex_);
    clients_.push_back(client);
    threads_.emplace_back([this, client] {
      serve(client);
      ::shutdown(client, SHUT_RDWR);
    });
  }
}

void ObjectServer::serve(int client) {
  const auto request = read_request(client);
  if (!request) return;
  const int number = ++requests_;
  Script script;
  {
    const std::lock_guard lock(mutex_);
    seen_.push_back(*request);
    script = script_;
  }
  const Mishap mishap = (script ? script(*request, number) : std::nullopt).value_or(Mishap{});
  if (mishap.is_silent) return wait_for_client_to_go(client);
  if (mishap.status != 0)
    return send(client, *request, {.status = mishap.status, .body = mishap.body, .headers = ""}, mishap);
  Answer reply = answer(*request);
  if (mishap.distort) mishap.distort(reply.body);
  send(client, *request, reply, mishap);
}

void ObjectServer::send(int client, const ObjectRequest& request, const Answer& answer, const Mishap& mishap) {
  const bool is_head = request.method == "HEAD";
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " X\r\nConnection: close\r\n" + answer.headers;
  if (!is_head) head += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n";
  send_all(client, head + "\r\n");
  if (!is_head)
    send_all(client, std::string_view(answer.body).substr(0, mishap.cut_after.value_or(answer.body.size())));
}

ObjectServer::Answer ObjectServer::answer(const ObjectRequest& request) {
  const std::lock_guard lock(mutex_);
  if (request.path == "/bucket") return list(request);
  if (has(request.query, "uploadId") || has(request.query, "uploads")) return upload(request);
  if (request.method == "PUT") return objects_[request.path] = request.body, Answer{};
  if (request.method == "DELETE") return objects_.erase(request.path), Answer{.status = 204};
  return get(request);
}

ObjectServer::Answer ObjectServer::get(const ObjectRequest& request) {
  const auto object = objects_.find(request.path);
  if (object == objects_.end()) return {.status = 404, .body = "<Error><Code>NoSuchKey</Code></Error>"};
  Answer reply{.body = object->second, .headers = "Last-Modified: Sat, 21 Nov 2026 09:30:00 GMT\r\n" + date_};
  if (request.method == "HEAD") reply.headers += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
  const auto range = request.headers.find("range");
  if (range != request.headers.end() && ranges_) {
    reply.status = 206;
    reply.body = reply.body.substr(std::stoul(range->second.substr(range->second.find('=') + 1)));
  }
  return reply;
}

ObjectServer::Answer ObjectServer::list(const ObjectRequest& request) {
  if (request.method == "PUT") return {};
  const std::string after = query_value(request.query, "continuation-token");
  const std::size_t most = std::min<std::size_t>(page_, std::stoul(query_value(request.query, "max-keys")));
  std::string body = "<?xml version=\"1.0\"?>\n<ListBucketResult xmlns=\"s3\"><KeyCount>7</KeyCount>", last;
  std::size_t count = 0;
  bool truncated = false;
  for (const auto& [path, bytes] : objects_) {
    const std::string key = path.substr(std::string("/bucket/").size());
    if (!after.empty() && key.substr(key.rfind('/') + 1) <= after) continue;
    if ((truncated = count == most)) break;
    ++count;
    last = key.substr(key.rfind('/') + 1);
    body += "<Contents><Key>" + key + "</Key><LastModified>2026-11-21T09:30:00.000Z</LastModified><Size>" +
            std::to_string(bytes.size()) + "</Size></Contents>";
  }
  body += std::string("<IsTruncated>") + (truncated ? "true" : "false") + "</IsTruncated>";
  if (truncated) body += "<NextContinuationToken>" + last + "</NextContinuationToken>";
  return {.body = body + "</ListBucketResult>"};
}

ObjectServer::Answer ObjectServer::upload(const ObjectRequest& request) {
  if (has(request.query, "uploads")) {
    const std::string id = "upload" + std::to_string(requests_);
    uploads_[id];
    return {.body = "<InitiateMultipartUploadResult><UploadId>" + id + "</UploadId></InitiateMultipartUploadResult>"};
  }
  const std::string id = query_value(request.query, "uploadId");
  if (!uploads_.contains(id)) return {.status = 404, .body = "<Error><Code>NoSuchUpload</Code></Error>"};
  if (request.method == "PUT") {
    const int part = std::stoi(query_value(request.query, "partNumber"));
    uploads_[id][part] = request.body;
    return {.headers = "ETag: \"tag" + std::to_string(part) + "\"\r\n"};
  }
  if (request.method == "POST") {
    std::string& whole = objects_[request.path];
    whole.clear();
    for (const auto& [part, bytes] : uploads_[id]) whole += bytes;
  }
  uploads_.erase(id);
  return {.body = "<CompleteMultipartUploadResult/>"};
}

}  // namespace cairn::testing
