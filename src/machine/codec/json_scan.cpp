#include "codec/json_scan.hpp"

#include <simdjson.h>
#include <memory>
#include <string>

namespace mohur::codec {
namespace {

static_assert(kJsonPadding >= simdjson::SIMDJSON_PADDING);

// Bodies of a usual size keep their memory for the next one; what a large one needed is given back.
constexpr std::size_t kKeptCapacity = 1 << 20;

struct Scanner {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stages;
  std::size_t capacity = 0;
  std::string copy;

  // The first stage wants a capacity greater than the length of the text.
  bool make_room(std::size_t size) {
    const bool is_oversized = capacity > kKeptCapacity && size < kKeptCapacity;
    if (stages && capacity > size && !is_oversized) return true;
    capacity = size < 4096 ? 8192 : size * 2;
    constexpr std::size_t kUnusedDepth = 1;
    return simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, kUnusedDepth, stages) ==
           simdjson::SUCCESS;
  }
};

thread_local Scanner scanner;

}  // namespace

Scan scan_padded(std::string_view text) {
  if (text.empty()) return {ScanError::empty, text, {}};
  if (text.size() > simdjson::SIMDJSON_MAXSIZE_BYTES / 4 || !scanner.make_room(text.size()))
    return {ScanError::too_long, text, {}};
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  switch (scanner.stages->stage1(bytes, text.size(), simdjson::stage1_mode::regular)) {
    case simdjson::SUCCESS:
      return {ScanError::none, text, {scanner.stages->structural_indexes.get(), scanner.stages->n_structural_indexes}};
    case simdjson::EMPTY: return {ScanError::empty, text, {}};
    case simdjson::UTF8_ERROR: return {ScanError::bad_utf8, text, {}};
    default: return {ScanError::bad_string, text, {}};
  }
}

Scan scan_copy(std::string_view text) {
  std::string& copy = scanner.copy;
  if (copy.capacity() > kKeptCapacity && text.size() < kKeptCapacity) std::string{}.swap(copy);
  const std::size_t padded = text.size() + kJsonPadding;
  copy.resize_and_overwrite(padded, [&](char* data, std::size_t) {
    text.copy(data, text.size());
    std::fill_n(data + text.size(), kJsonPadding, ' ');
    return padded;
  });
  return scan_padded(std::string_view{copy}.substr(0, text.size()));
}

}  // namespace mohur::codec
