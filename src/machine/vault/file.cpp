#include "vault/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace mohur::vault {

std::unexpected<Refusal> refuse_errno(const std::string& path) {
  const int error = errno;
  const Outcome outcome = error == ENOSPC || error == EDQUOT ? Outcome::storage_full : Outcome::io_failed;
  return refuse(outcome, {}, path + ": " + std::generic_category().message(error));
}

File& File::operator=(File&& from) noexcept {
  std::swap(descriptor_, from.descriptor_);
  std::swap(path_, from.path_);
  return *this;
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<File> File::open(const std::string& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (descriptor < 0) return refuse_errno(path);
  return File{descriptor, path};
}

Result<std::optional<File>> File::open_if_there(const std::string& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor >= 0) return File{descriptor, path};
  if (errno == ENOENT) return std::nullopt;
  return refuse_errno(path);
}

Result<std::uint64_t> File::size() const {
  struct stat status;
  if (::fstat(descriptor_, &status) != 0) return refuse_errno(path_);
  return static_cast<std::uint64_t>(status.st_size);
}

Result<std::string> File::read_at(std::uint64_t offset, std::size_t size) const {
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(descriptor_, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse_errno(path_);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

Result<void> File::write_at(std::uint64_t offset, std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return refuse_errno(path_);
    bytes.remove_prefix(static_cast<std::size_t>(put));
    offset += static_cast<std::uint64_t>(put);
  }
  return {};
}

Result<void> File::truncate(std::uint64_t size) const {
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) return refuse_errno(path_);
  return {};
}

Result<void> File::claim(std::uint64_t offset, std::uint64_t size) const {
  const int done = ::fallocate(descriptor_, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset), static_cast<off_t>(size));
  if (done != 0 && errno != EOPNOTSUPP) return refuse_errno(path_);
  return {};
}

Result<void> File::sync() const {
  if (::fdatasync(descriptor_) != 0) return refuse_errno(path_);
  return {};
}

Result<void> sync_folder(const std::string& folder) {
  MOHUR_TRY_SET(file, File::open(folder, O_RDONLY | O_DIRECTORY));
  if (::fsync(file.descriptor()) != 0) return refuse_errno(folder);
  return {};
}

Result<void> ensure_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0700) == 0) return sync_folder(parent_of(folder));
  if (errno != EEXIST) return refuse_errno(folder);
  return {};
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace mohur::vault
