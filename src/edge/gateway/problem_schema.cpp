#include "gateway/problem_schema.hpp"

#include "base/outcome.hpp"
#include "gateway/oauth_error.hpp"

namespace mohur::gateway {
namespace {

using codec::JsonWriter;

void write_texts(JsonWriter& writer, std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
  for (const auto& [name, description] : members)
    writer.key(name).begin_object().member("type", "string").member("description", description).end_object();
}

void write_token_schema(JsonWriter& writer) {
  writer.key("token").begin_object().member("type", "string").key("enum").begin_array();
  for (const OutcomeRow& row : outcome_table()) writer.value(row.token);
  writer.end_array().end_object();
}

void write_oauth_members(JsonWriter& writer) {
  writer.key("error").begin_object().member("type", "string").key("enum").begin_array();
  for (const auto& row : described_enumerators(OAuthError{})) writer.value(row.token);
  writer.end_array().member("description", "What OAuth calls it.").end_object();
  write_texts(writer, {{"error_description", "As `detail`, in the characters that OAuth allows."}});
}

void write_schema(JsonWriter& writer, bool by_oauth) {
  writer.begin_object().member("type", "object").key("properties").begin_object();
  if (by_oauth) write_oauth_members(writer);
  write_texts(writer,
              {{"type", "The page that explains it: `/problems/` and the token."}, {"title", "What kind of problem it is."}});
  writer.key("status").begin_object().member("type", "integer").member("description", "The HTTP status.").end_object();
  write_texts(writer, {{"detail", "What it is this time, for a person."}, {"instance", "The path that was called."}});
  write_token_schema(writer);
  write_texts(writer,
              {{"clause", "Of the usage policy, behind the refusal."}, {"field", "Where it is: a field, header or parameter."}});
  writer.key("retry").begin_object().member("type", "string").key("enum").begin_array();
  for (const Retry retry : {Retry::never, Retry::after_change, Retry::later, Retry::same_key}) writer.value(to_token(retry));
  writer.end_array().end_object();
  write_texts(writer, {{"request_id", "The `Request-Id` of the answer: name it when you ask us."}});
  writer.key("reasons").begin_object().member("type", "array").member("description", "All of them, where there are several.");
  writer.key("items").begin_object().member("type", "object").key("properties").begin_object();
  write_token_schema(writer);
  write_texts(writer, {{"field", "Where it is."}, {"detail", "What it is."}});
  writer.end_object().key("required").begin_array().value("token").value("detail").end_array().end_object().end_object();
  writer.end_object().key("required").begin_array();
  if (by_oauth) writer.value("error").value("error_description");
  for (const char* name : {"type", "title", "status", "detail", "instance", "token", "retry", "request_id"}) writer.value(name);
  writer.end_array().end_object();
}

}  // namespace

void write_problem_schema(JsonWriter& writer) { write_schema(writer, false); }

void write_oauth_problem_schema(JsonWriter& writer) { write_schema(writer, true); }

}  // namespace mohur::gateway
