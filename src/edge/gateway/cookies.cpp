#include "gateway/cookies.hpp"

namespace mohur::gateway {
namespace {

std::string cookie(std::string_view name, std::string_view value, std::string_view sites, Duration lifetime) {
  std::string cookie{name};
  cookie.append("=").append(value).append("; Path=/; Secure; HttpOnly; SameSite=").append(sites);
  return cookie.append("; Max-Age=").append(std::to_string(lifetime.ns / seconds(1).ns));
}

}  // namespace

std::optional<std::string_view> find_cookie(const net::Request& request, std::string_view name) {
  auto header = request.find("cookie");
  while (header && !header->empty()) {
    const std::size_t end = std::min(header->find(';'), header->size());
    std::string_view pair = header->substr(0, end);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) return pair.substr(name.size() + 1);
    header->remove_prefix(std::min(end + 1, header->size()));
  }
  return std::nullopt;
}

std::string session_cookie(std::string_view token, Duration lifetime) {
  return cookie(kSessionCookie, token, "Strict", lifetime);
}

std::string attempt_cookie(std::string_view value, Duration lifetime) { return cookie(kAttemptCookie, value, "Lax", lifetime); }

}  // namespace mohur::gateway
