#include "gateway/advice.hpp"

#include "codec/nearest.hpp"
#include "crypto/api_key.hpp"

namespace mohur::gateway {

std::string advice_on_path(std::span<const Route> routes, std::string_view path) {
  std::vector<std::string_view> paths;
  for (const Route& route : routes)
    if (route.path.find('{') == std::string_view::npos) paths.push_back(route.path);
  const std::string_view near = codec::nearest_word(path, paths);
  return (near.empty() ? std::string{} : "Did you mean " + std::string{near} + "? ") +
         "The paths of this API are listed at /docs.";
}

std::string advice_on_key(std::string_view text) {
  if (!text.starts_with("mohur_")) return "Expected a key that begins with `mohur_test_` or `mohur_live_`.";
  if (text.size() != crypto::api_key_size)
    return "A key has " + std::to_string(crypto::api_key_size) + " characters, and this one " + std::to_string(text.size()) +
           ": copy it again, whole.";
  return "The key has a typing error: its checksum does not fit. Copy it again.";
}

std::string advice_on_filter(const Route& route) {
  std::string text = "Known here: ";
  if (route.is_list) text += "limit, after, ";
  for (const FilterName& filter : route.filters) text.append(filter.name).append(", ");
  text.replace(text.size() - 2, 2, ".");
  return text;
}

}  // namespace mohur::gateway
