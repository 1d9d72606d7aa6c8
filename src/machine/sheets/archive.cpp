#include "sheets/archive.hpp"

namespace mohur::sheets {
namespace {

std::unexpected<Refusal> malformed(std::string detail) { return refuse(Outcome::body_malformed, {}, std::move(detail)); }

}  // namespace

Result<std::size_t> ArchivePart::read(std::span<char> room) {
  const zip_int64_t got = zip_fread(file_.get(), room.data(), room.size());
  if (got < 0) return malformed("The workbook is damaged.");
  if (static_cast<std::uint64_t>(got) > left_) return malformed("The workbook is too large once it is unpacked.");
  left_ -= static_cast<std::uint64_t>(got);
  return static_cast<std::size_t>(got);
}

Result<Archive> Archive::open(std::string_view bytes) {
  zip_error_t error;
  zip_error_init(&error);
  // No bytes would be an archive without parts.
  zip_source_t* source = bytes.empty() ? nullptr : zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
  if (archive == nullptr && source != nullptr) zip_source_free(source);
  zip_error_fini(&error);
  if (archive == nullptr) return malformed("This is no Excel workbook.");
  return Archive{archive};
}

Result<ArchivePart> Archive::part(const std::string& name, std::size_t most_bytes) const {
  zip_file_t* file = zip_fopen(archive_.get(), name.c_str(), 0);
  if (file == nullptr) return malformed("The workbook is protected, or is none: its part " + name + " cannot be read.");
  return ArchivePart{file, most_bytes};
}

}  // namespace mohur::sheets
