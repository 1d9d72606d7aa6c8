#include "codec/json_out.hpp"

namespace mohur::codec {

void MaskingRevealer::append_json(std::string& out, const Sealed& sealed) { append_json_string(out, sealed.mask); }

void MaskingRevealer::append_json(std::string& out, const SealedNotes&) { out += "null"; }

namespace json {

void append_hex(std::string& out, Key128 key) {
  constexpr char kHex[] = "0123456789abcdef";
  char text[34] = {'"'};
  for (std::size_t i = 0; i < 16; ++i) {
    text[1 + i] = kHex[key.high >> (60 - 4 * i) & 15];
    text[17 + i] = kHex[key.low >> (60 - 4 * i) & 15];
  }
  text[33] = '"';
  out.append(text, sizeof text);
}

void append_members(std::string& out, JsonMembers members) {
  for (const JsonMember& member : members) {
    out += ',';
    append_json_string(out, member.name);
    out += ':';
    out += member.json;
  }
}

}  // namespace json
}  // namespace mohur::codec
