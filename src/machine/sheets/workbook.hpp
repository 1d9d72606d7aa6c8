// What an Excel workbook consists of, besides the cells of its sheets.
// Source   ECMA-376, parts 1 (18.2, 18.4) and 2 (9.3)
#pragma once

#include <vector>

#include "sheets/xml.hpp"

namespace mohur::sheets {

// The strings that cells refer to by number.
class SharedStrings {
 public:
  std::optional<std::string_view> find(std::size_t number) const {
    if (number >= ends_.size()) return std::nullopt;
    const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
    return std::string_view{text_}.substr(begin, ends_[number] - begin);
  }
  void append(std::string_view piece) { text_ += piece; }
  void end_one() { ends_.push_back(text_.size()); }
  std::size_t bytes() const { return text_.size() + 2 * sizeof(std::size_t) * ends_.size(); }

 private:
  std::string text_;
  std::vector<std::size_t> ends_;
};

struct Workbook {
  std::string sheet;  // the part of its first visible sheet
  SharedStrings strings;
};

// Errors body_malformed: it is no workbook, has no sheet, or its strings are beyond the limits, in bytes.
Result<Workbook> read_workbook(const Archive& archive, std::size_t most_unpacked, std::size_t most_strings);

}  // namespace mohur::sheets
