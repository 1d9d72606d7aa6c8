// A caller's own key-value notes on an object: the `metadata` of the API.
//
// Limits   at most 20 keys; a key has 1 to 40 of A-Z a-z 0-9 _ . -; a value has at most 500 bytes of UTF-8.
// Text     the canonical form is a JSON object with its keys in byte order and no white space. It is what is sealed, and
//          what a revealer hands back into an answer as it stands.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mohur::codec {

struct Notes {
  static constexpr std::size_t most_entries = 20;
  static constexpr std::size_t longest_key = 40;
  static constexpr std::size_t longest_value = 500;
  static constexpr std::string_view key_pattern = "^[A-Za-z0-9_.-]{1,40}$";

  std::vector<std::pair<std::string, std::string>> entries;  // in the caller's order

  bool empty() const { return entries.empty(); }
  bool operator==(const Notes&) const = default;
};

bool is_note_key(std::string_view key);

std::string to_canonical(const Notes& notes);
void append_canonical(std::string& out, const Notes& notes);

// Reads only what to_canonical writes; the entries come back in byte order.
std::optional<Notes> notes_from_canonical(std::string_view text);

}  // namespace mohur::codec
