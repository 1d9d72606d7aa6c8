#include "openid/json.hpp"

namespace mohur::openid {
namespace {

std::string text_of(const json_t* value) { return {json_string_value(value), json_string_length(value)}; }

}  // namespace

std::optional<Json> Json::parse(std::string_view text) {
  Json parsed{json_loadb(text.data(), text.size(), JSON_REJECT_DUPLICATES, nullptr)};
  if (!json_is_object(parsed.get())) return std::nullopt;
  return parsed;
}

std::optional<std::string> Json::text(const char* name) const {
  const json_t* value = json_object_get(get(), name);
  return json_is_string(value) ? std::optional{text_of(value)} : std::nullopt;
}

std::optional<std::int64_t> Json::whole(const char* name) const {
  const json_t* value = json_object_get(get(), name);
  return json_is_integer(value) ? std::optional<std::int64_t>{json_integer_value(value)} : std::nullopt;
}

bool Json::is_true(const char* name) const {
  const json_t* value = json_object_get(get(), name);
  return json_is_true(value) || (json_is_string(value) && text_of(value) == "true");
}

std::vector<std::string> Json::texts(const char* name) const {
  const json_t* value = json_object_get(get(), name);
  if (json_is_string(value)) return {text_of(value)};
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < json_array_size(value); ++i)
    if (const json_t* item = json_array_get(value, i); json_is_string(item)) texts.push_back(text_of(item));
  return texts;
}

std::vector<Json> Json::objects(const char* name) const {
  const json_t* value = json_object_get(get(), name);
  std::vector<Json> objects;
  for (std::size_t i = 0; i < json_array_size(value); ++i)
    if (json_t* item = json_array_get(value, i); json_is_object(item)) objects.push_back(Json{json_incref(item)});
  return objects;
}

}  // namespace mohur::openid
