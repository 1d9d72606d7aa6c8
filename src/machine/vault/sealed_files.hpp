// Files that hold personal data: each is sealed under its subject's key, so that whoever erases the subject erases them too.
//
// A file goes by its subject and the SHA-256 of what it holds: the same bytes given again are the same file. It is the bytes of
// one box (docs/formats/vault.md), written whole or not at all, and never changed. Whoever names a file in the journal has
// written it before: a crash in between leaves a file that nothing names.
// Errors   not_found: there is no such file, or its subject was erased. data_damaged: it is not what was written. io_failed,
//          storage_full from the disk.
// Threads  Any; read and write wait for the disk.
#pragma once

#include <functional>

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
  // Removes all files of the subject, and destroys its key. Durable when it returns; again is no error.
  Result<void> erase(SubjectId subject);
  // The second half of that: for whoever sweeps the files.
  Result<void> destroy_key(SubjectId subject);
  // Removes what a crash has left: files that nothing names, and unfinished ones. While nobody writes.
  Result<void> sweep(const std::function<bool(SubjectId, std::string_view hash)>& is_named);

 private:
  SealedFiles(std::string folder, Vault& vault) : folder_(std::move(folder)), vault_(&vault) {}
  std::string path_of(SubjectId subject, std::string_view hash) const;
  // By the names of the files in the folder. Durable when it returns.
  Result<void> remove_if(const std::function<bool(std::string_view name)>& is_unwanted);

  std::string folder_;
  Vault* vault_;
};

}  // namespace mohur::vault
