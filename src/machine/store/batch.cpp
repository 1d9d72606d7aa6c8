#include "store/batch.hpp"

#include <limits>

#include "base/assert.hpp"

namespace mohur::store {

void Batch::append(TableNumber table, bool erased, std::string_view key, std::string_view value) {
  MOHUR_ASSERT(!key.empty() && key.size() <= std::numeric_limits<std::uint16_t>::max());
  MOHUR_ASSERT(value.size() <= std::numeric_limits<std::uint32_t>::max());
  const Head head{static_cast<std::uint32_t>(value.size()), static_cast<std::uint16_t>(key.size()), table,
                  static_cast<std::uint8_t>(erased)};
  char bytes[sizeof head];
  std::memcpy(bytes, &head, sizeof head);
  buffer_.append(bytes, sizeof bytes).append(key).append(value);
}

}  // namespace mohur::store
