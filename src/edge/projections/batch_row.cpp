#include "projections/batch_row.hpp"

#include <algorithm>
#include <type_traits>

#include "codec/card_number.hpp"
#include "codec/json_in.hpp"
#include "codec/json_writer.hpp"

namespace mohur::projections {
namespace {

using payments::BatchFormat;

constexpr std::string_view kRupees = "amount_rupees";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kMostLineBytes = 16u << 10;

bool all_digits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_digit); }

// `1234.5` as paise, `123450`; what is no such amount stays as it is, to be refused as one.
std::string paise_of(const std::string& rupees) {
  const std::size_t point = std::min(rupees.find('.'), rupees.size());
  const std::string whole = rupees.substr(0, point);
  std::string part = point < rupees.size() ? rupees.substr(point + 1) : "00";
  if (!all_digits(whole) || !all_digits(part) || part.size() > 2) return rupees;
  part.resize(2, '0');
  std::string paise = whole + part;
  paise.erase(0, std::min(paise.find_first_not_of('0'), paise.size() - 1));
  return paise;
}

// Whether JSON has values of the field without quotes, given what stands there.
bool is_bare(std::string_view column, std::string_view text) {
  bool bare = false;
  for_each_field<BatchRowInput>([&](const auto& field) {
    using Member = std::remove_cvref_t<decltype(std::declval<BatchRowInput>().*field.pointer)>;
    if (field.name != column) return;
    if constexpr (std::is_same_v<Member, Amount>) bare = all_digits(text) && (text.size() == 1 || text.front() != '0');
    if constexpr (std::is_same_v<Member, std::optional<bool>>) bare = text == "true" || text == "false";
  });
  return bare;
}

bool is_field(std::string_view column) {
  bool found = false;
  for_each_field<BatchRowInput>([&](const auto& field) { found = found || field.name == column; });
  return found;
}

// Who is paid stands there in one of the two ways.
std::optional<Refusal> fault_of(const BatchRowInput& row) {
  const bool is_told = row.kind || row.name || row.ifsc || row.account_number || row.vpa;
  const auto refusal = [](Outcome outcome, std::string field, std::string detail) {
    return std::optional{Refusal{outcome, std::move(field), std::move(detail)}};
  };
  if (row.beneficiary && is_told)
    return refusal(Outcome::field_malformed, "beneficiary", "Name a beneficiary, or tell who it is, and not both.");
  if (row.queue_expires_at && !row.queue_if_low_balance.value_or(false))
    return refusal(Outcome::field_unknown, "queue_expires_at", "It belongs to a payout with queue_if_low_balance.");
  if (row.beneficiary) return std::nullopt;
  if (!is_told)
    return refusal(Outcome::field_missing, "beneficiary", "Name a beneficiary, or give kind, name, and an account or a VPA.");
  if (!row.kind) return refusal(Outcome::field_missing, "kind", "What is the beneficiary to you?");
  if (!row.name) return refusal(Outcome::field_missing, "name", {});
  const bool has_account = row.ifsc && row.account_number, has_part = row.ifsc || row.account_number;
  if (row.vpa ? has_part : !has_account)
    return refusal(Outcome::field_missing, row.ifsc ? "account_number" : "ifsc", "Give ifsc and account_number, or vpa.");
  return std::nullopt;
}

}  // namespace

BatchReader::BatchReader(BatchFormat format, std::string_view part) : format_(format), rest_(part), csv_(part) {
  if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
  if (format == BatchFormat::xlsx) xlsx_.emplace(*sheets::XlsxReader::open(part));
}

Result<std::uint32_t> BatchReader::count(BatchFormat format, std::string_view part) {
  if (format == BatchFormat::xlsx) MOHUR_TRY(sheets::XlsxReader::open(part));
  BatchReader reader{format, part};
  std::uint32_t rows = 0;
  if (format == BatchFormat::jsonl) {
    while (reader.next_line()) ++rows;
  } else {
    MOHUR_TRY(reader.read_columns());
    for (auto read = reader.next_record(); !read || *read; read = reader.next_record()) {
      if (reader.xlsx_ ? reader.xlsx_->is_damaged() : reader.csv_.is_damaged()) return std::unexpected(read.error());
      ++rows;
    }
  }
  if (rows == 0) return refuse(Outcome::batch_empty);
  return rows;
}

Result<bool> BatchReader::next_record() { return xlsx_ ? xlsx_->next(fields_) : csv_.next(fields_); }

