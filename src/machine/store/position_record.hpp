// The one record beside the tables: how much of the journal they reflect, and which version of the fold made them.
//
//   record   = position fold_version          12 bytes, under the key `position` of the column family `default`
//   position = 8 bytes, most significant first
//   fold_version = 4 bytes, most significant first
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mohur::store {

struct PositionRecord {
  static constexpr const char* key = "position";

  std::uint64_t position = 0;
  std::uint32_t fold_version = 0;

  bool operator==(const PositionRecord&) const = default;

  std::string to_bytes() const {
    std::string bytes;
    for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(position >> shift));
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(fold_version >> shift));
    return bytes;
  }

  static std::optional<PositionRecord> from_bytes(std::string_view bytes) {
    if (bytes.size() != 12) return std::nullopt;
    PositionRecord record;
    for (const char byte : bytes.substr(0, 8)) record.position = record.position << 8 | static_cast<unsigned char>(byte);
    for (const char byte : bytes.substr(8)) record.fold_version = record.fold_version << 8 | static_cast<unsigned char>(byte);
    return record;
  }
};

}  // namespace mohur::store
