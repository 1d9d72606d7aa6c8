// Files that hold personal data: each is sealed under its subject's key, so that whoever erases the subject erases them too.
//
// A file goes by its subject and the SHA-256 of what it holds: the same bytes given again are the same file. It is the bytes of
// one box (docs/formats/vault.md), written whole or not at all, and never changed. Whoever names a file in the journal has
// written it before: a crash in between leaves a file that nothing names.
// Errors   not_found: there is no such file, or its subject was erased. data_damaged: it is not what was written. io_failed,
//          storage_full from the disk.
// Threads  Any; read and write wait for the disk.
#pragma once

#include "vault/vault.hpp"

namespace mohur::vault {

class SealedFiles {
 public:
  // The vault outlives it. Makes the folder if it is not there.
  static Result<SealedFiles> open(std::string folder, Vault& vault);

  // Durable when it returns; answers with the hash. The subject may be a new one.
  Result<crypto::Hash256> write(SubjectId subject, std::string_view plain);
  // By the hash in hexadecimal digits.
  Result<std::string> read(SubjectId subject, std::string_view hash) const;

 private:
  SealedFiles(std::string folder, Vault& vault) : folder_(std::move(folder)), vault_(&vault) {}
  std::string path_of(SubjectId subject, std::string_view hash) const;

  std::string folder_;
  Vault* vault_;
};

}  // namespace mohur::vault
