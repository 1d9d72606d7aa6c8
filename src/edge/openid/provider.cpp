#include "openid/provider.hpp"

#include <algorithm>

#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "openid/json.hpp"

namespace mohur::openid {
namespace {

constexpr Duration kKnownFor = hours(1), kKeysAtMostEach = minutes(1), kPatience = seconds(10);
constexpr std::size_t kMostWaiting = 32;

// As a form and a query have it: everything but unreserved characters is escaped (RFC 3986, section 2.3).
std::string escaped(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                          c == '_' || c == '~';
    if (is_plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append("%").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    }
  }
  return out;
}

std::string pairs(std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
  std::string out;
  for (const auto& [name, value] : members) out.append(out.empty() ? "" : "&").append(name).append("=").append(escaped(value));
  return out;
}

std::string random_text(Random& random) {
  std::string bytes(32, '\0');
  random.fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return crypto::base64url_encode(bytes);
}

std::unexpected<Refusal> unavailable(std::string why) { return refuse(Outcome::provider_unavailable, {}, std::move(why)); }

net::ClientRequest request_to(std::string url) {
  // The operator has named the provider: it may be anywhere.
  return {.url = std::move(url),
          .headers = {{"Accept", "application/json"}},
          .timeout = kPatience,
          .policy = [](const net::Endpoint&) { return true; }};
}

}  // namespace

Attempt Attempt::make(Random& random) { return {random_text(random), random_text(random), random_text(random)}; }

Provider::Provider(ProviderOptions options, Clock& clock, Send send)
    : options_(std::move(options)), clock_(clock), send_(std::move(send)) {}

// The body of a good answer.
void Provider::ask(net::ClientRequest request, Done<std::string> done) {
  const bool brings_code = request.method == "POST";
  const std::string url = request.url;
  send_(std::move(request), [brings_code, url, done = std::move(done)](net::ClientResponse response) {
    if (response.error != net::ClientError::none) return done(unavailable("The provider does not answer: " + response.detail));
    if (response.status == 200) return done(std::move(response.body));
    const bool is_refused = response.status >= 400 && response.status < 500 && response.status != 408 && response.status != 429;
    if (brings_code && is_refused) return done(refuse(Outcome::sign_in_failed, {}, "The provider did not take the code."));
    done(unavailable(url + " answers with status " + std::to_string(response.status) + "."));
  });
}

void Provider::with_published(std::function<void(Result<void>)> next) {
  if (published_ && keys_ && clock_.now() < published_at_ + kKnownFor) return next({});
  if (waiting_.size() >= kMostWaiting) return next(refuse(Outcome::overloaded, {}, "Too many people sign in at this moment."));
  waiting_.push_back(std::move(next));
  if (waiting_.size() == 1) fetch_published();
}

void Provider::tell_waiting(const Result<void>& outcome) {
  for (const auto& next : std::exchange(waiting_, {})) next(outcome);
}

void Provider::fetch_published() {
  std::string_view base = options_.issuer;
  if (base.ends_with('/')) base.remove_suffix(1);
  ask(request_to(std::string{base} + "/.well-known/openid-configuration"), [this](Result<std::string> answer) {
    if (!answer) return tell_waiting(std::unexpected(answer.error()));
    const auto told = Json::parse(*answer);
    const auto authorization = told ? told->text("authorization_endpoint") : std::nullopt;
    const auto token = told ? told->text("token_endpoint") : std::nullopt;
    const auto keys = told ? told->text("jwks_uri") : std::nullopt;
    if (!authorization || !token || !keys || told->text("issuer") != options_.issuer)
      return tell_waiting(unavailable("The provider does not describe itself as the issuer " + options_.issuer + "."));
    if (!authorization->starts_with("https://"))
      return tell_waiting(unavailable("The provider's authorization_endpoint does not begin with https://."));
    const auto manners = told->texts("token_endpoint_auth_methods_supported");
    const auto has = [&](std::string_view manner) { return std::ranges::find(manners, manner) != manners.end(); };
    published_ = Published{*authorization, *token, *keys, !has("client_secret_basic") && has("client_secret_post")};
    fetch_keys([this](const Result<void>& outcome) { tell_waiting(outcome); });
  });
}

void Provider::fetch_keys(std::function<void(Result<void>)> next) {
  keys_at_ = clock_.now();
  ask(request_to(published_->keys), [this, next = std::move(next)](Result<std::string> answer) {
    if (!answer) return next(std::unexpected(answer.error()));
    auto read = ProviderKeys::read(*answer);
    if (!read) return next(unavailable("The provider publishes no key that is of use."));
    keys_ = std::move(read);
    published_at_ = clock_.now();
    next({});
  });
}

void Provider::begin(const Attempt& attempt, Done<std::string> done) {
  const std::string challenge = crypto::base64url_encode(crypto::sha256(attempt.verifier).view());
  const std::string query = pairs({{"response_type", "code"},
                                   {"client_id", options_.client},
                                   {"redirect_uri", options_.returns_to},
                                   {"scope", "openid email"},
                                   {"state", attempt.state},
                                   {"nonce", attempt.nonce},
                                   {"code_challenge", challenge},
                                   {"code_challenge_method", "S256"}});
  with_published([this, query, done = std::move(done)](const Result<void>& known) {
    if (!known) return done(std::unexpected(known.error()));
    const std::string& address = published_->authorization;
    done(address + (address.find('?') == std::string::npos ? "?" : "&") + query);
  });
}

void Provider::redeem(std::string code, Attempt attempt, Done<Identity> done) {
  with_published([this, code = std::move(code), attempt = std::move(attempt), done = std::move(done)](const Result<void>& known) {
    if (!known) return done(std::unexpected(known.error()));
    ask(token_request(code, attempt), [this, attempt, done](Result<std::string> answer) {
      if (!answer) return done(std::unexpected(std::move(answer).error()));
      const auto told = Json::parse(*answer);
      const auto token = told ? told->text("id_token") : std::nullopt;
      if (!token) return done(unavailable("The provider gives no id_token for its code."));
      take_token(*token, attempt, done);
    });
  });
}

net::ClientRequest Provider::token_request(const std::string& code, const Attempt& attempt) const {
  net::ClientRequest request = request_to(published_->token);
  request.method = "POST";
  request.body = pairs({{"grant_type", "authorization_code"},
                        {"code", code},
                        {"redirect_uri", options_.returns_to},
                        {"code_verifier", attempt.verifier}});
  if (published_->secret_in_form)
    request.body += "&" + pairs({{"client_id", options_.client}, {"client_secret", options_.secret}});
  else
    request.headers.emplace_back("Authorization",
                                 "Basic " + crypto::base64_encode(escaped(options_.client) + ":" + escaped(options_.secret)));
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  return request;
}

// A provider that has changed its keys signs with one that it published a moment ago.
void Provider::take_token(std::string token, const Attempt& attempt, Done<Identity> done) {
  if (keys_->know(token) || clock_.now() < keys_at_ + kKeysAtMostEach) return done(identity_of(token, attempt));
  fetch_keys([this, token = std::move(token), attempt, done = std::move(done)](const Result<void>& known) {
    done(known ? identity_of(token, attempt) : std::unexpected(known.error()));
  });
}

Result<Identity> Provider::identity_of(const std::string& token, const Attempt& attempt) const {
  return read_id_token(token, *keys_,
                       {.issuer = options_.issuer,
                        .client = options_.client,
                        .nonce = attempt.nonce,
                        .factors = options_.factors,
                        .now = clock_.now()});
}

}  // namespace mohur::openid
