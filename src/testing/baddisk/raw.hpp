// The kernel's own calls, below those that calls.cpp puts in the place of the C library's.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cerrno>
#include <string>

namespace mohur::baddisk::raw {

inline int open_at(int folder, const char* path, int flags, mode_t mode) {
  return static_cast<int>(::syscall(SYS_openat, folder, path, flags, mode));
}
inline int open(const char* path, int flags, mode_t mode = 0600) { return open_at(AT_FDCWD, path, flags, mode); }
inline ssize_t pread(int file, void* into, std::size_t size, off_t offset) {
  return ::syscall(SYS_pread64, file, into, size, offset);
}
inline ssize_t pwrite(int file, const void* bytes, std::size_t size, off_t offset) {
  return ::syscall(SYS_pwrite64, file, bytes, size, offset);
}
inline ssize_t write(int file, const void* bytes, std::size_t size) { return ::syscall(SYS_write, file, bytes, size); }
inline int truncate(int file, off_t size) { return static_cast<int>(::syscall(SYS_ftruncate, file, size)); }
inline int allocate(int file, int mode, off_t offset, off_t size) {
  return static_cast<int>(::syscall(SYS_fallocate, file, mode, offset, size));
}
inline int flush(int file) { return static_cast<int>(::syscall(SYS_fdatasync, file)); }
inline int flush_all(int file) { return static_cast<int>(::syscall(SYS_fsync, file)); }
inline int rename(const char* from, const char* to) {
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}
inline int remove_at(int folder, const char* path, int flags) {
  return static_cast<int>(::syscall(SYS_unlinkat, folder, path, flags));
}
inline int link(const char* from, const char* to) {
  return static_cast<int>(::syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}
inline int make_folder(const char* path, mode_t mode) { return static_cast<int>(::syscall(SYS_mkdirat, AT_FDCWD, path, mode)); }
inline bool exists(const char* path) { return ::syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0; }

// Makes a call that other code counts on leave errno alone.
class KeepErrno {
 public:
  KeepErrno() = default;
  KeepErrno(const KeepErrno&) = delete;
  ~KeepErrno() { errno = error_; }

 private:
  const int error_ = errno;
};

}  // namespace mohur::baddisk::raw
