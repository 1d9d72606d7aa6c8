#include "app/settings.hpp"

#include <toml++/toml.h>
#include <algorithm>
#include <charconv>
#include <ranges>
#include <sstream>

#include "base/text.hpp"

namespace mohur::app {
namespace {

template <class Number>
bool parse_number(std::string_view text, Number& value, std::uint64_t least, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most) return false;
  value = static_cast<Number>(number);
  return true;
}

Setting text(std::string_view name, std::string_view sentence, std::string Settings::* member,
             std::string_view allowed = "text") {
  return {name, sentence, [member](const Settings& s) { return s.*member; },
          [member](Settings& s, std::string_view value) {
            s.*member = value;
            return true;
          },
          allowed};
}

Setting flag(std::string_view name, std::string_view sentence, bool Settings::* member) {
  return {name, sentence, [member](const Settings& s) { return std::string{s.*member ? "true" : "false"}; },
          [member](Settings& s, std::string_view value) {
            s.*member = value == "true";
            return value == "true" || value == "false";
          },
          "true or false"};
}

Setting one_of(std::string_view name, std::string_view sentence, std::string Settings::* member,
               std::vector<std::string_view> values, std::string_view allowed) {
  return {name, sentence, [member](const Settings& s) { return s.*member; },
          [member, values = std::move(values)](Settings& s, std::string_view value) {
            s.*member = value;
            return std::ranges::find(values, value) != values.end();
          },
          allowed};
}

template <class Number>
Setting number(std::string_view name, std::string_view sentence, Number Settings::* member, std::uint64_t least,
               std::uint64_t most, std::string_view allowed) {
  return {name, sentence, [member](const Settings& s) { return std::to_string(s.*member); },
          [=](Settings& s, std::string_view value) { return parse_number(value, s.*member, least, most); }, allowed};
}

// Bits that are none would be everybody, whose word is nobody's.
std::optional<IpNetwork> parse_proxies(std::string_view text) {
  const auto network = IpNetwork::parse(text);
  return network && network->to_string().ends_with("/0") ? std::nullopt : network;
}

Setting networks(std::string_view name, std::string_view sentence, std::vector<IpNetwork> Settings::* member) {
  return {name, sentence,
          [member](const Settings& s) {
            std::string shown;
            for (const IpNetwork& network : s.*member) shown.append(shown.empty() ? "" : ", ").append(network.to_string());
            return shown;
          },
          [member](Settings& s, std::string_view value) {
            std::vector<IpNetwork> parsed;
            for (const auto& part : std::views::split(value, ',')) {
              std::string_view one{part.begin(), part.end()};
              one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
              one = one.substr(0, one.find_last_not_of(' ') + 1);
              const auto network = parse_proxies(one);
              if (!network) return false;
              parsed.push_back(*network);
            }
            s.*member = std::move(parsed);
            return true;
          },
          "networks such as 10.0.0.0/8, with commas between; none of length 0"};
}

std::string environment_name(std::string_view name) {
  std::string out = "MOHUR_";
  for (const char c : name) out += c == '.' ? '_' : is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

const Setting* find(std::string_view name) {
  for (const Setting& setting : all_settings())
    if (setting.name == name) return &setting;
  return nullptr;
}

Result<void> set(Settings& settings, const std::string& name, std::string_view value, std::string_view where) {
  const Setting* setting = find(name);
  if (setting == nullptr)
    return refuse(Outcome::field_unknown, name, "There is no setting " + name + " (" + std::string{where} + ").");
  if (!setting->set(settings, value))
    return refuse(Outcome::field_malformed, name,
                  name + " is \"" + std::string{value} + "\" (" + std::string{where} +
                      "); allowed: " + std::string{setting->allowed} + ".");
  return {};
}

std::string to_plain_text(const toml::node& node) {
  if (const auto* string = node.as_string()) return string->get();
  if (const auto* array = node.as_array()) {
    std::string list;
    for (const toml::node& each : *array) list.append(list.empty() ? "" : ",").append(to_plain_text(each));
    return list;
  }
  std::ostringstream out;
  node.visit([&](const auto& value) {
    if constexpr (!toml::is_table<decltype(value)> && !toml::is_array<decltype(value)>) out << value;
  });
  return out.str();
}

Result<void> take_table(Settings& settings, const toml::table& table, const std::string& prefix) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string{key.str()};
    if (const toml::table* inner = node.as_table())
      MOHUR_TRY(take_table(settings, *inner, name + "."));
    else
      MOHUR_TRY(set(settings, name, to_plain_text(node), "settings file"));
  }
  return {};
}

}  // namespace

