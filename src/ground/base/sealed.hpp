// Personal data in the only form in which it may be journaled: encrypted under the key of the person it is about.
//
// The vault makes and opens it. Destroying the subject's key makes the box unreadable for ever, while the journal that
// holds it stays whole.
#pragma once

#include <string>

#include "base/describe.hpp"
#include "base/ids.hpp"

namespace mohur {

using SubjectId = Id<"sub">;

// One value, such as an account number or a name.
struct Sealed {
  SubjectId subject;
  std::string box;   // nonce, ciphertext and tag: bytes that only the vault can read; see docs/formats/vault.md
  std::string mask;  // what everybody may see, such as `••••1234`

  bool empty() const { return box.empty(); }
  bool operator==(const Sealed&) const = default;
  MOHUR_DESCRIBE(Sealed, (1, subject), (2, box), (3, mask))
};

// The caller's own key-value notes on an object (`metadata` in the API), sealed as one.
struct SealedNotes {
  SubjectId subject;
  std::string box;

  bool empty() const { return box.empty(); }
  bool operator==(const SealedNotes&) const = default;
  MOHUR_DESCRIBE(SealedNotes, (1, subject), (2, box))
};

}  // namespace mohur
