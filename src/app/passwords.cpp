#include "app/passwords.h"

#include <chrono>

namespace cairn {
namespace {

constexpr std::size_t min_password_bytes = 8;
constexpr std::size_t max_password_bytes = 4096;

}  // namespace

/// Waits for a place, and gives it back.
class Passwords::Place {
 public:
  explicit Place(Passwords& owner) : owner_(owner) {
    std::unique_lock lock(owner_.mutex_);
    if (owner_.waiting_ >= owner_.options_.max_waiting) return;
    ++owner_.waiting_;
    owner_.place_is_free_.wait(lock, [this] { return owner_.hashing_ < owner_.options_.max_hashing; });
    --owner_.waiting_;
    ++owner_.hashing_;
    held_ = true;
  }
  ~Place() {
    if (!held_) return;
    const std::lock_guard lock(owner_.mutex_);
    --owner_.hashing_;
    owner_.place_is_free_.notify_one();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  Result<void> check() const {
    if (held_) return {};
    return fail({.kind = ErrorKind::limited,
                 .message = "too many people log in at this moment: try again in a second",
                 .retry_after = std::chrono::seconds(1)});
  }

 private:
  Passwords& owner_;
  bool held_ = false;
};

Result<std::string> Passwords::hash(std::string_view password) {
  if (password.size() < min_password_bytes || password.size() > max_password_bytes)
    return fail(ErrorKind::invalid, "a password has at least 8 and at most 4,096 bytes");
  const Place place(*this);
  CAIRN_CHECK(place.check());
  return crypto_.hash_password(password);
}

Result<bool> Passwords::check(const std::optional<std::string>& hash, std::string_view password) {
  const Place place(*this);
  CAIRN_CHECK(place.check());
  CAIRN_TRY(const std::string dummy, dummy_hash());
  const bool right = crypto_.verify_password(hash ? *hash : dummy, password.substr(0, max_password_bytes));
  return right && hash && password.size() <= max_password_bytes;
}

/// Of a password that nobody knows.
Result<std::string> Passwords::dummy_hash() {
  {
    const std::lock_guard lock(mutex_);
    if (!dummy_hash_.empty()) return dummy_hash_;
  }
  constexpr std::size_t any_password_bytes = 16;
  CAIRN_TRY(std::string made, crypto_.hash_password(crypto_.random_bytes(any_password_bytes)));
  const std::lock_guard lock(mutex_);
  dummy_hash_ = made;
  return made;
}

}  // namespace cairn
