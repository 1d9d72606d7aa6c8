#include "sheets/xlsx_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <deque>

#include "sheets/workbook.hpp"

namespace mohur::sheets {
namespace {

struct Cell {
  std::string text;
  bool is_number = false;
};

struct Row {
  std::uint32_t line = 0;
  std::vector<Cell> cells;
  std::string fault;  // empty: it is good
};

// `BC12` -> 54, counted from 0. Columns beyond the third letter are as good as endless.
std::optional<std::size_t> column_of(std::string_view reference) {
  std::size_t column = 0, letters = 0;
  for (; letters < reference.size() && reference[letters] >= 'A' && reference[letters] <= 'Z' && letters < 4; ++letters)
    column = column * 26 + static_cast<std::size_t>(reference[letters] - 'A') + 1;
  return letters == 0 ? std::nullopt : std::optional{column - 1};
}
std::string letters_of(std::size_t column) {
  std::string letters;
  for (std::size_t left = column + 1; left > 0; left = (left - 1) / 26)
    letters.insert(letters.begin(), static_cast<char>('A' + (left - 1) % 26));
  return letters;
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

// A double as Excel shows it: what stands behind the 15th digit is an error of its arithmetic.
std::string shown(double number) {
  char text[32];
  const bool is_whole = number == std::floor(number) && std::abs(number) < 1e15;
  const int size = std::snprintf(text, sizeof text, is_whole ? "%.0f" : "%.15g", number);
  return {text, static_cast<std::size_t>(size)};
}

enum class CellType : std::uint8_t { number, shared, text, truth, error };

CellType type_of(std::string_view token) {
  if (token == "s") return CellType::shared;
  if (token == "b") return CellType::truth;
  if (token == "e") return CellType::error;
  return token == "n" ? CellType::number : CellType::text;  // inlineStr, str, d
}

// Rows of a sheet, as its XML comes.
class SheetEvents final : public XmlEvents {
 public:
  SheetEvents(const SharedStrings& strings, const XlsxReader::Limits& limits) : strings_(strings), limits_(limits) {}

  void on_begin(std::string_view name, const Attributes& attributes) override {
    if (name == "row") begin_row(attributes);
    if (name == "c") begin_cell(attributes);
    if (name == "f") blame("holds a formula: paste its value instead");
    if (name == "rPh") is_reading_ = true;
    is_text_ = (name == "v" || name == "t") && !is_reading_;
    if (name == "v" && ++values_ > 1) blame("holds more than one value");
  }
  void on_end(std::string_view name) override {
    is_text_ = false;
    if (name == "rPh") is_reading_ = false;
    if (name == "c") end_cell();
    if (name == "row") end_row();
  }
  void on_text(std::string_view piece) override {
    if (!is_text_) return;
    if (text_.size() + piece.size() > limits_.field_bytes)
      blame("is too long");
    else
      text_ += piece;
  }

  std::deque<Row> rows;

 private:
  void begin_row(const Attributes& attributes) {
    const auto number = attributes.find("r");
    row_ = {.line = number ? number_of<std::uint32_t>(*number).value_or(row_.line + 1) : row_.line + 1, .cells = {}, .fault = {}};
    next_column_ = 0;
  }
  void begin_cell(const Attributes& attributes) {
    const auto reference = attributes.find("r");
    column_ = reference ? column_of(*reference).value_or(next_column_) : next_column_;
    next_column_ = column_ + 1;
    type_ = type_of(attributes.find("t").value_or("n"));
    text_.clear();
    values_ = 0;
  }
  void end_cell() {
    if (column_ >= limits_.fields) {
      if (!text_.empty()) blame("is beyond the " + std::to_string(limits_.fields) + " fields that a row may have");
      return;
    }
    if (text_.empty()) return;
    if (column_ >= row_.cells.size()) row_.cells.resize(column_ + 1);
    row_.cells[column_] = {value(), type_ == CellType::number};
  }
  std::string value() {
    switch (type_) {
      case CellType::number:
        if (const auto number = number_of<double>(text_); number && std::isfinite(*number)) return shown(*number);
        blame("holds a number that is none");
        return {};
      case CellType::shared:
        if (const auto number = number_of<std::size_t>(text_))
          if (const auto found = strings_.find(*number)) {
            if (found->size() > limits_.field_bytes) blame("is too long");
            return std::string{found->substr(0, limits_.field_bytes)};
          }
        blame("holds a text that is not in the workbook");
        return {};
      case CellType::truth: return text_ == "1" ? "true" : "false";
      case CellType::error: blame("holds an error"); return {};
      case CellType::text: break;
    }
    return text_;
  }
  void end_row() {
    const bool has_something =
        !row_.fault.empty() || std::ranges::any_of(row_.cells, [](const Cell& cell) { return !cell.text.empty(); });
    if (has_something) rows.push_back(row_);
  }
  // The first fault of a row is told.
  void blame(std::string_view what) {
    if (row_.fault.empty())
      row_.fault.append("Cell ")
          .append(letters_of(column_))
          .append(std::to_string(row_.line))
          .append(" ")
          .append(what)
          .append(".");
  }

  const SharedStrings& strings_;
  const XlsxReader::Limits limits_;
  Row row_;
  std::size_t column_ = 0, next_column_ = 0, values_ = 0;
  CellType type_ = CellType::number;
  std::string text_;
  bool is_text_ = false, is_reading_ = false;
};

}  // namespace

class XlsxReader::Impl {
 public:
  Impl(Archive archive, Workbook workbook, const Limits& limits)
      : archive_(std::move(archive)), workbook_(std::move(workbook)), events_(workbook_.strings, limits) {}