Result<void> BatchReader::read_columns() {
  MOHUR_TRY_SET(has_one, next_record());
  if (!has_one) return refuse(Outcome::batch_empty);
  columns_ = fields_;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string& column = columns_[i];
    if (!is_field(column) && column != kRupees) return refuse(Outcome::field_unknown, column, "Rows have no such column.");
    if (std::find(columns_.begin(), columns_.begin() + static_cast<std::ptrdiff_t>(i), column) !=
        columns_.begin() + static_cast<std::ptrdiff_t>(i))
      return refuse(Outcome::field_repeated, column, "This column stands twice.");
  }
  const auto has = [&](std::string_view column) { return std::ranges::find(columns_, column) != columns_.end(); };
  if (has("amount") == has(kRupees))
    return refuse(has(kRupees) ? Outcome::field_repeated : Outcome::field_missing, "amount", "Give amount, or amount_rupees.");
  if (!has("purpose")) return refuse(Outcome::field_missing, "purpose");
  return {};
}

std::optional<std::string_view> BatchReader::next_line() {
  while (!rest_.empty()) {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") != line.npos) return line;
  }
  return std::nullopt;
}

std::optional<Result<std::string>> BatchReader::next_json() {
  if (format_ == BatchFormat::jsonl) {
    const auto line = next_line();
    if (!line) return std::nullopt;
    if (line->size() > kMostLineBytes)
      return std::optional<Result<std::string>>{refuse(Outcome::body_malformed, {}, "A row has 16 KiB at the most.")};
    return std::optional<Result<std::string>>{std::string{*line}};
  }
  if (columns_.empty() && !read_columns()) return std::nullopt;
  const auto read = next_record();
  if (!read) return std::optional<Result<std::string>>{std::unexpected(read.error())};
  if (!*read) return std::nullopt;
  if (auto fault = fault_of_record()) return std::optional<Result<std::string>>{std::unexpected(std::move(*fault))};
  return std::optional<Result<std::string>>{to_json()};
}

std::optional<Refusal> BatchReader::fault_of_record() const {
  if (fields_.size() != columns_.size()) {
    const std::uint32_t line = xlsx_ ? xlsx_->line() : csv_.line();
    return Refusal{Outcome::body_malformed,
                   {},
                   "The record on line " + std::to_string(line) + " has " + std::to_string(fields_.size()) + " fields, not " +
                       std::to_string(columns_.size()) + "."};
  }
  for (std::size_t i = 0; xlsx_ && i < fields_.size(); ++i)
    if (columns_[i] == "account_number" && xlsx_->is_number(i))
      return Refusal{Outcome::field_malformed, columns_[i],
                     "It is a number in the workbook, and has lost the zeros in front: format the column as text."};
  return std::nullopt;
}

std::string BatchReader::to_json() const {
  std::string json = "{";
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].empty()) continue;
    const bool is_rupees = columns_[i] == kRupees;
    const std::string_view column = is_rupees ? "amount" : std::string_view{columns_[i]};
    const std::string text = is_rupees ? paise_of(fields_[i]) : fields_[i];
    if (json.size() > 1) json += ',';
    codec::append_json_string(json, column);
    json += ':';
    if (is_bare(column, text))
      json += text;
    else
      codec::append_json_string(json, text);
  }
  return json + '}';
}

// A wrong amount in rupees is told as such, and not as one in paise.
BatchReader::Row BatchReader::in_own_words(Row row) const {
  if (std::ranges::find(columns_, kRupees) == columns_.end()) return row;
  for (Refusal& refusal : row.error())
    if (refusal.field == "amount") {
      refusal.field = kRupees;
      refusal.detail = "Expected rupees with up to two places behind the point, such as 1234.50.";
    }
  return row;
}

std::optional<BatchReader::Row> BatchReader::next() {
  const auto json = next_json();
  if (!json) return std::nullopt;
  const auto faulty = [](Refusal refusal) { return std::optional<Row>{std::unexpected(std::vector{std::move(refusal)})}; };
  if (!*json) return faulty(json->error());
  static constexpr std::string_view kNotCards[] = {"account_number", "reference_id", "amount"};
  if (codec::contains_card_number(**json, kNotCards))
    return faulty({Outcome::card_number_refused, {}, "The row holds what looks like a card number."});
  Row row = codec::read_json_all<BatchRowInput>(**json);
  if (!row) return in_own_words(std::move(row));
  if (auto fault = fault_of(*row)) return faulty(std::move(*fault));
  return row;
}

}  // namespace mohur::projections
