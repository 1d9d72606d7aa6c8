// Everything that can be set: one table of names, defaults and meanings; values from a TOML file, the environment overrides.
//
// `server.port` in the file is `MOHUR_SERVER_PORT` in the environment. A wrong value stops the start with its name, the value
// and what is allowed. `mohur settings` prints the table; docs/reference/settings.md is made of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/ip_address.hpp"
#include "base/result.hpp"

namespace mohur::app {

struct Settings {
  std::string data_folder = "var/mohur";
  std::string address = "127.0.0.1";
  std::uint16_t port = 8443;
  std::string operator_address = "127.0.0.1";
  std::uint16_t operator_port = 9090;
  std::string certificate_file;  // empty: a self-signed one is made in the data folder
  std::string key_file;
  std::string client_ca_file;  // besides the own authority
  std::uint64_t longest_rest_ms = 1'000;
  std::vector<IpNetwork> trusted_proxies;
  std::string kek_file;  // empty: beside the data folder
  bool private_webhook_targets = false;
  std::uint64_t session_idle_s = 1'800;
  std::uint64_t session_lifetime_s = 43'200;
  std::string openid_issuer;  // empty: people sign in with passwords only
  std::string openid_client_id;
  std::string openid_secret_file;
  std::string openid_return_address;
  std::string openid_factors = "mfa";
  std::string openid_trusted_file;  // empty: what the machine trusts
  std::uint64_t policy_notice_days = 30;
  std::string mail_server;  // empty: no e-mail goes out
  std::uint16_t mail_port = 587;
  std::string mail_security = "starttls";
  std::string mail_user;
  std::string mail_password_file;
  std::string mail_from = "notices@localhost";
  std::string mail_trusted_file;  // empty: what the machine trusts
  std::uint64_t mail_retry_s = 60;
  std::uint64_t token_lifetime_s = 900;
  std::string scanner_name = "github";
  std::string scanner_keys_file;  // empty: no scanner reports here
  std::string security_contact;   // empty: no security.txt
  std::string security_policy;
  std::string security_languages = "en";
  std::uint64_t segment_bytes = 64u << 20;
  std::uint64_t overlay_bytes = 64u << 20;
  std::uint64_t block_cache_bytes = 64u << 20;
  std::uint64_t shelf_entries = 100'000;
  std::uint64_t queue_commands = 4'096;
  std::string log_level = "info";
};

struct Setting {
  std::string_view name;
  std::string_view sentence;
  std::function<std::string(const Settings&)> show;
  std::function<bool(Settings&, std::string_view)> set;  // false: not allowed
  std::string_view allowed;
};

const std::vector<Setting>& all_settings();

// Errors: not_found (the file), field_unknown, field_malformed.
Result<Settings> load_settings(const std::string& file, char** environment);

// The table as a Markdown page.
std::string settings_page();

}  // namespace mohur::app
