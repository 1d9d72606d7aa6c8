#include "codec/json_writer.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "codec/utf8.hpp"

namespace mohur::codec {
namespace {

constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101ULL;
constexpr std::uint64_t kTops = 0x8080'8080'8080'8080ULL;

constexpr std::uint64_t zero_bytes(std::uint64_t word) { return (word - kOnes) & ~word & kTops; }

// Whether any of eight bytes is a control character, a quote, a backslash, or not ASCII.
bool needs_care(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  const std::uint64_t control = (word - kOnes * 0x20) & ~word & kTops;
  return ((word & kTops) | control | zero_bytes(word ^ kOnes * '"') | zero_bytes(word ^ kOnes * '\\')) != 0;
}

constexpr bool is_plain(char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; }

// Whether all of it can be written as it is: the last eight bytes are looked at again rather than one by one.
bool is_clean(std::string_view text) {
  if (text.size() < 8)
    return std::ranges::all_of(text, [](char c) { return is_plain(c) && static_cast<unsigned char>(c) < 0x80; });
  const char* const last = text.data() + text.size() - 8;
  for (const char* at = text.data(); at < last; at += 8)
    if (needs_care(at)) return false;
  return !needs_care(last);
}

// How much of the front can be written as it is.
std::size_t clean_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t clean = 0;
    if (at + 8 <= text.size() && !needs_care(text.data() + at))
      clean = 8;
    else if (static_cast<unsigned char>(text[at]) >= 0x80)
      clean = utf8_size(text.substr(at));
    else if (is_plain(text[at]))
      clean = 1;
    if (clean == 0) return at;
    at += clean;
  }
  return at;
}

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  const char escape[] = {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
  out.append(escape, sizeof escape);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  if (is_clean(text)) {
    const std::size_t start = out.size();
    const std::size_t end = start + text.size() + 2;
    out.resize_and_overwrite(end, [&](char* bytes, std::size_t) {
      bytes[start] = '"';
      text.copy(bytes + start + 1, text.size());
      bytes[end - 1] = '"';
      return end;
    });
    return;
  }
  out += '"';
  while (true) {
    const std::size_t clean = clean_prefix(text);
    out.append(text.data(), clean);
    if (clean == text.size()) break;
    if (static_cast<unsigned char>(text[clean]) < 0x80)
      append_escape(out, text[clean]);
    else
      out += "\xEF\xBF\xBD";
    text.remove_prefix(clean + 1);
  }
  out += '"';
}

void append_number(std::string& out, std::int64_t value) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void append_number(std::string& out, std::uint64_t value) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  append_json_string(out_, name);
  out_ += ':';
  comma_due_ = false;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  append_json_string(out_, text);
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  comma_due_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_ += bracket;
  comma_due_ = true;
  return *this;
}

}  // namespace mohur::codec
