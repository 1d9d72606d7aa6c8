// The one key that opens the vault, kept in a file of its own: 32 random bytes that only the server's user may read.
//
// Keep     Apart from the data folder and from its backups. Who loses this file has lost every sealed value; who has both
//          it and the vault's folder can read them all.
// Errors   credential_missing when there is no file and none may be made; credential_malformed for a wrong length, for
//          a file that others than its owner may use, or for something that is no file; io_failed, storage_full. Every
//          detail names the file and says what to do.
#pragma once

#include <string>

#include "base/result.hpp"
#include "crypto/key256.hpp"

namespace mohur {
class Random;
}

namespace mohur::vault {

enum class IfAbsent { refuse, create };

// With `create`, a first start makes the file with mode 0600. A file that is there is never overwritten.
Result<crypto::Key256> load_key_encryption_key(const std::string& path, IfAbsent if_absent, Random& random);

}  // namespace mohur::vault
