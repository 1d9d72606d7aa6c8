#include "gateway/origin.hpp"

#include <algorithm>
#include <optional>
#include <ranges>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace mohur::gateway {
namespace {

constexpr std::string_view kForwarded = "Forwarded";
constexpr std::string_view kForwardedFor = "X-Forwarded-For";
constexpr std::string_view kSpaces = " \t";

// What a proxy says of one hop; empty when it says nothing of an address.
using Node = std::string;
using Nodes = std::vector<Node>;

bool is_token_character(char c) { return is_alphanumeric(c) || std::string_view{"!#$%&'*+-.^_`|~"}.contains(c); }

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpaces);
  return begin == text.npos ? std::string_view{} : text.substr(begin, text.find_last_not_of(kSpaces) + 1 - begin);
}

// All values of one name, as the one list that they are.
std::optional<std::string> list_of(const net::Request& request, std::string_view name) {
  std::optional<std::string> list;
  for (const net::Header& header : request.headers) {
    if (!net::equals_ignoring_case(header.name, name)) continue;
    if (list) list->append(",");
    list = list.value_or("").append(header.value);
  }
  return list;
}

// Reads `for=192.0.2.43;proto=https, for="[2001:db8::1]:4711"` element by element.
class ForwardedReader {
 public:
  explicit ForwardedReader(std::string_view text) : rest_(text) {}

  std::optional<Nodes> read() {
    Nodes nodes;
    do {
      if (!element(nodes.emplace_back())) return std::nullopt;
    } while (take(','));
    return rest_.empty() ? std::optional{std::move(nodes)} : std::nullopt;
  }

 private:
  void skip_spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpaces), rest_.size())); }
  bool take(char wanted) {
    skip_spaces();
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    skip_spaces();
    return true;
  }

  bool element(Node& node) {
    bool has_node = false;
    skip_spaces();
    do {
      const std::string_view name = token();
      std::string value;
      if (name.empty() || !rest_.starts_with('=')) return false;
      rest_.remove_prefix(1);
      if (!read_value(value)) return false;
      if (!net::equals_ignoring_case(name, "for")) continue;
      if (std::exchange(has_node, true)) return false;
      node = std::move(value);
    } while (take(';'));
    return true;
  }

  std::string_view token() {
    const auto end = std::ranges::find_if_not(rest_, is_token_character);
    const std::string_view found = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(found.size());
    return found;
  }

  bool read_value(std::string& value) {
    if (!rest_.starts_with('"')) {
      value = token();
      return !value.empty();
    }
    for (std::size_t at = 1; at < rest_.size(); ++at) {
      if (rest_[at] == '"') {
        rest_.remove_prefix(at + 1);
        return true;
      }
      if (rest_[at] == '\\' && ++at == rest_.size()) return false;
      value += rest_[at];
    }
    return false;
  }

  std::string_view rest_;
};

Nodes split(std::string_view list) {
  Nodes nodes;
  for (const auto& part : std::views::split(list, ',')) nodes.emplace_back(trimmed(std::string_view{part.begin(), part.end()}));
  return nodes;
}

bool is_port(std::string_view text) { return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, is_digit); }

// `192.0.2.43`, `192.0.2.43:80`, `[2001:db8::1]`, `[2001:db8::1]:80`, `2001:db8::1`.
std::optional<IpAddress> address_of(std::string_view node) {
  if (node.starts_with('[')) {
    const std::size_t end = node.find(']');
    if (end == node.npos) return std::nullopt;
    const std::string_view behind = node.substr(end + 1);
    if (!behind.empty() && (behind.front() != ':' || !is_port(behind.substr(1)))) return std::nullopt;
    const auto address = IpAddress::parse(node.substr(1, end - 1));
    return address && node.substr(0, end).contains(':') ? address : std::nullopt;
  }
  if (std::ranges::count(node, ':') == 1) {
    const std::size_t colon = node.find(':');
    return is_port(node.substr(colon + 1)) ? IpAddress::parse(node.substr(0, colon)) : std::nullopt;
  }
  return IpAddress::parse(node);
}

bool is_one_of(std::span<const IpNetwork> networks, const IpAddress& address) {
  return std::ranges::any_of(networks, [&](const IpNetwork& network) { return network.contains(address); });
}

std::unexpected<Refusal> malformed(std::string_view header, std::string detail) {
  return refuse(Outcome::forwarding_malformed, std::string{header}, std::move(detail));
}

// The first address from the right that is no proxy's; when all are, the one that is furthest away.
Result<IpAddress> caller_of(const Nodes& nodes, std::string_view header, std::span<const IpNetwork> trusted_proxies) {
  if (nodes.empty()) return malformed(header, "It names nobody.");
  IpAddress furthest;
  for (const Node& node : nodes | std::views::reverse) {
    const auto address = address_of(node);
    if (!address) return malformed(header, "\"" + node.substr(0, 64) + "\" is not an IP address.");
    furthest = *address;
    if (!is_one_of(trusted_proxies, furthest)) break;
  }
  return furthest;
}

}  // namespace

Result<Origin> origin_of(const net::Request& request, std::span<const IpNetwork> trusted_proxies) {
  const IpAddress& peer = request.peer.endpoint.address;
  if (!is_one_of(trusted_proxies, peer))
    return Origin{peer, request.find("forwarded").has_value() || request.find("x-forwarded-for").has_value()};
  std::optional<IpAddress> told;
  if (const auto list = list_of(request, kForwarded)) {
    const auto nodes = ForwardedReader{*list}.read();
    if (!nodes) return malformed(kForwarded, "This is not what RFC 7239 describes.");
    MOHUR_TRY_SET(address, caller_of(*nodes, kForwarded, trusted_proxies));
    told = address;
  }
  if (const auto list = list_of(request, kForwardedFor)) {
    MOHUR_TRY_SET(address, caller_of(split(*list), kForwardedFor, trusted_proxies));
    if (told && *told != address) return malformed(kForwardedFor, "Forwarded names another caller.");
    told = address;
  }
  return Origin{.address = told.value_or(peer), .by_proxy = true};
}

}  // namespace mohur::gateway
