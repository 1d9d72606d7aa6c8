// CSV, field by field, as RFC 4180 has it; lines end with LF.
//
// Formulas A field that a spreadsheet would take for one gets an apostrophe before it: whatever stands in the data, opening a
//          file runs nothing.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace mohur::sheets {

inline void append_csv_field(std::string& out, std::string_view text) {
  const bool is_formula = !text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos;
  const bool is_quoted = text.find_first_of(",\"\r\n") != std::string_view::npos;
  if (is_quoted) out += '"';
  if (is_formula) out += '\'';
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  if (is_quoted) out += '"';
}

inline void append_csv_record(std::string& out, std::initializer_list<std::string_view> fields) {
  bool is_first = true;
  for (const std::string_view field : fields) {
    if (!std::exchange(is_first, false)) out += ',';
    append_csv_field(out, field);
  }
  out += '\n';
}

}  // namespace mohur::sheets
