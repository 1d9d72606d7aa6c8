// Batches: many payouts that are handed in as rows, checked, accepted and approved together.
#include <charconv>

#include "gateway/at_desk.hpp"
#include "gateway/payout_inputs.hpp"
#include "gateway/sealing.hpp"

namespace mohur::gateway {
namespace {

using payments::Batch;
using payments::BatchFormat;
using payments::BatchStatus;
using registry::Scope;

constexpr std::uint64_t kMostPartBytes = 8u << 20;
constexpr std::uint32_t kRowsOfAPage = 10'000;  // of a result
constexpr std::pair<std::string_view, BatchFormat> kMedia[] = {
    {"text/csv", BatchFormat::csv},
    {"application/jsonl", BatchFormat::jsonl},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", BatchFormat::xlsx}};

Result<kernel::Intent> create(Call& call, const BatchInput& input) {
  MOHUR_TRY(call.services.batches.check_one_more(call.client));
  return kernel::Intent{kernel::CreateBatch{input.reference_id, reference_key(call, Batch::object_name, input.reference_id),
                                            call.services.vault.create_subject(call.services.clock.now())}};
}

std::optional<BatchFormat> format_of(const net::Request& request) {
  const auto type = request.find("content-type");
  std::string_view media = type ? type->substr(0, type->find(';')) : std::string_view{};
  media = media.substr(0, media.find_last_not_of(" \t") + 1);
  for (const auto& [name, format] : kMedia)
    if (net::equals_ignoring_case(media, name)) return format;
  return std::nullopt;
}

// The batch that a call is about.
Result<Batch> shown(Call& call) {
  MOHUR_TRY_SET(id, call.path_id<payments::BatchId>());
  MOHUR_TRY_SET(batch, call.services.archive.get<Batch>(id.value));
  if (!batch || !is_visible(call, *batch)) return refuse(Outcome::not_found, "id");
  return std::move(*batch);
}

// A part is on the disk before the journal names it. The disk is waited for on a desk, and not by other calls. For a batch that
// takes no rows nothing is written: the core refuses it, or answers as it did before.
void keep_part(Call& call, GoOn go_on) {
  const auto format = format_of(call.request);
  if (!format)
    return go_on(all_of({Outcome::media_type_unsupported, "Content-Type",
                         "Send the rows as text/csv, application/jsonl, or an Excel workbook with its own type."}));
  const auto batch = shown(call);
  if (!batch) return go_on(all_of(batch.error()));
  if (const auto room = call.services.batches.check_room(call.client, call.request.body.size()); !room)
    return go_on(all_of(room.error()));
  at_desk(
      call.services.uploads, std::move(go_on),
      [&call, format = *format, batch = *batch](const std::stop_token&) {
        return call.services.batches.keep(batch, format, call.request.body);
      },
      [&call](payments::BatchPart part) { call.part = std::move(part); });
}

Checked<Prepared> add_part(Call& call) {
  const auto id = call.path_id<payments::BatchId>();
  if (!id) return all_of(id.error());
  return Prepared{kernel::AddBatchRows{*id, *call.part,
                                       engine::batch_part_claim(call.services.vault, call.client, call.mode, call.part->hash)},
                  fingerprint_of(call.route->path, call.path_values, std::string{to_token(call.part->format)} + call.part->hash)};
}

template <class Intent>
Result<kernel::Intent> simple(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<payments::BatchId>());
  return kernel::Intent{Intent{id}};
}

Result<kernel::Intent> accept(Call& call, const AcceptBatchInput& input) {
  MOHUR_TRY(check_connector(call));
  MOHUR_TRY_SET(id, call.path_id<payments::BatchId>());
  return kernel::Intent{kernel::AcceptBatch{id, input.take}};
}

Result<kernel::Intent> decide(Call& call, bool approve, const std::optional<registry::ApproverRole>& role,
                              const std::optional<FreeText<500>>& remarks) {
  MOHUR_TRY_SET(id, call.path_id<payments::BatchId>());
  Sealing sealing = seal_for_client(call);
  kernel::DecideBatch intent{id, approve, role, sealing.text(remarks)};
  MOHUR_TRY(sealing.outcome());
  return kernel::Intent{std::move(intent)};
}
Result<kernel::Intent> approve(Call& call, const ApprovalInput& input) { return decide(call, true, input.role, input.remarks); }
Result<kernel::Intent> reject(Call& call, const RejectionInput& input) { return decide(call, false, {}, input.remarks); }

// Where a page begins: at a row.
Result<std::uint32_t> row_of(const std::optional<std::string>& after) {
  if (!after) return 1;
  std::uint32_t row = 0;
  const auto [end, error] = std::from_chars(after->data(), after->data() + after->size(), row);
  if (error != std::errc{} || end != after->data() + after->size() || row == 0 || row > payments::kMostBatchRows)
    return refuse(Outcome::cursor_malformed, "after");
  return row;
}

Result<net::Response> findings(Call& call) {
  MOHUR_TRY_SET(batch, shown(call));
  MOHUR_TRY_SET(query, parse_page_query(call));
  MOHUR_TRY_SET(from, row_of(query.after));
  MOHUR_TRY_SET(found, call.services.batches.findings(batch.id, from, query.limit + 1));
  std::optional<std::string> next;
  if (found.size() > query.limit) {
    next = std::to_string(found.back().row);
    found.pop_back();
  }
  return ListWriter{call}.append(found).finish_with(next);
}

struct ResultPage {
  Batch batch;
  std::uint32_t from = 1;
};
Result<ResultPage> result_page(Call& call) {
  MOHUR_TRY_SET(batch, shown(call));
  MOHUR_TRY_SET(query, parse_page_query(call));
  MOHUR_TRY_SET(from, row_of(query.after));
  return ResultPage{std::move(batch), from};
}

// Some ten thousand rows are looked up on a desk, and not while other calls wait.
void make_result(Call& call, GoOn go_on) {
  auto page = result_page(call);
  if (!page) return go_on(all_of(page.error()));
  at_desk(
      call.services.uploads, std::move(go_on),
      [&call, page = std::move(*page)](const std::stop_token&) {
        return call.services.batches.result(page.batch, page.from, kRowsOfAPage);
      },
      [&call](std::string made) { call.page = std::move(made); });
}

Result<net::Response> result(Call& call) {
  MOHUR_TRY_SET(page, result_page(call));
  net::Response response{.content_type = "text/csv", .body = std::move(call.page), .headers = {}};
  if (page.batch.rows >= page.from + kRowsOfAPage) add_next_link(call, std::to_string(page.from + kRowsOfAPage), response);
  return response;
}

}  // namespace

std::vector<Route> batch_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  routes.push_back(write<Batch, BatchInput>("/v1/batches", "Open a batch of payouts", "P2.2", Access::client,
                                            Scope::write_payouts, IdempotencyRule::optional,
                                            {client_restricted, reference_id_reused, batches_unfinished}, create, 201));
  routes.back().output_example = example_of_new_batch;
  routes.push_back(list_all<Batch>("/v1/batches", "List batches", Access::client_or_us, Scope::read_payouts));
  routes.push_back(get_one<Batch>("/v1/batches/{id}", "Get a batch", Access::client_or_us, Scope::read_payouts));
  routes.back().route_class = policy::RouteClass::reserved;

