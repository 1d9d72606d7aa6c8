// JSON as an OpenID provider writes it: members are looked for by name, and what nobody asks for is passed over.
#pragma once

#include <jansson.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mohur::openid {

class Json {
 public:
  // An object; nothing for any other text.
  static std::optional<Json> parse(std::string_view text);

  std::optional<std::string> text(const char* name) const;
  std::optional<std::int64_t> whole(const char* name) const;
  // A truth value, or a text that spells one: providers do both.
  bool is_true(const char* name) const;
  // The texts of an array, or the one text that stands for it; empty where there is none.
  std::vector<std::string> texts(const char* name) const;
  // The objects of an array.
  std::vector<Json> objects(const char* name) const;

  json_t* get() const { return value_.get(); }

 private:
  struct Release {
    void operator()(json_t* value) const noexcept { json_decref(value); }
  };
  explicit Json(json_t* value) : value_(value) {}

  std::unique_ptr<json_t, Release> value_;
};

}  // namespace mohur::openid
