// The few things a journal asks of files, as an interface, so that a test can put a failing disk underneath.
//
// Shape    A FileLayer opens Files and changes names in folders. posix_files() is the real one.
// Holds    Bytes survive a power loss once flush() has answered; names (made, renamed, removed) once sync_folder() has.
// Units    Offsets and sizes are in bytes.
// Errors   storage_full: no room on the disk or in the quota. not_found: open() of a name that is not there.
//          state_conflict: lock() of a folder that another process uses. io_failed: all else, with the path and the cause.
// Threads  A FileLayer may be called by any thread. One File may be read by many threads while one thread writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace mohur::journal {

class File {
 public:
  virtual ~File() = default;

  // Reads up to `size` bytes into `into` and answers how many there were; fewer than asked does not mean the end, 0 does.
  virtual Result<std::size_t> pread(char* into, std::size_t size, std::uint64_t offset) = 0;
  // Writes some of the bytes, at least one, and answers how many.
  virtual Result<std::size_t> pwrite(std::string_view bytes, std::uint64_t offset) = 0;
  // Waits until everything written to this file is on the disk.
  virtual Result<void> flush() = 0;
  // Makes the file this long and claims the disk's room for it, so that writing inside does not run out of room.
  virtual Result<void> preallocate(std::uint64_t size) = 0;
  virtual Result<std::uint64_t> size() = 0;
};

// Held for as long as it lives.
class FolderLock {
 public:
  virtual ~FolderLock() = default;
};

enum class OpenMode : std::uint8_t {
  read,        // what is there
  write,       // what is there, to read and write
  create_new,  // a new and empty file, in place of what was there
};

class FileLayer {
 public:
  virtual ~FileLayer() = default;

  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  // No complaint where there is no such file.
  virtual Result<void> remove(const std::string& path) = 0;
  // Names in the folder, without the folder, in no order.
  virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;
  // Makes the folder and those above it, durably; no complaint where it is there.
  virtual Result<void> make_folder(const std::string& folder) = 0;
  virtual Result<void> sync_folder(const std::string& folder) = 0;
  virtual Result<std::unique_ptr<FolderLock>> lock(const std::string& folder) = 0;
};

FileLayer& posix_files();

// Writes all of the bytes, in as many steps as the file takes.
Result<void> write_all(File& file, std::string_view bytes, std::uint64_t offset);
Result<void> write_zeros(File& file, std::uint64_t offset, std::uint64_t size);

// Makes `out` hold the `size` bytes at `offset`, or fewer where the file ends.
Result<void> read_into(File& file, std::string& out, std::uint64_t offset, std::size_t size);

}  // namespace mohur::journal
