#pragma once

#include <string>
#include <string_view>

#include "base/sha256.h"
#include "ports/crypto.h"

namespace cairn {

// What the secrets that Cairn hands out look like: what they are for, and 256 random bits.
inline constexpr std::string_view api_key_prefix = "cairn_";
inline constexpr std::string_view refresh_token_prefix = "cairn_refresh_";
inline constexpr std::string_view setup_token_prefix = "cairn_setup_";

/// A new secret.
std::string new_secret(const Crypto& crypto, std::string_view prefix);

/// How it is stored. Its 256 random bits need no slow hash: there is nothing to guess.
Digest hash_of_secret(std::string_view secret);

/// A new id of 16 hexadecimal digits.
std::string new_id(const Crypto& crypto);

}  // namespace cairn
