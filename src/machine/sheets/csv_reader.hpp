// CSV, record by record, out of text that is in memory.
//
// Taken    Commas between fields; CR LF or LF behind a record, and neither behind the last one; quoted fields, with commas, line
//          ends and doubled quotes in them; a byte-order mark at the front. Lines with nothing on them are passed over.
// Refused  What is no UTF-8; control characters but a tab; a quote in a field that does not begin with one, or anything but a
//          comma or the end behind a closing one; too many fields; a field that is too long. Such a record is read to its end all
//          the same, as its quotes have it, and reading goes on behind it: no part of a field is taken for a record.
//          A quoted field that never ends is the end of the text: whoever cannot tell where records end cannot read on.
// Bounds   Nothing is kept but one record, whatever the text is.
// Errors   body_malformed, with the line in its detail.
// Source   RFC 4180
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace mohur::sheets {

class CsvReader {
 public:
  struct Limits {
    std::size_t fields = 100;
    std::size_t field_bytes = 4'096;
  };
  // The text outlives it.
  explicit CsvReader(std::string_view text) : CsvReader(text, Limits{}) {}
  CsvReader(std::string_view text, const Limits& limits);

  // Whether there was one more record; then `fields`, whose memory is used again, are what it holds.
  Result<bool> next(std::vector<std::string>& fields);
  // On which the last record begins, from 1.
  std::uint32_t line() const { return line_; }
  // The text ended within a quoted field.
  bool is_damaged() const { return is_damaged_; }

 private:
  void read_record(std::vector<std::string>& fields);
  void read_field(std::string& field);
  void read_quoted(std::string& field);
  // One character of a field, which is kept if it may be one.
  void take(std::string& field);
  // Whether one stands here; it is taken.
  bool take_comma();
  bool take_line_end();
  bool is_at_end_of_field() const;
  // The first fault of a record is told.
  void blame(std::string_view what);

  std::string_view rest_;
  const Limits limits_;
  std::uint32_t here_ = 1;  // the line that is being read
  std::uint32_t line_ = 1;
  std::string fault_;  // of the record that is being read
  bool is_damaged_ = false;
};

}  // namespace mohur::sheets
