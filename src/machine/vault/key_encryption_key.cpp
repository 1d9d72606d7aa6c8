#include "vault/key_encryption_key.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vault/file.hpp"

namespace mohur::vault {
namespace {

using crypto::Key256;

std::unexpected<Refusal> refuse_file(Outcome outcome, const std::string& path, const std::string& sentence) {
  return refuse(outcome, "key_encryption_key", "The key-encryption key " + path + " " + sentence);
}

// Written under another name and linked into place, so that a crash leaves a whole key or none.
Result<void> create(const std::string& path, const Key256& key) {
  const std::string unfinished = path + ".new";
  ::unlink(unfinished.c_str());
  {
    MOHUR_TRY_SET(file, File::open(unfinished, O_WRONLY | O_CREAT | O_EXCL));
    MOHUR_TRY(file.write_at(0, key.view()));
    MOHUR_TRY(file.sync());
  }
  const bool linked = ::link(unfinished.c_str(), path.c_str()) == 0;
  const auto failure = refuse_errno(path);
  ::unlink(unfinished.c_str());
  if (!linked) return failure;
  return sync_folder(parent_of(path));
}

Result<Key256> read(const File& file) {
  struct stat status;
  if (::fstat(file.descriptor(), &status) != 0) return refuse_errno(file.path());
  if (!S_ISREG(status.st_mode)) return refuse_file(Outcome::credential_malformed, file.path(), "is not a regular file.");
  if ((status.st_mode & 077) != 0)
    return refuse_file(Outcome::credential_malformed, file.path(), "may be used by others than its owner: chmod 600 it.");
  if (status.st_size != Key256::size)
    return refuse_file(Outcome::credential_malformed, file.path(),
                       "is " + std::to_string(status.st_size) + " bytes long; it must be 32 random bytes.");
  MOHUR_TRY_SET(bytes, file.read_at(0, Key256::size));
  auto key = Key256::from_bytes(bytes);
  crypto::wipe(bytes.data(), bytes.size());
  if (!key) return refuse_file(Outcome::io_failed, file.path(), "changed while it was read.");
  return std::move(*key);
}

}  // namespace

Result<Key256> load_key_encryption_key(const std::string& path, IfAbsent if_absent, Random& random) {
  // Not to wait on a named pipe that stands where the file should.
  constexpr int flags = O_RDONLY | O_NONBLOCK;
  MOHUR_TRY_SET(found, File::open_if_there(path, flags));
  if (found) return read(*found);
  if (if_absent == IfAbsent::refuse)
    return refuse_file(Outcome::credential_missing, path, "is not there; restore it, or allow a new one for a new vault.");
  MOHUR_TRY(create(path, Key256::from_random(random)));
  MOHUR_TRY_SET(created, File::open(path, flags));
  return read(created);
}

}  // namespace mohur::vault
