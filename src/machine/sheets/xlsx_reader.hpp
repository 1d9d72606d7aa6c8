// The first sheet of an Excel workbook (XLSX), record by record, out of a file that is in memory.
//
// Taken    Text, numbers and truth values, as `next` of CsvReader gives them; a number as Excel shows it, with 15 digits. Rows
//          with nothing in them are passed over. A row is as wide as the first one: what is missing at its end is empty.
// Refused  A row with a formula or an error in a cell, a field that is too long, too many fields; reading goes on behind it.
// Bounds   A file whose parts are larger than the limits once they are unpacked is refused however small it is; what is kept is
//          the strings that its rows share, and some rows.
// Errors   body_malformed, with the row in its detail.
// Source   ECMA-376, parts 1 (18.3, 18.4) and 2
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace mohur::sheets {

class XlsxReader {
 public:
  struct Limits {
    std::size_t unpacked_bytes = 64u << 20;  // of the sheet, and of the shared strings
    std::size_t string_bytes = 16u << 20;    // that rows share, with 16 for each
    std::size_t fields = 100;
    std::size_t field_bytes = 4'096;
  };
  // The file outlives it. Errors: it is no workbook, is encrypted, is damaged in front, or is beyond a limit.
  static Result<XlsxReader> open(std::string_view file) { return open(file, Limits{}); }
  static Result<XlsxReader> open(std::string_view file, const Limits& limits);
  ~XlsxReader();
  XlsxReader(XlsxReader&&) noexcept;
  XlsxReader& operator=(XlsxReader&&) noexcept;

  // Whether there was one more record; then `fields` are what it holds. A file that turns out to be damaged, or beyond a limit,
  // is told once, and ends there.
  Result<bool> next(std::vector<std::string>& fields);
  // Of the last record, from 1.
  std::uint32_t line() const;
  // Whether that field of the last record was a number: one has no zeros in front, and no more than 15 digits.
  bool is_number(std::size_t field) const;
  bool is_damaged() const;

 private:
  class Impl;
  explicit XlsxReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mohur::sheets
