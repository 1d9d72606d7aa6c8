#include "projections/webhook_target.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "net/client.hpp"

namespace mohur::projections {
namespace {

// Names that lead to the inside of a network, whatever they resolve to; with all that stand below them.
constexpr std::string_view kRefusedNames[] = {"localhost", "local", "internal", "corp", "lan", "home.arpa", "onion"};

std::unexpected<Refusal> no(const char* why) { return refuse(Outcome::webhook_target_refused, "url", why); }

struct Target {
  bool is_https = false;
  std::string host;  // in lower case, without brackets and without the dot of the root
  bool is_bracketed = false;
  std::uint16_t port = 0;
};

bool is_name_character(char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_'; }

std::optional<std::uint16_t> parse_port(std::string_view text, std::uint16_t otherwise) {
  if (text.empty()) return otherwise;
  std::uint16_t port = 0;
  text.remove_prefix(1);  // the colon
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

std::optional<Target> parse(std::string_view url) {
  Target target{.is_https = url.starts_with("https://")};
  if (!target.is_https && !url.starts_with("http://")) return std::nullopt;
  std::string_view authority = url.substr(url.find("://") + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  target.is_bracketed = authority.starts_with('[');
  const std::size_t end = target.is_bracketed ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view host = target.is_bracketed ? authority.substr(1, end - 1) : authority.substr(0, end);
  const std::string_view rest = authority.substr(end + (target.is_bracketed ? 1 : 0));
  const auto port = parse_port(rest, target.is_https ? 443 : 80);
  if (!port || (!rest.empty() && rest.front() != ':')) return std::nullopt;
  target.port = *port;
  if (!target.is_bracketed && host.ends_with('.')) host.remove_suffix(1);
  if (host.empty() || host.size() > 253) return std::nullopt;
  for (const char c : host) target.host += is_upper(c) ? static_cast<char>(c | 0x20) : c;
  if (!target.is_bracketed && !std::ranges::all_of(target.host, is_name_character)) return std::nullopt;
  return target;
}

// Whether a resolver would read it as a number: its last label is one, in whatever base.
bool is_numeric(std::string_view host) {
  const std::string_view last = host.substr(host.rfind('.') + 1);
  return last.starts_with("0x") || std::ranges::all_of(last, is_digit);
}

bool is_inside(std::string_view host) {
  if (host.find('.') == std::string_view::npos) return true;  // a name without a domain is somebody's own
  return std::ranges::any_of(kRefusedNames, [&](std::string_view name) {
    return host == name || (host.ends_with(name) && host[host.size() - name.size() - 1] == '.');
  });
}

}  // namespace

Result<void> check_webhook_target(std::string_view url, bool private_targets) {
  const auto target = parse(url);
  if (!target) return no("Expected https://, a host, and what follows; no user, no password.");
  if (private_targets) return {};
  if (!target->is_https)
    return no("Webhooks are sent over HTTPS. For a receiver on your own machine the operator sets webhooks.private_targets.");
  const auto address = net::IpAddress::parse(target->host);
  const bool is_address = target->is_bracketed || is_numeric(target->host);
  if (is_address && (!address || !net::is_public_address(*address))) return no("This address is not public.");
  if (!is_address && is_inside(target->host)) return no("This name leads inside a private network.");
  if (!net::public_addresses_only({address.value_or(net::IpAddress::v4({1, 1, 1, 1})), target->port}))
    return no("Webhooks are not sent to this port.");
  return {};
}

}  // namespace mohur::projections