  Route rows =
      write<Batch, NoInput>("/v1/batches/{id}/rows", "Hand in rows of a batch, as JSON lines, CSV or an Excel workbook", "P2.2",
                            Access::client, Scope::write_payouts, IdempotencyRule::optional,
                            {not_found, state_conflict, batch_empty, batch_part_repeated, batch_too_large, batches_unfinished,
                             body_malformed, field_unknown, field_repeated, field_missing, overloaded, io_failed},
                            simple<kernel::CheckBatch>);
  rows.prepare = add_part;  // instead of a body of JSON
  rows.beside = keep_part;
  rows.body_limit = kMostPartBytes;
  rows.sends_money = true;  // who is paid stands in them
  for (const auto& [name, format] : kMedia) rows.takes_files.push_back(name);
  rows.input_example = example_of_batch_rows;
  leaves<Batch, BatchStatus::open>(rows);
  routes.push_back(std::move(rows));

  routes.push_back(write<Batch, NoInput>("/v1/batches/{id}/check", "Have the rows of a batch checked: all were handed in", "P2.2",
                                         Access::client, Scope::write_payouts, IdempotencyRule::optional,
                                         {not_found, state_conflict, batch_empty}, simple<kernel::CheckBatch>));
  leaves<Batch, BatchStatus::validating>(routes.back());
  Route told = read("/v1/batches/{id}/rows", "List the rows about which there is something to tell", Access::client_or_us,
                    Scope::read_payouts, {not_found}, findings);
  gives<BatchRowFinding>(told);
  told.is_list = true;
  routes.push_back(std::move(told));
  Route made = read("/v1/batches/{id}/result", "Get what became of each row, as CSV", Access::client_or_us, Scope::read_payouts,
                    {not_found, cursor_malformed, overloaded, data_damaged}, result);
  made.beside = make_result;
  made.media = "text/csv";
  routes.push_back(std::move(made));
  routes.push_back(write<Batch, AcceptBatchInput>("/v1/batches/{id}/accept", "Accept a batch: its rows become payouts", "P2.2",
                                                  Access::client, Scope::write_payouts, IdempotencyRule::optional,
                                                  {client_restricted, not_found, state_conflict, batch_row_invalid}, accept));
  routes.back().route_class = policy::RouteClass::money_out;
  routes.back().sends_money = true;
  leaves<Batch, BatchStatus::pending_approval>(routes.back());
  routes.push_back(write<Batch, ApprovalInput>(
      "/v1/batches/{id}/approve", "Approve a batch; the last approval sends it on its way", "P4.2", Access::client,
      Scope::approve_payouts, IdempotencyRule::optional,
      {client_restricted, four_eyes_required, not_found, state_conflict, approver_role_missing}, approve));
  routes.back().route_class = policy::RouteClass::reserved;
  routes.back().sends_money = true;
  routes.back().is_of_each_key = true;
  leaves<Batch, BatchStatus::processing>(routes.back());
  routes.push_back(write<Batch, RejectionInput>("/v1/batches/{id}/reject", "Reject a batch that waits for approval", "P4.2",
                                                Access::client, Scope::approve_payouts, IdempotencyRule::optional,
                                                {four_eyes_required, not_found, state_conflict, approver_role_missing}, reject));
  routes.back().route_class = policy::RouteClass::reserved;
  routes.back().is_of_each_key = true;
  leaves<Batch, BatchStatus::rejected>(routes.back());
  routes.push_back(write<Batch, NoInput>("/v1/batches/{id}/cancel", "Cancel a batch; payouts that were made of it stay", "",
                                         Access::client, Scope::write_payouts, IdempotencyRule::optional,
                                         {not_found, state_conflict}, simple<kernel::CancelBatch>));
  routes.back().route_class = policy::RouteClass::reserved;
  leaves<Batch, BatchStatus::cancelled>(routes.back());
  return routes;
}

}  // namespace mohur::gateway
