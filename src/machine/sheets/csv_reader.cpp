#include "sheets/csv_reader.hpp"

#include <algorithm>

#include "codec/utf8.hpp"

namespace mohur::sheets {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

// Bytes of the line end at the front; 0 where there is none.
std::size_t line_end_size(std::string_view text) { return text.starts_with("\r\n") ? 2 : text.starts_with('\n') ? 1 : 0; }

}  // namespace

CsvReader::CsvReader(std::string_view text, const Limits& limits) : rest_(text), limits_(limits) {
  if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
}

Result<bool> CsvReader::next(std::vector<std::string>& fields) {
  while (take_line_end()) {
  }
  line_ = here_;
  if (rest_.empty()) return false;
  fault_.clear();
  read_record(fields);
  if (!fault_.empty()) return refuse(Outcome::body_malformed, {}, fault_);
  return true;
}

void CsvReader::read_record(std::vector<std::string>& fields) {
  std::size_t count = 0;
  do {
    if (count == limits_.fields) blame("has more than " + std::to_string(limits_.fields) + " fields");
    count = std::min(count + 1, limits_.fields);
    if (count > fields.size()) fields.emplace_back();
    fields[count - 1].clear();
    read_field(fields[count - 1]);
  } while (take_comma());
  fields.resize(count);
  take_line_end();
}

// Up to the comma or the line end behind it.
void CsvReader::read_field(std::string& field) {
  const bool is_quoted = rest_.starts_with('"');
  if (is_quoted) {
    read_quoted(field);
    if (!is_at_end_of_field()) blame("has something behind a quoted field that is no comma");
  }
  while (!is_at_end_of_field()) {
    if (rest_.front() == '"') blame("has a quote in a field that does not begin with one");
    take(field);
  }
}

void CsvReader::read_quoted(std::string& field) {
  rest_.remove_prefix(1);
  while (!rest_.empty()) {
    if (rest_.front() == '"') {
      rest_.remove_prefix(1);
      if (!rest_.starts_with('"')) return;
    }
    take(field);
  }
  is_damaged_ = true;
  blame("has a quoted field that does not end");
}

void CsvReader::take(std::string& field) {
  const std::size_t end = line_end_size(rest_), size = std::max(end, codec::utf8_size(rest_));
  if (size == 0) blame("is not UTF-8");
  if (end == 0 && is_control(rest_.front())) blame("has a control character");
  if (end > 0) ++here_;
  if (field.size() + size > limits_.field_bytes)
    blame("has a field that is too long");
  else
    field.append(rest_.substr(0, size));
  rest_.remove_prefix(std::max<std::size_t>(size, 1));
}

bool CsvReader::take_comma() {
  if (!rest_.starts_with(',')) return false;
  rest_.remove_prefix(1);
  return true;
}

bool CsvReader::take_line_end() {
  const std::size_t size = line_end_size(rest_);
  rest_.remove_prefix(size);
  here_ += size > 0 ? 1 : 0;
  return size > 0;
}

bool CsvReader::is_at_end_of_field() const { return rest_.empty() || rest_.front() == ',' || line_end_size(rest_) > 0; }

void CsvReader::blame(std::string_view what) {
  if (fault_.empty()) fault_.append("The record on line ").append(std::to_string(line_)).append(" ").append(what).append(".");
}

}  // namespace mohur::sheets
