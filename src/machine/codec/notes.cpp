#include "codec/notes.hpp"

#include <algorithm>
#include <boost/container/small_vector.hpp>

#include "base/text.hpp"
#include "codec/json_reader.hpp"
#include "codec/json_writer.hpp"

namespace mohur::codec {
namespace {

// Lets the reader of objects read a bare one: the text stands as the only member of a body.
struct Holder {
  Notes notes;
};
constexpr FieldForm kHolderFields[] = {
    {"notes", [](JsonReader& reader, void* holder) { return reader.read_notes(static_cast<Holder*>(holder)->notes); }}};
constexpr ObjectForm kHolderForm{kHolderFields, 1};

}  // namespace

bool is_note_key(std::string_view key) {
  return !key.empty() && key.size() <= Notes::longest_key &&
         std::all_of(key.begin(), key.end(), [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; });
}

void append_canonical(std::string& out, const Notes& notes) {
  using Entry = std::pair<std::string, std::string>;
  boost::container::small_vector<const Entry*, Notes::most_entries> sorted;
  for (const Entry& entry : notes.entries) sorted.push_back(&entry);
  std::ranges::sort(sorted, {}, [](const Entry* entry) -> const Entry& { return *entry; });
  JsonWriter writer{out};
  writer.begin_object();
  for (const Entry* entry : sorted) writer.member(entry->first, entry->second);
  writer.end_object();
}

std::string to_canonical(const Notes& notes) {
  std::string out;
  out.reserve(256);
  append_canonical(out, notes);
  return out;
}

std::optional<Notes> notes_from_canonical(std::string_view text) {
  const std::string body = R"({"notes":)" + std::string{text} + "}";
  Holder holder;
  JsonReader reader{scan_copy(body)};
  reader.read_root(kHolderForm, &holder);
  if (!reader.is_clean() || to_canonical(holder.notes) != text) return std::nullopt;
  return std::move(holder.notes);
}

}  // namespace mohur::codec
