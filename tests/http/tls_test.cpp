// The same over TLS.
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "http/server_fixture.h"

namespace cairn::http {
namespace {

using testing::HasSubstr;

/// A key and a certificate that it signed itself, in two files.
void write_certificate(const std::filesystem::path& certificate, const std::filesystem::path& key) {
  EVP_PKEY* pair = EVP_EC_gen("P-256");
  X509* made = X509_new();
  X509_set_version(made, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
  X509_gmtime_adj(X509_getm_notBefore(made), -60);
  X509_gmtime_adj(X509_getm_notAfter(made), 3600);
  X509_set_pubkey(made, pair);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(made, X509_get_subject_name(made));
  X509_sign(made, pair, EVP_sha256());
  std::FILE* file = std::fopen(certificate.c_str(), "w");
  PEM_write_X509(file, made);
  std::fclose(file);
  file = std::fopen(key.c_str(), "w");
  PEM_write_PrivateKey(file, pair, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(made);
  EVP_PKEY_free(pair);
}

/// A client that speaks TLS over a plain one's socket.
class TlsClient {
 public:
  TlsClient(std::uint16_t port, int max_version) : client_(port), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_max_proto_version(context_, max_version);
    if (max_version < TLS1_2_VERSION) SSL_CTX_set_security_level(context_, 0);
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, client_.socket());
    connected_ = SSL_connect(ssl_) == 1;
  }
  ~TlsClient() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }

  bool connected() const { return connected_; }
  bool send(std::string_view bytes) { return SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) > 0; }
  std::string read_until(std::string_view end) {
    std::string text;
    char bytes[16 << 10];
    while (!text.ends_with(end)) {
      const int got = SSL_read(ssl_, bytes, sizeof bytes);
      if (got <= 0) break;
      text.append(bytes, static_cast<std::size_t>(got));
    }
    return text;
  }
  /// How the server ended: with TLS's own goodbye.
  bool ended_in_order() {
    char byte;
    return SSL_read(ssl_, &byte, 1) == 0 && SSL_get_error(ssl_, 0) == SSL_ERROR_ZERO_RETURN;
  }
  void vanish() { client_.close(); }

 private:
  Client client_;
  SSL_CTX* context_;
  SSL* ssl_ = nullptr;
  bool connected_ = false;
};

class TlsTest : public ServerTest {
 protected:
  TlsTest() : folder_(std::filesystem::path(testing::TempDir()) / ("tls-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
    options_.certificate = folder_ / "certificate.pem";
    options_.private_key = folder_ / "key.pem";
    write_certificate(options_.certificate, options_.private_key);
    application_.handle("/secure", [](Request& request) { return text(request.secure ? "secure" : "plain"); });
  }
  ~TlsTest() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string start_error() {
    auto started = Server::start(options_, application_, clock_);
    EXPECT_FALSE(started);
    if (started) return "";
    EXPECT_EQ(started.error().kind, ErrorKind::invalid);
    return started.error().message;
  }

  std::filesystem::path folder_;
};

TEST_F(TlsTest, RequestsAreServedOverTls) {
  start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient c(server_->port(), version);
    ASSERT_TRUE(c.connected());
    c.send(get_request("/secure"));
    EXPECT_TRUE(c.read_until("secure").starts_with("HTTP/1.1 200 "));
    const std::string body(300'000, 'x');
    c.send(post_request("/echo", body));
    EXPECT_TRUE(c.read_until(body).ends_with(body));
    c.send(get_request("/hello", "Connection: close\r\n"));
    EXPECT_TRUE(c.read_until("hello").starts_with("HTTP/1.1 200 "));
    EXPECT_TRUE(c.ended_in_order());
  }
}

TEST_F(TlsTest, OldVersionsAndPlainRequestsAreRefused) {
  start();
  EXPECT_FALSE(TlsClient(server_->port(), TLS1_1_VERSION).connected());
  auto plain = client();
  plain.send(get_request("/hello"));
  EXPECT_THAT(plain.read_to_end(), testing::Not(HasSubstr("hello")));
}

TEST_F(TlsTest, AClientThatShakesNoHandsIsNotWaitedForForEver) {
  options_.header_timeout = std::chrono::milliseconds(100);
  start();
  EXPECT_EQ(client().read_to_end(), "");
}

TEST_F(TlsTest, AClientThatVanishesIsNoticed) {
  Gate begun, stopped;
  application_.handle("/work", [&](Request& request) {
    begun.open();
    while (!request.gone.cancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    stopped.open();
    return text("");
  });
  start();
  TlsClient c(server_->port(), TLS1_3_VERSION);
  c.send(get_request("/work"));
  ASSERT_TRUE(begun.pass());
  c.vanish();
  EXPECT_TRUE(stopped.pass());
  EXPECT_TRUE(load_becomes([](const auto& load) { return load.connections == 0; }));
}

TEST_F(TlsTest, FilesThatCannotBeUsedAreExplained) {
  const auto key = options_.private_key;
  options_.private_key = folder_ / "missing.pem";
  EXPECT_THAT(start_error(), HasSubstr("missing.pem"));
  std::ofstream(folder_ / "garbage.pem") << "garbage";
  options_.private_key = folder_ / "garbage.pem";
  EXPECT_THAT(start_error(), HasSubstr("garbage.pem"));
  write_certificate(folder_ / "other.pem", folder_ / "other-key.pem");
  options_.private_key = folder_ / "other-key.pem";
  EXPECT_THAT(start_error(), HasSubstr("does not belong"));
  options_.private_key.clear();
  EXPECT_THAT(start_error(), HasSubstr("both"));
  options_.private_key = key;
  options_.certificate = folder_ / "none.pem";
  EXPECT_THAT(start_error(), HasSubstr("none.pem"));
}

}  // namespace
}  // namespace cairn::http
