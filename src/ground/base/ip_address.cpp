#include "base/ip_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace mohur {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kMappedBits = 96;

// The bits of a byte that belong to the network when so many bits of the address before it do.
constexpr std::uint8_t mask_of(unsigned bits, std::size_t byte) {
  const unsigned before = static_cast<unsigned>(byte) * 8;
  if (bits >= before + 8) return 0xff;
  return bits <= before ? std::uint8_t{0} : static_cast<std::uint8_t>(0xff00U >> (bits - before));
}

std::optional<unsigned> parse_length(std::string_view text) {
  unsigned length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  const bool has_leading_zero = text.size() > 1 && text.front() == '0';
  if (error != std::errc{} || end != text.data() + text.size() || has_leading_zero) return std::nullopt;
  return length;
}

}  // namespace

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> bytes) {
  IpAddress address;
  std::ranges::copy(mapped_prefix, address.bytes_.begin());
  std::ranges::copy(bytes, address.bytes_.begin() + 12);
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN]{};
  if (text.size() >= sizeof terminated || text.find('\0') != text.npos) return std::nullopt;
  text.copy(terminated, text.size());
  std::array<std::uint8_t, 4> four;
  if (::inet_pton(AF_INET, terminated, four.data()) == 1) return v4(four);
  std::array<std::uint8_t, 16> sixteen;
  if (::inet_pton(AF_INET6, terminated, sixteen.data()) == 1) return v6(sixteen);
  return std::nullopt;
}

bool IpAddress::is_v4() const { return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes_.begin()); }

std::string IpAddress::to_string() const {
  char text[INET6_ADDRSTRLEN]{};
  if (is_v4()) {
    ::inet_ntop(AF_INET, bytes_.data() + 12, text, sizeof text);
  } else {
    ::inet_ntop(AF_INET6, bytes_.data(), text, sizeof text);
  }
  return text;
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  IpNetwork network;
  network.first_ = *address;
  if (slash == text.npos) return network;
  const auto length = parse_length(text.substr(slash + 1));
  const bool is_v4 = address->is_v4();
  if (!length || *length > (is_v4 ? 32 : 128)) return std::nullopt;
  network.bits_ = static_cast<std::uint8_t>(*length + (is_v4 ? kMappedBits : 0));
  for (std::size_t i = 0; i < address->bytes().size(); ++i)
    if ((address->bytes()[i] & ~mask_of(network.bits_, i) & 0xff) != 0) return std::nullopt;
  return network;
}

bool IpNetwork::contains(const IpAddress& address) const {
  for (std::size_t i = 0; i * 8 < bits_; ++i)
    if ((address.bytes()[i] & mask_of(bits_, i)) != first_.bytes()[i]) return false;
  return address.is_v4() == first_.is_v4();
}

std::string IpNetwork::to_string() const {
  if (bits_ == 128) return first_.to_string();
  return first_.to_string() + "/" + std::to_string(first_.is_v4() ? bits_ - kMappedBits : bits_);
}

}  // namespace mohur
