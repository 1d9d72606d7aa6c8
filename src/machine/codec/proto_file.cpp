#include "codec/proto_file.hpp"

#include "base/assert.hpp"

namespace mohur::codec {

ProtoFile::ProtoFile(std::string_view package) {
  text_ += "// Generated from the described types of the program. Field numbers are permanent.\n";
  text_ += "// Amounts are in minor units of the currency beside them (paise for INR). sfixed64 is a time: nanoseconds since\n";
  text_ += "// 1970-01-01T00:00:00Z. Ids and keys are 16 bytes, most significant first.\n";
  text_ += "syntax = \"proto3\";\n\npackage ";
  text_ += package;
  text_ += ";\n";
}

std::string ProtoFile::snake_case(std::string_view pascal) {
  std::string out;
  for (std::size_t i = 0; i < pascal.size(); ++i) {
    if (i > 0 && is_upper(pascal[i]) && !is_upper(pascal[i - 1])) out += '_';
    out += is_upper(pascal[i]) ? static_cast<char>(pascal[i] - 'A' + 'a') : pascal[i];
  }
  return out;
}

// One file has one name space: two types of the same name would be one type to every reader of the file.
bool ProtoFile::begin_type(std::string_view name, const void* identity) {
  for (const Known& known : known_) {
    if (known.identity == identity) return false;
    MOHUR_ASSERT(known.name != name);
  }
  known_.push_back({name, identity});
  return true;
}

void ProtoFile::add_field(const ProtoField& field, std::string_view indent) {
  const std::string deeper = std::string{indent} + "  ";
  if (!field.sentence.empty()) text_ += std::string{indent} + "// " + field.sentence + "\n";
  text_ += indent;
  if (field.choices.empty()) {
    text_ += field.type + " " + field.name + " = " + std::to_string(field.number) + ";\n";
    return;
  }
  text_ += "oneof " + field.name + " {\n";
  for (const ProtoField& choice : field.choices) add_field(choice, deeper);
  text_ += std::string{indent} + "}\n";
}

void ProtoFile::add_message(std::string_view name, const std::vector<ProtoField>& fields) {
  text_ += "\nmessage " + std::string{name} + " {\n";
  for (const ProtoField& field : fields) add_field(field, "  ");
  text_ += "}\n";
}

std::string ProtoFile::upper_case(std::string_view word) {
  std::string out;
  for (const char c : word) out += is_lower(c) ? static_cast<char>(c - 'a' + 'A') : is_alphanumeric(c) ? c : '_';
  return out;
}

void ProtoFile::add_enum(std::string_view name, const std::vector<ProtoEnumerator>& rows) {
  const std::string prefix = upper_case(snake_case(name)) + "_";
  text_ += "\nenum " + std::string{name} + " {\n  " + prefix + "UNSPECIFIED = 0;\n";
  for (const ProtoEnumerator& row : rows)
    text_ += "  " + prefix + upper_case(row.token) + " = " + std::to_string(row.number) + ";\n";
  text_ += "}\n";
}

}  // namespace mohur::codec
