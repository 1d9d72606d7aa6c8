#include "journal/files.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace mohur::journal {

Result<void> write_all(File& file, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    MOHUR_TRY_SET(written, file.pwrite(bytes, offset));
    MOHUR_ASSERT(written > 0 && written <= bytes.size());
    bytes.remove_prefix(written);
    offset += written;
  }
  return {};
}

Result<void> write_zeros(File& file, std::uint64_t offset, std::uint64_t size) {
  constexpr std::uint64_t step = 1 << 20;
  const std::string zeros(static_cast<std::size_t>(std::min(size, step)), '\0');
  while (size > 0) {
    const std::uint64_t now = std::min(size, step);
    MOHUR_TRY(write_all(file, std::string_view{zeros}.substr(0, static_cast<std::size_t>(now)), offset));
    offset += now;
    size -= now;
  }
  return {};
}

Result<void> read_into(File& file, std::string& out, std::uint64_t offset, std::size_t size) {
  out.resize(size);
  std::size_t got = 0;
  while (got < size) {
    MOHUR_TRY_SET(read, file.pread(out.data() + got, size - got, offset + got));
    if (read == 0) break;
    got += read;
  }
  out.resize(got);
  return {};
}

}  // namespace mohur::journal
