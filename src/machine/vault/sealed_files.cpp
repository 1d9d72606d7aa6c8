#include "vault/sealed_files.hpp"

#include <fcntl.h>

#include <cstdio>

#include "vault/file.hpp"

namespace mohur::vault {

Result<SealedFiles> SealedFiles::open(std::string folder, Vault& vault) {
  MOHUR_TRY(ensure_folder(folder));
  return SealedFiles{std::move(folder), vault};
}

std::string SealedFiles::path_of(SubjectId subject, std::string_view hash) const {
  return folder_ + "/" + subject.to_string() + "." + std::string{hash};
}

Result<crypto::Hash256> SealedFiles::write(SubjectId subject, std::string_view plain) {
  const crypto::Hash256 hash = crypto::sha256(plain);
  MOHUR_TRY_SET(sealed, vault_->seal(subject, plain, {}));
  MOHUR_TRY(vault_->flush());
  const std::string path = path_of(subject, hash.hex()), unfinished = path + ".unfinished";
  MOHUR_TRY_SET(file, File::open(unfinished, O_WRONLY | O_CREAT | O_TRUNC));
  MOHUR_TRY(file.write_at(0, sealed.box));
  MOHUR_TRY(file.sync());
  if (std::rename(unfinished.c_str(), path.c_str()) != 0) return refuse_errno(path);
  MOHUR_TRY(sync_folder(folder_));
  return hash;
}

Result<std::string> SealedFiles::read(SubjectId subject, std::string_view hash) const {
  const std::string path = path_of(subject, hash);
  MOHUR_TRY_SET(file, File::open_if_there(path, O_RDONLY));
  if (!file) return refuse(Outcome::not_found, {}, "The file " + path + " is not there.");
  MOHUR_TRY_SET(size, file->size());
  MOHUR_TRY_SET(box, file->read_at(0, size));
  MOHUR_TRY_SET(plain, vault_->unseal(Sealed{subject, std::move(box), {}}));
  if (crypto::sha256(plain).hex() != hash)
    return refuse(Outcome::data_damaged, {}, "The file " + path + " holds something else.");
  return plain;
}

}  // namespace mohur::vault
