// The C library's calls that change files, as this program has them: each asks the bad disk, where there is one.
//
// The program's own definition of a function goes before the C library's, in shared libraries too: so RocksDB is served as
// well. What the C library calls inside itself, such as fopen(), stays as it is; nothing durable is written that way.
#include <cstdarg>
#include <cstdio>

#include "baddisk/disk.hpp"
#include "baddisk/raw.hpp"

namespace {

using mohur::baddisk::Disk;
namespace raw = mohur::baddisk::raw;

int open_file(int folder, const char* path, int flags, std::va_list arguments) {
  const bool has_mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  const mode_t mode = has_mode ? va_arg(arguments, mode_t) : 0;
  Disk* const disk = Disk::armed();
  return disk != nullptr ? disk->open(folder, path, flags, mode) : raw::open_at(folder, path, flags, mode);
}

// posix_fallocate() answers the error and has no mode.
int claim(int file, off_t offset, off_t size) {
  const raw::KeepErrno keep_errno;
  return ::fallocate(file, 0, offset, size) == 0 ? 0 : errno;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const int file = open_file(AT_FDCWD, path, flags, arguments);
  va_end(arguments);
  return file;
}

int open64(const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const int file = open_file(AT_FDCWD, path, flags, arguments);
  va_end(arguments);
  return file;
}

int openat(int folder, const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const int file = open_file(folder, path, flags, arguments);
  va_end(arguments);
  return file;
}

ssize_t write(int file, const void* bytes, size_t size) {
  Disk* const disk = Disk::armed();
  return disk != nullptr ? disk->write(file, bytes, size) : raw::write(file, bytes, size);
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) {
  Disk* const disk = Disk::armed();
  return disk != nullptr ? disk->pwrite(file, bytes, size, offset) : raw::pwrite(file, bytes, size, offset);
}
ssize_t pwrite64(int file, const void* bytes, size_t size, off_t offset) { return ::pwrite(file, bytes, size, offset); }

int ftruncate(int file, off_t size) noexcept {
  Disk* const disk = Disk::armed();
  return disk != nullptr ? disk->truncate(file, size) : raw::truncate(file, size);
}
int ftruncate64(int file, off_t size) noexcept { return ::ftruncate(file, size); }

int fallocate(int file, int mode, off_t offset, off_t size) {
  Disk* const disk = Disk::armed();
  return disk != nullptr ? disk->allocate(file, mode, offset, size) : raw::allocate(file, mode, offset, size);
}
int fallocate64(int file, int mode, off_t offset, off_t size) { return ::fallocate(file, mode, offset, size); }
int posix_fallocate(int file, off_t offset, off_t size) { return claim(file, offset, size); }
int posix_fallocate64(int file, off_t offset, off_t size) { return claim(file, offset, size); }

int fdatasync(int file) {
  Disk* const disk = Disk::armed();
  return disk != nullptr ? disk->flush(file) : raw::flush(file);
}
int fsync(int file) {
  Disk* const disk = Disk::armed();
  return disk != nullptr ? disk->flush(file) : raw::flush_all(file);
}

int rename(const char* from, const char* to) noexcept {
  Disk* const disk = Disk::armed();
  return disk != nullptr ? disk->rename(from, to) : raw::rename(from, to);
}

int link(const char* from, const char* to) noexcept {
  Disk* const disk = Disk::armed();
  return disk != nullptr ? disk->link(from, to) : raw::link(from, to);
}

int unlinkat(int folder, const char* path, int flags) noexcept {
  Disk* const disk = Disk::armed();
  return disk != nullptr ? disk->remove(folder, path, flags) : raw::remove_at(folder, path, flags);
}
int unlink(const char* path) noexcept { return ::unlinkat(AT_FDCWD, path, 0); }

int remove(const char* path) noexcept {
  struct stat about{};
  const bool is_folder = ::lstat(path, &about) == 0 && S_ISDIR(about.st_mode);
  return ::unlinkat(AT_FDCWD, path, is_folder ? AT_REMOVEDIR : 0);
}

int mkdir(const char* path, mode_t mode) noexcept {
  Disk* const disk = Disk::armed();
  return disk != nullptr ? disk->make_folder(path, mode) : raw::make_folder(path, mode);
}

}  // extern "C"
