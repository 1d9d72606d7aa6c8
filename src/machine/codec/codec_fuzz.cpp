// Throws bytes at decode and read_json. Bytes that decode must decode to the same value again after encoding; a body is
// accepted only if simdjson's own parser accepts it, and called malformed only if that parser refuses it too or it breaks a
// rule of ours. The first byte of the input chooses the target.
#include <simdjson.h>
#include <cstdint>

#include "base/assert.hpp"
#include "codec/binary.hpp"
#include "codec/card_number.hpp"
#include "codec/json_in.hpp"
#include "codec/json_out.hpp"
#include "codec/sample.hpp"

namespace mohur::codec {
namespace {

void fuzz_decode(std::string_view bytes) {
  sample::Everything value;
  if (!decode(bytes, value)) return;
  std::string again;
  encode(value, again);
  sample::Everything back;
  MOHUR_ASSERT(decode(again, back) && back == value);
  std::string json;
  MaskingRevealer masking;
  write_json(value, json, masking);
  simdjson::dom::parser parser;
  MOHUR_ASSERT(parser.parse(json).error() == simdjson::SUCCESS);
}

// What is well-formed JSON to the library and yet refused as malformed here.
bool breaks_own_rule(Flaw flaw) { return flaw == Flaw::too_deep || flaw == Flaw::lone_surrogate || flaw == Flaw::not_object; }

Flaw flaw_of(std::string_view body) {
  JsonTokens tokens{scan_copy(body)};
  if (tokens.flaw() == Flaw::none && tokens.peek() != '{') tokens.fail(Flaw::not_object);
  if (tokens.flaw() == Flaw::none && tokens.skip_value()) tokens.expect_end();
  return tokens.flaw();
}

void fuzz_json(std::string_view body) {
  simdjson::dom::parser parser;
  const simdjson::error_code error = parser.parse(body.data(), body.size()).error();
  // The library refuses numbers beyond its range, which are JSON, and lets halves of surrogate pairs pass.
  const bool is_json = error == simdjson::SUCCESS || error == simdjson::NUMBER_ERROR;
  const Flaw flaw = flaw_of(body);
  if (error == simdjson::SUCCESS) MOHUR_ASSERT(flaw == Flaw::none || breaks_own_rule(flaw));
  if (flaw == Flaw::none) MOHUR_ASSERT(is_json);
  const auto input = read_json_all<sample::OrderInput>(body);
  if (input) {
    MOHUR_ASSERT(flaw == Flaw::none && error == simdjson::SUCCESS);
    return;
  }
  MOHUR_ASSERT((input.error().front().outcome == Outcome::body_malformed) == (flaw != Flaw::none));
  for (const Refusal& refusal : input.error()) MOHUR_ASSERT(!refusal.detail.empty());
}

void fuzz_text(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  simdjson::dom::parser parser;
  MOHUR_ASSERT(parser.parse(json).error() == simdjson::SUCCESS);
  constexpr std::string_view kFields[] = {"account_number"};
  if (contains_card_number(text, kFields)) MOHUR_ASSERT(contains_card_number(text));
  if (const auto notes = notes_from_canonical(text)) MOHUR_ASSERT(to_canonical(*notes) == text);
}

}  // namespace
}  // namespace mohur::codec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest{reinterpret_cast<const char*>(data + 1), size - 1};
  switch (data[0] % 3) {
    case 0: mohur::codec::fuzz_decode(rest); break;
    case 1: mohur::codec::fuzz_json(rest); break;
    default: mohur::codec::fuzz_text(rest);
  }
  return 0;
}
