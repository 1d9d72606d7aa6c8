// The few file calls that the vault needs, with failures as refusals that name the file; for this room only.
//
// Errors   storage_full when the disk is full, io_failed for everything else; the detail has the path and the reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace mohur::vault {

class File {
 public:
  explicit File(int descriptor = -1, std::string path = {}) : descriptor_(descriptor), path_(std::move(path)) {}
  File(File&& from) noexcept : descriptor_(std::exchange(from.descriptor_, -1)), path_(std::move(from.path_)) {}
  File& operator=(File&& from) noexcept;
  ~File();

  // `flags` as open(2) takes them; a file that is created can be read and written by its owner only.
  static Result<File> open(const std::string& path, int flags);
  // Nothing, when there is no such file.
  static Result<std::optional<File>> open_if_there(const std::string& path, int flags);

  Result<std::uint64_t> size() const;
  // Fewer bytes than asked for only at the end of the file.
  Result<std::string> read_at(std::uint64_t offset, std::size_t size) const;
  Result<void> write_at(std::uint64_t offset, std::string_view bytes) const;
  Result<void> truncate(std::uint64_t size) const;
  // Claims the disk's room for these bytes, so that writing them does not run out of it; the file gets no longer. Where the
  // file system knows no claims, there is none.
  Result<void> claim(std::uint64_t offset, std::uint64_t size) const;
  // The bytes are on the disk when this returns.
  Result<void> sync() const;

  int descriptor() const { return descriptor_; }
  const std::string& path() const { return path_; }

 private:
  int descriptor_;
  std::string path_;
};

// What errno says about `path`.
std::unexpected<Refusal> refuse_errno(const std::string& path);

// Makes the names in a folder durable: a new file can be lost with its folder's entry.
Result<void> sync_folder(const std::string& folder);

// Creates the folder for its owner only, if it is not there. Its parent has to exist.
Result<void> ensure_folder(const std::string& folder);

std::string parent_of(const std::string& path);

}  // namespace mohur::vault
