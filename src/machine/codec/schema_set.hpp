// The component schemas of an OpenAPI page: each is noted when it is first referred to, and written once at the end.
#pragma once

#include <map>

#include "codec/json_writer.hpp"

namespace mohur::codec {

enum class Direction : std::uint8_t { output, input };

// The component schemas that were referred to, each once.
class SchemaSet {
 public:
  using Write = void (*)(JsonWriter& writer, SchemaSet& set);

  // Notes the component and answers `#/components/schemas/<name>`. A name means one thing: another `write` is a bug.
  std::string refer(std::string name, Write write);

  // A value of the writer: an object of every schema noted, and of those that they refer to, in order of their names.
  void write_components(JsonWriter& writer);

 private:
  std::map<std::string, Write> writes_;
};

}  // namespace mohur::codec