const std::vector<Setting>& all_settings() {
  static const std::vector<Setting> settings = {
      text("data.folder", "Where everything but the key-encryption key is kept: journals, state, vault, certificates.",
           &Settings::data_folder, "a path"),
      text("server.address", "Where the API listens.", &Settings::address, "an IP address"),
      number("server.port", "The API's port; 0 takes any free one.", &Settings::port, 0, 65'535, "0 to 65535"),
      text("server.certificate_file", "PEM certificate of the API; a self-signed one is made when empty.",
           &Settings::certificate_file, "a path"),
      text("server.key_file", "PEM key that belongs to the certificate.", &Settings::key_file, "a path"),
      text("server.client_ca_file",
           "PEM certificates of authorities that vouch for clients' certificates, besides the one of `mohur ca`; see [client "
           "certificates](client-certificates.md).",
           &Settings::client_ca_file, "a path"),
      number(
          "server.longest_rest_ms",
          "So long at the most a connection is not read when it goes on while its client is told to wait; 0 is never. Where an "
          "HTTP proxy that shares its connections stands in front, name it in `proxies.trusted`, or set this to 0.",
          &Settings::longest_rest_ms, 0, 5'000, "0 to 5000"),
      networks("proxies.trusted",
               "Proxies in front of this server. Only their `Forwarded` and `X-Forwarded-For` are believed, read from right to "
               "left past these networks; see [keys and limits](keys-and-limits.md).",
               &Settings::trusted_proxies),
      text("operator.address", "Where metrics and health listen, without TLS: keep it on loopback.", &Settings::operator_address,
           "an IP address"),
      number("operator.port", "The port of metrics and health; 0 takes any free one.", &Settings::operator_port, 0, 65'535,
             "0 to 65535"),
      text("vault.key_file",
           "The key-encryption key, 32 bytes. When empty it is the file `<data.folder>.kek` beside the data folder, made at the "
           "first start. Back it up apart from the data: without it nobody reads personal data, and no API key is known.",
           &Settings::kek_file, "a path"),
      flag("webhooks.private_targets",
           "Whether webhooks may go to private and loopback addresses, and without TLS: for trying out.",
           &Settings::private_webhook_targets),
      number("staff.session_idle_s", "After so many seconds without a call a session of one of the operator's people is over.",
             &Settings::session_idle_s, 60, 86'400, "60 to 86400"),
      number("staff.session_lifetime_s", "After so many seconds it is over in any case.", &Settings::session_lifetime_s, 60,
             604'800, "60 to 604800"),
      text("openid.issuer",
           "The OpenID provider by which the operator's people may sign in, as its tokens spell it; none when empty. See "
           "[people](people.md).",
           &Settings::openid_issuer, "an https: address"),
      text("openid.client_id", "As whom that provider knows this server.", &Settings::openid_client_id),
      text("openid.client_secret_file", "The file whose first line is the secret that goes with it.",
           &Settings::openid_secret_file, "a path"),
      text("openid.return_address", "This server's `/v1/staff/openid/callback` as browsers reach it, and as the provider has it.",
           &Settings::openid_return_address, "an https: address"),
      text("openid.factors",
           "What the provider's token must say of how the person signed in there (`amr`, RFC 8176): one of these, with commas "
           "between them. When empty, the provider is trusted to ask for a second factor.",
           &Settings::openid_factors),
      text("openid.trusted_file", "PEM certificates that the provider's must lead to; those that the machine trusts when empty.",
           &Settings::openid_trusted_file, "a path"),
      number("policy.notice_days",
             "How many days before it is in force a new version of the usage policy must be published, at the least.",
             &Settings::policy_notice_days, 0, 365, "0 to 365"),
      text("mail.server", "The mail server by which notices go out; none when empty, and notices stand in the console only.",
           &Settings::mail_server, "a host name"),
      number("mail.port", "Its port.", &Settings::mail_port, 1, 65'535, "1 to 65535"),
      one_of("mail.security", "How TLS begins. Without TLS no mail is sent.", &Settings::mail_security, {"starttls", "tls"},
             "starttls or tls"),
      text("mail.user", "The name to log in with; no log-in when empty.", &Settings::mail_user),
      text("mail.password_file", "The file whose first line is the password to log in with.", &Settings::mail_password_file,
           "a path"),
      text("mail.from", "The address that notices come from.", &Settings::mail_from, "an e-mail address"),
      text("mail.trusted_file", "PEM certificates that the mail server's must lead to; those that the machine trusts when empty.",
           &Settings::mail_trusted_file, "a path"),
      number("mail.retry_s", "Seconds to the second attempt; each later one waits twice as long, at most six hours.",
             &Settings::mail_retry_s, 1, 3'600, "1 to 3600"),
      number("oauth.token_lifetime_s", "Seconds for which an access token is good.", &Settings::token_lifetime_s, 1, 3'600,
             "1 to 3600"),
      text("scanner.name", "The partner that reports secrets it found in public places to `/v1/leaks`, as incidents name it.",
           &Settings::scanner_name, "a name"),
      text("scanner.keys_file",
           "The public keys with which that partner signs, as it publishes them in JSON; without them it does not report here. "
           "See "
           "[compromise](compromise.md).",
           &Settings::scanner_keys_file, "a path"),
      text("security.contact", "Where to report a weakness in security, for /.well-known/security.txt; without it there is none.",
           &Settings::security_contact, "mailto:, https: or tel: and what follows"),
      text("security.policy", "The address of the page that says how such reports are handled.", &Settings::security_policy,
           "an https: address"),
      text("security.languages", "In which languages such reports may be written, with commas between them.",
           &Settings::security_languages),
      number("journal.segment_bytes", "Size of new journal segments.", &Settings::segment_bytes, 1u << 20, 1u << 30,
             "1048576 to 1073741824, a multiple of 4096"),
      number("state.overlay_bytes", "How much new state is gathered in memory before it is written out.",
             &Settings::overlay_bytes, 1u << 20, 1ull << 32, "1048576 to 4294967296"),
      number("state.block_cache_bytes", "Memory for blocks of the state on disk.", &Settings::block_cache_bytes, 1u << 20,
             1ull << 36, "1048576 to 68719476736"),
      number("engine.shelf_entries", "How many beneficiaries, pay-ins, and so on of each such kind stay in memory.",
             &Settings::shelf_entries, 100, 100'000'000, "100 to 100000000"),
      number("engine.queue_commands", "Commands that may wait for a decision; more are answered with overloaded.",
             &Settings::queue_commands, 1, 1'000'000, "1 to 1000000"),
      one_of("log.level", "What is logged.", &Settings::log_level, {"debug", "info", "warn", "error"},
             "debug, info, warn or error"),
  };
  return settings;
}

Result<Settings> load_settings(const std::string& file, char** environment) {
  Settings settings;
  if (!file.empty()) {
    try {
      MOHUR_TRY(take_table(settings, toml::parse_file(file), ""));
    } catch (const toml::parse_error& error) {
      return refuse(Outcome::field_malformed, file,
                    file + ", line " + std::to_string(error.source().begin.line) + ": " + std::string{error.description()} + ".");
    }
  }
  for (; *environment != nullptr; ++environment) {
    const std::string_view pair = *environment;
    const std::size_t equals = pair.find('=');
    for (const Setting& setting : all_settings())
      if (pair.substr(0, equals) == environment_name(setting.name))
        MOHUR_TRY(set(settings, std::string{setting.name}, pair.substr(equals + 1), "environment"));
  }
  return settings;
}

std::string settings_page() {
  std::string page =
      "# Settings\n\nMade by `mohur settings`. Settings come from a TOML file (`mohur serve --settings FILE`); the environment "
      "overrides.\n\n"
      "| setting | environment | default | allowed | meaning |\n| --- | --- | --- | --- | --- |\n";
  const Settings defaults;
  for (const Setting& setting : all_settings()) {
    const std::string value = setting.show(defaults);
    page.append("| `").append(setting.name).append("` | `").append(environment_name(setting.name)).append("` | ");
    page.append(value.empty() ? "empty" : "`" + value + "`")
        .append(" | ")
        .append(setting.allowed)
        .append(" | ")
        .append(setting.sentence)
        .append(" |\n");
  }
  return page;
}

}  // namespace mohur::app
