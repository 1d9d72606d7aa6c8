// Composes JSON by hand: keys and values in order, commas and escapes by the writer, no tree in between.
//
// Text is UTF-8; a byte that is not valid UTF-8 is written as U+FFFD, so that what comes out is always valid JSON.
// Balance of begin and end, and key before value, are the caller's duty.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace mohur::codec {

// Appends `text` with its quotes and escapes.
void append_json_string(std::string& out, std::string_view text);
void append_number(std::string& out, std::int64_t value);
void append_number(std::string& out, std::uint64_t value);

// A member that the caller adds to an object; `json` is its value, as JSON.
struct JsonMember {
  std::string_view name;
  std::string_view json;
};
using JsonMembers = std::initializer_list<JsonMember>;

class JsonWriter {
 public:
  // Appends to `out`, which must outlive the writer.
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }

  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view{text}); }
  JsonWriter& value(bool truth) { return raw(truth ? "true" : "false"); }
  template <std::integral N>
  JsonWriter& value(N number) {
    separate();
    if constexpr (std::signed_integral<N>)
      append_number(out_, static_cast<std::int64_t>(number));
    else
      append_number(out_, static_cast<std::uint64_t>(number));
    return *this;
  }
  JsonWriter& null() { return raw("null"); }

  // A value that is JSON already.
  JsonWriter& raw(std::string_view json);

  // Lets `append(out)` write one value.
  template <class F>
  JsonWriter& with(F&& append) {
    separate();
    append(out_);
    return *this;
  }

  template <class V>
  JsonWriter& member(std::string_view name, V&& member_value) {
    return key(name).value(std::forward<V>(member_value));
  }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);

  // Writes the comma that stands before every value and key but the first of its object or array.
  void separate() {
    if (comma_due_) out_ += ',';
    comma_due_ = true;
  }

  std::string& out_;
  bool comma_due_ = false;
};

}  // namespace mohur::codec
