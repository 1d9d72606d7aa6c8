// The vault keeps personal data readable only as long as its subject may be known: one key per subject, destroyed on erasure.
//
// Shape    create_subject makes a data key; seal gives the Sealed form that the journal may hold; unseal opens it again.
//          flush makes new keys durable and must come before whatever names them becomes durable. erase destroys a key:
//          every box of that subject is then unreadable, wherever its bytes are.
// Keys     The key-encryption key (KEK) comes from outside. From it, by HKDF, come the key that wraps data keys, the key of
//          server secrets, the pepper of secret_hash, the key of blind_index and the root of access tokens.
//          docs/formats/vault.md has the bytes.
// Errors   not_found: the subject is unknown here or was erased. data_damaged: the box, or the wrapped key, is not what was
//          written. credential_invalid: another KEK's vault. io_failed, storage_full from the file.
// Cost     A box of 60 bytes under a recently used key: below one microsecond.
// Threads  Every method may be called by any thread; only flush and erase wait for the disk, and nobody waits for them.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/sealed.hpp"
#include "base/time.hpp"
#include "crypto/aead.hpp"
#include "crypto/hmac.hpp"
#include "vault/key_cache.hpp"
#include "vault/key_file.hpp"

namespace mohur::vault {

class Vault {
 public:
  // `random` must outlive the vault and belong to it alone: the vault's lock guards it.
  static Result<std::unique_ptr<Vault>> open(const std::string& folder, const crypto::Key256& kek, Random& random);

  // Makes sure of the disk's room for all new keys and a few thousand more, so that flush() does not run out of it.
  // storage_full: nothing happened, and it may be asked again at any time.
  Result<void> reserve();

  // Usable at once, durable after the next flush.
  SubjectId create_subject(Time now);

  Result<Sealed> seal(SubjectId subject, std::string_view plain, std::string mask);
  Result<std::string> unseal(const Sealed& sealed);
  Result<SealedNotes> seal_notes(SubjectId subject, std::string_view plain);
  Result<std::string> unseal_notes(const SealedNotes& sealed);

  // One write and one fdatasync when there are new keys, nothing otherwise. A failure is final: the process must stop.
  Result<void> flush();
  // Durable when this returns. Erasing again is no error.
  Result<void> erase(SubjectId subject);

  // The same key for the same label and value, so that equal values can be found without being stored. One way.
  Key128 blind_index(std::string_view label, std::string_view value) const;
  // How the secret of an API key is kept.
  crypto::Hash256 secret_hash(std::string_view secret) const;

  // Of which the keys of access tokens are derived.
  crypto::Key256 token_root() const { return token_root_.copy(); }

  // For secrets of the server that belong to no person, such as a webhook's signing secret. `label` says which secret it
  // is; a box opens under the label it was sealed with only.
  std::string seal_secret(std::string_view label, std::string_view plain);
  Result<std::string> unseal_secret(std::string_view label, std::string_view box);

  // How many bytes of a torn tail were cut when the vault was opened; not zero after a crash only.
  std::uint64_t cut_bytes() const { return keys_file_.cut_bytes(); }

 private:
  struct Entry {
    std::uint64_t number;  // of its record in the file
    WrappedKey wrapped;    // all zeros when erased
    bool erased;
  };
  using Keys = boost::unordered_flat_map<SubjectId, Entry>;

  Vault(KeyFile file, Keys keys, const crypto::Key256& kek, Random& random);
  Result<void> write_new_keys();
  Result<crypto::Aead*> aead_of(SubjectId subject);
  Result<std::string> box_of(SubjectId subject, std::string_view label, std::string_view plain);
  Result<std::string> open_box(SubjectId subject, std::string_view label, std::string_view box);
  std::string draw_nonce();

  std::mutex file_mutex_;  // taken before state_mutex_
  KeyFile keys_file_;

  std::mutex state_mutex_;  // guards what follows, up to the keyed hashes
  Random& random_;
  Keys keys_;
  std::vector<KeyRecord> new_keys_;  // in order of number; not in the file yet
  std::uint64_t next_number_;
  std::uint64_t claimed_ = 0;  // there is room for the records before this one
  KeyCache cache_;
  crypto::Aead wrapping_;
  crypto::Aead secrets_;

  const crypto::HmacSha256 pepper_;
  const crypto::HmacSha256 index_;
  const crypto::Key256 token_root_;
};

}  // namespace mohur::vault
