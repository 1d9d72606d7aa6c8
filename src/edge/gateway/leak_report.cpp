#include "gateway/leak_report.hpp"

#include "codec/json_tokens.hpp"
#include "crypto/encoding.hpp"

namespace mohur::gateway {
namespace {

using codec::JsonTokens;

constexpr std::size_t kLongestText = 4'096;

// Reads objects of texts, of which it takes those that are wanted.
class FlatReader {
 public:
  explicit FlatReader(std::string_view text) : tokens_(codec::scan_copy(text)) {}

  // Calls `item` for each of an array.
  template <class Item>
  bool array(Item item) {
    if (!tokens_.open('[')) return false;
    if (tokens_.peek() == ']') return tokens_.close(']');
    do {
      if (!item()) return false;
    } while (tokens_.take(','));
    return tokens_.close(']');
  }
  // Calls `member(name)` for each member of an object, which takes its value.
  template <class Member>
  bool object(Member member) {
    if (!tokens_.open('{')) return false;
    if (tokens_.peek() == '}') return tokens_.close('}');
    do {
      std::string_view name;
      if (!tokens_.take_string(name)) return false;
      const std::string kept{name};  // until the next text is taken
      if (!tokens_.expect(':') || !member(kept)) return false;
    } while (tokens_.take(','));
    return tokens_.close('}');
  }
  bool text(std::string& into) {
    if (tokens_.peek() != '"') return skip();  // of another kind: as good as absent
    std::string_view taken;
    if (!tokens_.take_string(taken)) return false;
    into = taken.substr(0, kLongestText);
    return true;
  }
  bool skip() { return tokens_.skip_value(); }
  Result<void> finish(bool went_well) {
    if (went_well && tokens_.expect_end()) return {};
    return refuse(Outcome::body_malformed, {}, tokens_.complaint());
  }

 private:
  JsonTokens tokens_;
};

}  // namespace

Result<std::vector<Finding>> read_findings(std::string_view body) {
  std::vector<Finding> findings;
  FlatReader reader{body};
  const bool well = reader.array([&] {
    Finding& finding = findings.emplace_back();
    return reader.object([&](std::string_view name) {
      if (name == "token") return reader.text(finding.token);
      if (name == "type") return reader.text(finding.type);
      if (name == "url") return reader.text(finding.url);
      if (name == "source") return reader.text(finding.source);
      return reader.skip();
    });
  });
  MOHUR_TRY(reader.finish(well));
  for (const Finding& finding : findings)
    if (finding.token.empty()) return refuse(Outcome::field_missing, "token", "Each finding has the token that was found.");
  return findings;
}

Result<ScannerKeys> ScannerKeys::read(std::string_view text) {
  ScannerKeys keys;
  bool all_are_keys = true;
  FlatReader reader{text};
  const auto take_key = [&] {
    std::string identifier, pem;
    const bool well = reader.object([&](std::string_view name) {
      if (name == "key_identifier") return reader.text(identifier);
      if (name == "key") return reader.text(pem);
      return reader.skip();
    });
    auto key = crypto::EcdsaP256PublicKey::from_pem(pem);
    all_are_keys = all_are_keys && key && !identifier.empty();
    if (well && key) keys.keys_.emplace(std::move(identifier), std::move(*key));
    return well;
  };
  const bool well =
      reader.object([&](std::string_view name) { return name == "public_keys" ? reader.array(take_key) : reader.skip(); });
  MOHUR_TRY(reader.finish(well));
  if (!all_are_keys || keys.empty())
    return refuse(Outcome::field_malformed, "public_keys", "Expected public keys of P-256 in PEM, each with a key_identifier.");
  return keys;
}

Result<void> ScannerKeys::check(const net::Request& request) const {
  constexpr std::string_view kIdentifier = "Github-Public-Key-Identifier", kSignature = "Github-Public-Key-Signature";
  const auto identifier = request.find("github-public-key-identifier");
  const auto text = request.find("github-public-key-signature");
  if (!identifier || !text)
    return refuse(Outcome::signature_malformed, std::string{identifier ? kSignature : kIdentifier},
                  "The report comes without it.");
  const auto key = keys_.find(*identifier);
  if (key == keys_.end())
    return refuse(Outcome::signature_invalid, std::string{kIdentifier},
                  "It names none of the partner's keys that are known here.");
  const auto signature = crypto::base64_decode(*text);
  if (!signature) return refuse(Outcome::signature_malformed, std::string{kSignature}, "Expected the base64 of a signature.");
  if (!key->second.verify(request.body, *signature))
    return refuse(Outcome::signature_invalid, std::string{kSignature}, "It is not over this body.");
  return {};
}

}  // namespace mohur::gateway