  Result<void> begin(std::size_t most_bytes) {
    MOHUR_TRY_SET(part, archive_.part(workbook_.sheet, most_bytes));
    sheet_.emplace(std::move(part), events_);
    return {};
  }

  Result<bool> next(std::vector<std::string>& fields) {
    while (events_.rows.empty()) {
      if (is_over_) return false;
      Result<bool> has_more = sheet_->go_on();
      is_damaged_ = !has_more;
      is_over_ = !has_more || !*has_more;
      if (!has_more) return has_more;
    }
    row_ = std::move(events_.rows.front());
    events_.rows.pop_front();
    if (!row_.fault.empty()) return refuse(Outcome::body_malformed, {}, row_.fault);
    while (row_.cells.size() > width_ && width_ > 0 && row_.cells.back().text.empty()) row_.cells.pop_back();
    if (width_ == 0) width_ = row_.cells.size();
    row_.cells.resize(std::max(width_, row_.cells.size()));
    fields.resize(row_.cells.size());
    for (std::size_t i = 0; i < fields.size(); ++i) fields[i] = row_.cells[i].text;
    return true;
  }
  const Row& row() const { return row_; }
  bool is_damaged() const { return is_damaged_; }

 private:
  const Archive archive_;
  const Workbook workbook_;
  SheetEvents events_;
  std::optional<XmlReader> sheet_;
  Row row_;
  std::size_t width_ = 0;
  bool is_over_ = false, is_damaged_ = false;
};

XlsxReader::XlsxReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
XlsxReader::~XlsxReader() = default;
XlsxReader::XlsxReader(XlsxReader&&) noexcept = default;
XlsxReader& XlsxReader::operator=(XlsxReader&&) noexcept = default;

Result<XlsxReader> XlsxReader::open(std::string_view file, const Limits& limits) {
  MOHUR_TRY_SET(archive, Archive::open(file));
  MOHUR_TRY_SET(workbook, read_workbook(archive, limits.unpacked_bytes, limits.string_bytes));
  auto impl = std::make_unique<Impl>(std::move(archive), std::move(workbook), limits);
  MOHUR_TRY(impl->begin(limits.unpacked_bytes));
  return XlsxReader{std::move(impl)};
}

Result<bool> XlsxReader::next(std::vector<std::string>& fields) { return impl_->next(fields); }
std::uint32_t XlsxReader::line() const { return impl_->row().line; }
bool XlsxReader::is_number(std::size_t field) const {
  return field < impl_->row().cells.size() && impl_->row().cells[field].is_number;
}
bool XlsxReader::is_damaged() const { return impl_->is_damaged(); }

}  // namespace mohur::sheets
