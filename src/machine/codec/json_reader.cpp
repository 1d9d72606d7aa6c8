#include "codec/json_reader.hpp"

#include <algorithm>
#include <bit>

#include "base/text.hpp"
#include "codec/nearest.hpp"
#include "codec/utf8.hpp"

namespace mohur::codec {
namespace {

constexpr std::size_t kLongestNameShown = 64;

bool precedes(Outcome a, Outcome b) { return &row_of(a) < &row_of(b); }

// The front of a name that the caller made up, cut between characters.
std::string_view shown(std::string_view name) {
  if (name.size() <= kLongestNameShown) return name;
  std::size_t end = 0;
  while (true) {
    const std::size_t next = end + std::max<std::size_t>(1, utf8_size(name.substr(end)));
    if (next > kLongestNameShown) return name.substr(0, end);
    end = next;
  }
}

// Clients tend to send fields in the documented order, so the search starts where the last one ended.
std::size_t find_field(const ObjectForm& form, std::string_view key, std::size_t guess) {
  for (std::size_t i = guess; i < form.fields.size(); ++i)
    if (form.fields[i].name == key) return i;
  for (std::size_t i = 0; i < guess; ++i)
    if (form.fields[i].name == key) return i;
  return form.fields.size();
}

std::string advice(const ObjectForm& form, std::string_view key) {
  std::vector<std::string_view> names;
  for (const FieldForm& field : form.fields) names.push_back(field.name);
  if (const std::string_view near = nearest_word(key, names); !near.empty()) return "Did you mean '" + std::string{near} + "'?";
  if (names.empty()) return "No fields are known here.";
  std::string text = "Known here:";
  for (const std::string_view name : names) text.append(text.back() == ':' ? " " : ", ").append(name);
  return text + ".";
}

}  // namespace

// What was seen of an object's members: a bit per field of its form, and the names that the form does not have.
struct JsonReader::Members {
  std::uint64_t seen = 0;
  std::uint64_t null = 0;
  std::size_t next = 0;
  std::vector<std::string> unknown;
};

void JsonReader::read_root(const ObjectForm& form, void* target) {
  bool whole = tokens_.flaw() == Flaw::none;
  if (whole && tokens_.peek() != '{') whole = tokens_.fail(Flaw::not_object);
  if (whole && read_object(form, target) && tokens_.expect_end()) return;
  refusals_.assign(1, Refusal{Outcome::body_malformed, {}, tokens_.complaint()});
}

bool JsonReader::read_object(const ObjectForm& form, void* target) {
  if (tokens_.peek() != '{') return refuse_kind("an object");
  if (!tokens_.open('{')) return false;
  Members members;
  if (tokens_.peek() != '}') {
    do {
      if (!read_member(form, target, members)) return false;
    } while (tokens_.take(','));
  }
  if (!tokens_.close('}')) return false;
  report_members(form, members);
  return true;
}

bool JsonReader::read_member(const ObjectForm& form, void* target, Members& members) {
  std::string_view key;
  if (!tokens_.take_string(key) || !tokens_.expect(':')) return false;
  const std::size_t index = find_field(form, key, members.next);
  if (index == form.fields.size()) return read_unknown(form, key, members);
  const std::uint64_t bit = std::uint64_t{1} << index;
  const bool is_repeated = (members.seen & bit) != 0;
  members.seen |= bit;
  members.next = index + 1;
  push(form.fields[index].name);
  bool whole = true;
  if (is_repeated) {
    refuse(Outcome::field_repeated, "The field stands twice in one object.");
    whole = tokens_.skip_value();
  } else if (tokens_.take_null()) {
    members.null |= bit;
  } else {
    whole = form.fields[index].read(*this, target);
  }
  pop();
  return whole;
}

bool JsonReader::read_unknown(const ObjectForm& form, std::string_view key, Members& members) {
  members.unknown.emplace_back(key);
  push(shown(key));
  if (keeps(Outcome::field_unknown)) refuse(Outcome::field_unknown, advice(form, key));
  pop();
  return tokens_.skip_value();
}

void JsonReader::report_members(const ObjectForm& form, Members& members) {
  for (std::uint64_t missing = form.required & ~(members.seen & ~members.null); missing != 0; missing &= missing - 1) {
    push(form.fields[static_cast<std::size_t>(std::countr_zero(missing))].name);
    refuse(Outcome::field_missing, "The field is required.");
    pop();
  }
  if (members.unknown.size() < 2) return;
  std::sort(members.unknown.begin(), members.unknown.end());
  for (auto at = members.unknown.begin(); (at = std::adjacent_find(at, members.unknown.end())) != members.unknown.end(); ++at) {
    push(shown(*at));
    refuse(Outcome::field_repeated, "The field stands twice in one object.");
    pop();
  }
}

bool JsonReader::read_array(bool (*read_item)(JsonReader&, void*), void* array) {
  if (tokens_.peek() != '[') return refuse_kind("an array");
  if (!tokens_.open('[')) return false;
  std::size_t count = 0;
  if (tokens_.peek() != ']') {
    do {
      push_index(count);
      const bool whole = count < most_items ? read_item(*this, array) : tokens_.skip_value();
      pop();
      if (!whole) return false;
      ++count;
    } while (tokens_.take(','));
  }
  if (count > most_items) refuse(Outcome::field_out_of_range, "At most " + std::to_string(most_items) + " items.");
  return tokens_.close(']');
}

bool JsonReader::read_bool(bool& value) {
  if (tokens_.peek() != 't' && tokens_.peek() != 'f') return refuse_kind("true or false");
  return tokens_.take_bool(value);
}

bool JsonReader::read_whole(std::int64_t& value, std::int64_t least, std::int64_t most, std::string_view expected) {
  if (!tokens_.at_number()) return refuse_kind(expected);
  NumberKind kind;
  if (!tokens_.take_number(kind, value)) return false;
  if (kind == NumberKind::fractional)
    refuse(Outcome::field_type_wrong, "Expected " + std::string{expected} + ", without fraction or exponent.");
  else if (kind == NumberKind::beyond_int64 || value < least || value > most)
    refuse(Outcome::field_out_of_range, "Allowed are " + std::to_string(least) + " to " + std::to_string(most) + ".");
  return true;
}

bool JsonReader::read_string(std::optional<std::string_view>& text) {
  if (tokens_.peek() != '"') return refuse_kind("a string");
  return tokens_.take_string(text.emplace());
}

bool JsonReader::read_notes(Notes& notes) {
  if (tokens_.peek() != '{') return refuse_kind("an object of strings");
  if (!tokens_.open('{')) return false;
  notes.entries.reserve(4);
  if (tokens_.peek() != '}') {
    do {
      if (!read_note(notes)) return false;
    } while (tokens_.take(','));
  }
  if (notes.entries.size() > Notes::most_entries)
    refuse(Outcome::field_out_of_range, "At most " + std::to_string(Notes::most_entries) + " keys.");
  return tokens_.close('}');
}

// One key too many is kept, so that the count is seen to be over; the others are only checked to be JSON.
bool JsonReader::read_note(Notes& notes) {
  std::string_view text;
  if (!tokens_.take_string(text) || !tokens_.expect(':')) return false;
  if (!is_note_key(text)) {
    refuse(Outcome::field_malformed, "A key must match " + std::string{Notes::key_pattern} + ".");
    return tokens_.skip_value();
  }
  if (notes.entries.size() > Notes::most_entries) return tokens_.skip_value();
  const std::string key{text};
  push(key);
  bool whole = true;
  std::optional<std::string_view> value;
  if (std::any_of(notes.entries.begin(), notes.entries.end(), [&](const auto& entry) { return entry.first == key; })) {
    refuse(Outcome::field_repeated, "The key stands twice.");
    whole = tokens_.skip_value();
  } else if (!tokens_.take_null()) {
    whole = read_string(value);
    if (value && count_characters(*value) > Notes::longest_value)
      refuse_length(0, Notes::longest_value);
    else if (whole && value)
      notes.entries.emplace_back(key, *value);
  }
  pop();
  return whole;
}

// The value at hand is of another kind than wanted; it may still turn out not to be JSON at all.
bool JsonReader::refuse_kind(std::string_view expected) {
  if (!tokens_.skip_value()) return false;
  refuse(Outcome::field_type_wrong, "Expected " + std::string{expected} + ".");
  return true;
}

void JsonReader::refuse_length(std::size_t least, std::size_t most) {
  const std::string limits = least == most ? std::to_string(least) : std::to_string(least) + " to " + std::to_string(most);
  refuse(Outcome::field_out_of_range, "Expected a string of " + limits + " characters.");
}

// Whether a fault of this kind would be among those that are told.
bool JsonReader::keeps(Outcome outcome) const {
  return refusals_.size() < most_refusals || precedes(outcome, refusals_.back().outcome);
}

// Keeps the faults in order of precedence; when there are too many, the last gives way.
void JsonReader::refuse(Outcome outcome, std::string detail) {
  if (!keeps(outcome)) return;
  if (refusals_.size() == most_refusals) refusals_.pop_back();
  const auto place = std::upper_bound(refusals_.begin(), refusals_.end(), outcome,
                                      [](Outcome a, const Refusal& b) { return precedes(a, b.outcome); });
  refusals_.insert(place, Refusal{outcome, path(), std::move(detail)});
}

std::string JsonReader::path() const {
  std::string text;
  for (std::size_t i = 0; i < path_size_; ++i) {
    const Step& step = path_[i];
    if (step.name == nullptr)
      text += "[" + std::to_string(step.number) + "]";
    else
      text.append(text.empty() ? "" : ".").append(step.name, step.number);
  }
  return text;
}

}  // namespace mohur::codec
