// An OpenID provider, which is asked who a person is: the code flow, with PKCE, and with a nonce for each attempt.
//
// Begin    The browser is sent to the provider with what `begin` makes.
// Redeem   It comes back with a code, which counts once; the provider gives its token for it, over TLS to the address that it
//          has published. id_token.hpp says what is checked.
// Known    The provider's addresses and keys are asked for when they are first needed, and again each hour. Keys also when a
//          token names one that is not known, once a minute at most.
// Errors   provider_unavailable: no answer in time (ten seconds for each of four questions at most), or none that makes sense.
//          sign_in_failed: it did not take the code, or its token is not right. overloaded: too many wait for its keys.
// Threads  One; answers of `send` come on it too.
// Source   OpenID Connect Core 1.0, section 3.1; OpenID Connect Discovery 1.0; RFC 6749, RFC 7636
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/random.hpp"
#include "net/client.hpp"
#include "openid/id_token.hpp"

namespace mohur::openid {

struct ProviderOptions {
  std::string issuer;  // as its tokens spell it
  std::string client;  // this server, as the provider knows it
  std::string secret;
  std::string returns_to;            // the address here to which the browser comes back
  std::vector<std::string> factors;  // see ExpectedToken
};

// One attempt; the browser keeps it, where nobody reads it.
struct Attempt {
  std::string state;     // comes back beside the code
  std::string nonce;     // comes back in the token
  std::string verifier;  // of PKCE

  static Attempt make(Random& random);
};

class Provider {
 public:
  using Send = std::function<void(net::ClientRequest, std::function<void(net::ClientResponse)>)>;
  template <class T>
  using Done = std::function<void(Result<T>)>;

  // `clock` outlives it, and it what it has sent.
  Provider(ProviderOptions options, Clock& clock, Send send);

  const std::string& issuer() const { return options_.issuer; }
  // Where the browser is to go.
  void begin(const Attempt& attempt, Done<std::string> done);
  void redeem(std::string code, Attempt attempt, Done<Identity> done);

 private:
  struct Published {
    std::string authorization, token, keys;  // addresses
    bool secret_in_form = false;             // and not in the header
  };
  void ask(net::ClientRequest request, Done<std::string> done);
  void with_published(std::function<void(Result<void>)> next);
  void fetch_published();
  void fetch_keys(std::function<void(Result<void>)> next);
  void tell_waiting(const Result<void>& outcome);
  net::ClientRequest token_request(const std::string& code, const Attempt& attempt) const;
  void take_token(std::string token, const Attempt& attempt, Done<Identity> done);
  Result<Identity> identity_of(const std::string& token, const Attempt& attempt) const;

  const ProviderOptions options_;
  Clock& clock_;
  const Send send_;
  std::optional<Published> published_;
  std::optional<ProviderKeys> keys_;
  Time published_at_;
  Time keys_at_;
  std::vector<std::function<void(Result<void>)>> waiting_;  // for what is being asked for
};

}  // namespace mohur::openid
