#include "vault/sealed_files.hpp"

#include <fcntl.h>

#include <cstdio>
#include <filesystem>

#include "vault/file.hpp"

namespace mohur::vault {
namespace {

Result<void> write_whole(const std::string& unfinished, const std::string& path, std::string_view bytes) {
  MOHUR_TRY_SET(file, File::open(unfinished, O_WRONLY | O_CREAT | O_TRUNC));
  MOHUR_TRY(file.write_at(0, bytes));
  MOHUR_TRY(file.sync());
  if (std::rename(unfinished.c_str(), path.c_str()) != 0) return refuse_errno(path);
  return {};
}

}  // namespace

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
  if (const Result<void> written = write_whole(unfinished, path, sealed.box); !written) {
    std::remove(unfinished.c_str());
    return std::unexpected(written.error());
  }
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

Result<void> SealedFiles::remove_if(const std::function<bool(std::string_view name)>& is_unwanted) {
  std::error_code error;
  bool has_removed = false;
  for (std::filesystem::directory_iterator entry{folder_, error}, end; !error && entry != end; entry.increment(error)) {
    if (!is_unwanted(entry->path().filename().native())) continue;
    has_removed = std::filesystem::remove(entry->path(), error) || has_removed;
  }
  if (error) return refuse(Outcome::io_failed, {}, folder_ + ": " + error.message());
  return has_removed ? sync_folder(folder_) : Result<void>{};
}

Result<void> SealedFiles::erase(SubjectId subject) {
  const std::string prefix = subject.to_string() + ".";
  MOHUR_TRY(remove_if([&](std::string_view name) { return name.starts_with(prefix); }));
  return destroy_key(subject);
}

Result<void> SealedFiles::destroy_key(SubjectId subject) {
  const Result<void> erased = vault_->erase(subject);
  return erased || erased.error().outcome == Outcome::not_found ? Result<void>{} : erased;
}

Result<void> SealedFiles::sweep(const std::function<bool(SubjectId, std::string_view hash)>& is_named) {
  return remove_if([&](std::string_view name) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    const auto subject = SubjectId::parse(name.substr(0, dot));
    return !subject || !is_named(*subject, name.substr(std::min(dot + 1, name.size())));
  });
}

}  // namespace mohur::vault
