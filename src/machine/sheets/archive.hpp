// The parts of a zip archive that is in memory, as an Excel workbook is one.
#pragma once

#include <zip.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace mohur::sheets {

// A part that is being unpacked, piece by piece.
class ArchivePart {
 public:
  ArchivePart(zip_file_t* file, std::size_t most_bytes) : file_(file), left_(most_bytes) {}
  // How much of the room it filled; 0 at the end. Errors body_malformed: the archive is damaged; there is more than may be.
  Result<std::size_t> read(std::span<char> room);

 private:
  struct Close {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
  };
  std::unique_ptr<zip_file_t, Close> file_;
  std::uint64_t left_;
};

class Archive {
 public:
  // The bytes outlive it. Errors body_malformed: they are no archive.
  static Result<Archive> open(std::string_view bytes);
  // Errors body_malformed: there is no such part, or it is encrypted or packed in an odd way.
  Result<ArchivePart> part(const std::string& name, std::size_t most_bytes) const;
  bool has(const std::string& name) const { return zip_name_locate(archive_.get(), name.c_str(), 0) >= 0; }

 private:
  struct Discard {
    void operator()(zip_t* archive) const { zip_discard(archive); }
  };
  explicit Archive(zip_t* archive) : archive_(archive) {}
  std::unique_ptr<zip_t, Discard> archive_;
};

}  // namespace mohur::sheets
