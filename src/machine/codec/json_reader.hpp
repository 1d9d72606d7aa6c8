// Reads a JSON body into an object by a table of its fields, and says of every field that does not fit what is wrong with it.
//
// Path      a field is named as the caller would: `amount`, `destination.account_number`, `items[3].amount`.
// Details   say what is expected and never repeat what came: a value may be personal data.
// Null      equals absent.
// Errors    body_malformed (then it is the only one), field_repeated, field_unknown, field_missing, field_type_wrong,
//           field_out_of_range, field_malformed.
// Functions named read_... take one value and answer false only when the body turned out not to be JSON; a value that is
// JSON but does not fit is noted with refuse() and passed over, so that one answer can name all faults.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "codec/json_tokens.hpp"
#include "codec/notes.hpp"

namespace mohur::codec {

class JsonReader;

struct FieldForm {
  std::string_view name;
  bool (*read)(JsonReader& reader, void* object);
};

// At most 64 fields; bit i of `required` is for field i.
struct ObjectForm {
  std::span<const FieldForm> fields;
  std::uint64_t required = 0;
};

class JsonReader {
 public:
  static constexpr std::size_t most_items = 10'000;  // of one array
  static constexpr std::size_t most_refusals = 32;   // of one body; the first in precedence are kept

  explicit JsonReader(const Scan& scan) : tokens_(scan) {}

  void read_root(const ObjectForm& form, void* target);

  bool read_object(const ObjectForm& form, void* target);
  bool read_array(bool (*read_item)(JsonReader& reader, void* array), void* array);
  bool read_bool(bool& value);
  // `expected` completes the sentence "Expected ...". The range is inclusive.
  bool read_whole(std::int64_t& value, std::int64_t least, std::int64_t most, std::string_view expected);
  // Leaves `text` empty-handed when the value is no string.
  bool read_string(std::optional<std::string_view>& text);
  bool read_notes(Notes& notes);

  // Notes a fault of the field at hand.
  void refuse(Outcome outcome, std::string detail);
  void refuse_length(std::size_t least, std::size_t most);

  bool is_clean() const { return refusals_.empty(); }
  // All faults, in order of precedence.
  std::vector<Refusal> take_refusals() { return std::move(refusals_); }

 private:
  // A step of the path: a name of `number` bytes, or, where there is no name, the index of an array's item.
  struct Step {
    const char* name;
    std::size_t number;
  };
  struct Members;

  bool read_member(const ObjectForm& form, void* target, Members& members);
  bool read_unknown(const ObjectForm& form, std::string_view key, Members& members);
  bool read_note(Notes& notes);
  bool keeps(Outcome outcome) const;
  bool refuse_kind(std::string_view expected);
  void report_members(const ObjectForm& form, Members& members);
  void push(std::string_view name) { path_[path_size_++] = {name.data(), name.size()}; }
  void push_index(std::size_t index) { path_[path_size_++] = {nullptr, index}; }
  void pop() { --path_size_; }
  std::string path() const;

  JsonTokens tokens_;
  std::array<Step, 2 * JsonTokens::deepest + 2> path_;  // left unset: only the first path_size_ steps count
  std::size_t path_size_ = 0;
  std::vector<Refusal> refusals_;
};

}  // namespace mohur::codec
