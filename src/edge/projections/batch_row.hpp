// A row of a batch as it is handed in, and how rows are read out of a part: JSON lines, CSV or an Excel workbook.
//
// Who      Is paid stands in a row by the id of a beneficiary, or as one who may be new: kind, name, and a bank account or a VPA.
// CSV      The first record of each part names its columns, each a field of a row. An empty field is one that is absent. Instead
//          of `amount` in paise there may be `amount_rupees`, with up to two places behind the point.
// XLSX     As CSV, of the first sheet. An account number that is a number there is refused: it has lost its zeros in front.
// JSONL    One object a line of at most 16 KiB; empty lines and a byte-order mark at the front are passed over.
// Errors   Of a part: field_unknown, field_repeated, field_missing with a column; body_malformed, batch_empty. Of a row: those of
//          codec/json_in.hpp, field_missing, card_number_refused.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "payments/payout.hpp"
#include "sheets/csv_reader.hpp"
#include "sheets/xlsx_reader.hpp"

namespace mohur::projections {

struct BatchRowInput {
  std::optional<payments::BeneficiaryId> beneficiary;
  std::optional<payments::BeneficiaryKind> kind;
  std::optional<FreeText<120>> name;
  std::optional<payments::Ifsc> ifsc;
  std::optional<payments::AccountNumber> account_number;
  std::optional<payments::Vpa> vpa;
  Amount amount;
  registry::Purpose purpose = registry::Purpose::vendor;
  std::optional<registry::Rail> rail;
  std::optional<payments::ReferenceId> reference_id;
  std::optional<payments::Narration> narration;
  std::optional<bool> queue_if_low_balance;
  std::optional<Time> scheduled_at;
  std::optional<payments::QueuePriority> priority;
  std::optional<Time> queue_expires_at;

  MOHUR_DESCRIBE(BatchRowInput, (1, beneficiary, "Who is paid; or kind, name, and an account or a VPA."),
                 (2, kind, "What the beneficiary is to you."), (3, name), (4, ifsc, "With account_number."), (5, account_number),
                 (6, vpa, "Instead of a bank account."), (7, amount, "Minor units: paise for INR."), (8, purpose),
                 (9, rail, "Chosen by destination and amount when absent."),
                 (10, reference_id, "Your own reference; unique for ever."),
                 (11, narration, "What the beneficiary's statement shows."),
                 (12, queue_if_low_balance, "Wait for balance instead of being refused."),
                 (13, scheduled_at, "Up to 92 days ahead."),
                 (14, priority, "In which order it waits for balance; normal when absent."),
                 (15, queue_expires_at, "How long it waits for balance, 90 days at most and when absent."))
};

// A part of a row or a payout that may be absent.
template <class Text>
std::string_view text_of(const std::optional<Text>& part) {
  return part ? std::string_view{part->str()} : std::string_view{};
}

class BatchReader {
 public:
  // How many rows a part has, whether they are good or not. Errors: those of a part.
  static Result<std::uint32_t> count(payments::BatchFormat format, std::string_view part);

  // The part outlives it, and can be counted.
  BatchReader(payments::BatchFormat format, std::string_view part);
  using Row = std::expected<BatchRowInput, std::vector<Refusal>>;
  // The next row, or what is wrong with it; nothing at the end.
  std::optional<Row> next();

 private:
  Result<void> read_columns();
  std::optional<std::string_view> next_line();
  // Of a table, into fields_.
  Result<bool> next_record();
  // The next row as JSON; its refusal when it cannot be told apart from others.
  std::optional<Result<std::string>> next_json();
  // What is wrong with the record in fields_, as far as it shows there.
  std::optional<Refusal> fault_of_record() const;
  std::string to_json() const;
  Row in_own_words(Row row) const;

  const payments::BatchFormat format_;
  std::string_view rest_;  // of JSON lines
  sheets::CsvReader csv_;
  std::optional<sheets::XlsxReader> xlsx_;
  std::vector<std::string> columns_, fields_;
};

}  // namespace mohur::projections
