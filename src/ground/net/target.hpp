// Request targets: percent escapes and queries, read strictly.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mohur::net {

// Whether `text` may stand in a path or a query: printable ASCII without the characters that RFC 3986 keeps out, every `%`
// followed by two hexadecimal digits, and no escaped NUL. `[` and `]` are let through, as filters (`created_at[gte]`) use them.
bool is_valid_target(std::string_view text);

// One path segment, or one name or value of a query, with its escapes undone. In queries `+` is a space.
// Nothing when an escape is broken or means NUL.
std::optional<std::string> decode_segment(std::string_view text);
std::optional<std::string> decode_query_text(std::string_view text);

// Escapes everything but letters, digits and `-._~`.
std::string encode_segment(std::string_view text);

// Walks over `a=1&b=2`, in order, with the escapes still in place. A name without `=` has an empty value; empty parts are
// passed over.
class QueryReader {
 public:
  struct Pair {
    std::string_view name;
    std::string_view value;
  };

  explicit QueryReader(std::string_view query) : rest_(query) {}
  std::optional<Pair> next();

 private:
  std::string_view rest_;
};

}  // namespace mohur::net
