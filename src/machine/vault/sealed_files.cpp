#include "vault/sealed_files.hpp"

#include <fcntl.h>

#include <cstdio>

#include "vault/file.hpp"

namespace mohur::vault {

Result<SealedFiles> SealedFiles::open(std::string folder, Vault& vault) {
  MOHUR_TRY(ensure_folder(folder));
  return SealedFiles{std::move(folder), vault};
}

Result<void> SealedFiles::write(const std::string& name, SubjectId subject, std::string_view plain) {
  MOHUR_TRY_SET(sealed, vault_->seal(subject, plain, {}));
  MOHUR_TRY(vault_->flush());
  const std::string path = folder_ + "/" + name, unfinished = path + ".unfinished";
  MOHUR_TRY_SET(file, File::open(unfinished, O_WRONLY | O_CREAT | O_TRUNC));
  MOHUR_TRY(file.write_at(0, sealed.box));
  MOHUR_TRY(file.sync());
  if (std::rename(unfinished.c_str(), path.c_str()) != 0) return refuse_errno(path);
  return sync_folder(folder_);
}

Result<std::string> SealedFiles::read(const std::string& name, SubjectId subject) const {
  MOHUR_TRY_SET(file, File::open_if_there(folder_ + "/" + name, O_RDONLY));
  if (!file) return refuse(Outcome::not_found, {}, "The file " + name + " is not there.");
  MOHUR_TRY_SET(size, file->size());
  MOHUR_TRY_SET(box, file->read_at(0, size));
  return vault_->unseal(Sealed{subject, std::move(box), {}});
}

}  // namespace mohur::vault
