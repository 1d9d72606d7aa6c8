#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "journal/files.hpp"

namespace mohur::journal {
namespace {

std::unexpected<Refusal> failed(int error, std::string_view doing, const std::string& path) {
  const Outcome outcome = error == ENOSPC || error == EDQUOT ? Outcome::storage_full
                          : error == ENOENT                  ? Outcome::not_found
                                                             : Outcome::io_failed;
  return refuse(outcome, {}, std::string{doing} + ' ' + path + ": " + std::generic_category().message(error));
}

template <class Call>
auto again_if_interrupted(Call call) {
  auto answer = call();
  while (answer == -1 && errno == EINTR) answer = call();
  return answer;
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;

  ~Descriptor() {
    if (number_ != -1) ::close(number_);
  }

  int number() const { return number_; }

 private:
  int number_;
};

Result<Descriptor> open_descriptor(const std::string& path, int flags) {
  const int number = again_if_interrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0640); });
  if (number == -1) return failed(errno, "open", path);
  return Descriptor{number};
}

class PosixFile : public File {
 public:
  PosixFile(Descriptor descriptor, std::string path) : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  Result<std::size_t> pread(char* into, std::size_t size, std::uint64_t offset) override {
    const auto read = again_if_interrupted([&] { return ::pread(descriptor_.number(), into, size, static_cast<off_t>(offset)); });
    if (read == -1) return failed(errno, "read", path_);
    return static_cast<std::size_t>(read);
  }

  Result<std::size_t> pwrite(std::string_view bytes, std::uint64_t offset) override {
    const auto written = again_if_interrupted(
        [&] { return ::pwrite(descriptor_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    if (written == -1) return failed(errno, "write", path_);
    if (written == 0) return failed(EIO, "write", path_);
    return static_cast<std::size_t>(written);
  }

  // Never tried again after an error: the kernel may have marked the lost pages clean, and a second try would succeed.
  Result<void> flush() override {
    if (::fdatasync(descriptor_.number()) == -1) return failed(errno, "flush", path_);
    return {};
  }

  Result<void> preallocate(std::uint64_t size) override {
    const int error = again_if_interrupted([&] {
      const int answer = ::posix_fallocate(descriptor_.number(), 0, static_cast<off_t>(size));
      errno = answer;
      return answer == EINTR ? -1 : answer;
    });
    if (error != 0) return failed(error, "preallocate", path_);
    return {};
  }

  Result<std::uint64_t> size() override {
    struct stat about{};
    if (::fstat(descriptor_.number(), &about) == -1) return failed(errno, "stat", path_);
    return static_cast<std::uint64_t>(about.st_size);
  }

 private:
  Descriptor descriptor_;
  std::string path_;
};

class PosixLock : public FolderLock {
 public:
  explicit PosixLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  Descriptor descriptor_;  // closing it gives the lock back, also when the process dies
};

std::string parent_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

class PosixFiles : public FileLayer {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    const int flags = mode == OpenMode::read ? O_RDONLY : mode == OpenMode::write ? O_RDWR : O_RDWR | O_CREAT | O_TRUNC;
    auto descriptor = open_descriptor(path, flags);
    if (!descriptor) return std::unexpected(std::move(descriptor).error());
    return std::make_unique<PosixFile>(*std::move(descriptor), path);
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) == -1) return failed(errno, "rename", from);
    return {};
  }

  Result<void> remove(const std::string& path) override {
    if (::unlink(path.c_str()) == -1 && errno != ENOENT) return failed(errno, "remove", path);
    return {};
  }

  Result<std::vector<std::string>> list(const std::string& folder) override {
    const std::unique_ptr<DIR, int (*)(DIR*)> stream{::opendir(folder.c_str()), ::closedir};
    if (!stream) return failed(errno, "list", folder);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(stream.get())) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0) return failed(errno, "list", folder);
    return names;
  }

  Result<void> make_folder(const std::string& folder) override {
    if (::mkdir(folder.c_str(), 0750) == 0) return sync_folder(parent_of(folder));
    if (errno == EEXIST) return {};
    if (errno != ENOENT || folder.empty() || parent_of(folder) == folder) return failed(errno, "make folder", folder);
    MOHUR_TRY(make_folder(parent_of(folder)));
    if (::mkdir(folder.c_str(), 0750) == -1) return failed(errno, "make folder", folder);
    return sync_folder(parent_of(folder));
  }

  Result<void> sync_folder(const std::string& folder) override {
    const auto descriptor = open_descriptor(folder, O_RDONLY | O_DIRECTORY);
    if (!descriptor) return std::unexpected(descriptor.error());
    if (::fsync(descriptor->number()) == -1) return failed(errno, "flush folder", folder);
    return {};
  }

  // An open-file-description lock: it also keeps out a second opening by this very process.
  Result<std::unique_ptr<FolderLock>> lock(const std::string& folder) override {
    auto descriptor = open_descriptor(folder + "/lock", O_RDWR | O_CREAT);
    if (!descriptor) return std::unexpected(std::move(descriptor).error());
    struct flock whole{};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    if (::fcntl(descriptor->number(), F_OFD_SETLK, &whole) == 0) return std::make_unique<PosixLock>(*std::move(descriptor));
    if (errno != EAGAIN && errno != EACCES) return failed(errno, "lock", folder);
    return refuse(Outcome::state_conflict, {},
                  "The journal in " + folder + " is in use by another process; stop that one first.");
  }
};

}  // namespace

FileLayer& posix_files() {
  static PosixFiles files;
  return files;
}

}  // namespace mohur::journal
