// Turns what callers send in clear into what may be journaled: each personal value sealed under the key of its subject.
#pragma once

#include "engine/claims.hpp"
#include "gateway/call.hpp"
#include "vault/masks.hpp"

namespace mohur::gateway {

// Seals under one subject. The first refusal, such as a failing vault, is kept and handed out by `outcome()`. Notes that are
// sealed are remembered by the call.
class Sealing {
 public:
  Sealing(Call& call, SubjectId subject) : call_(call), vault_(call.services.vault), subject_(subject) {}

  Sealed value(std::string_view plain, std::string mask) {
    auto sealed = vault_.seal(subject_, plain, std::move(mask));
    if (sealed) return std::move(*sealed);
    outcome_ = std::unexpected(std::move(sealed).error());
    return {};
  }
  template <class Text>
  std::optional<Sealed> value(const std::optional<Text>& plain, std::string (*mask)(std::string_view)) {
    return plain ? std::optional{value(plain->str(), mask(plain->str()))} : std::nullopt;
  }
  template <class Text>
  std::optional<Sealed> text(const std::optional<Text>& plain) {
    return plain ? std::optional{value(plain->str(), vault::mask_text())} : std::nullopt;
  }
  std::optional<SealedNotes> notes(const std::optional<Notes>& notes) {
    if (!notes) return std::nullopt;
    std::string canonical = codec::to_canonical(*notes);
    auto sealed = vault_.seal_notes(subject_, canonical);
    if (sealed) {
      call_.notes = SealedHere{sealed->box.substr(0, SealedHere::opening_size), std::move(canonical)};
      return std::move(*sealed);
    }
    outcome_ = std::unexpected(std::move(sealed).error());
    return std::nullopt;
  }
  Result<void> outcome() { return std::move(outcome_); }

 private:
  Call& call_;
  vault::Vault& vault_;
  const SubjectId subject_;
  Result<void> outcome_;
};

// For the client's own texts: notes, narrations, descriptions.
inline Sealing seal_for_client(Call& call) { return {call, call.services.directory.find(call.client)->subject}; }
// For a person that the journal has not met.
inline Sealing seal_for_new_subject(Call& call) { return {call, call.services.vault.create_subject(call.services.clock.now())}; }

// The look-up key of the caller's own reference.
inline std::optional<Key128> reference_key(const Call& call, std::string_view kind,
                                           const std::optional<payments::ReferenceId>& reference) {
  if (!reference) return std::nullopt;
  return engine::reference_claim(call.services.vault, call.owner(), call.mode, kind, reference->str());
}

}  // namespace mohur::gateway
