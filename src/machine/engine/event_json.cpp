#include "engine/event_json.hpp"

#include "codec/json_writer.hpp"

namespace mohur::engine {
namespace {

void append_object(std::string& out, const kernel::Object& object, codec::Revealer& revealer) {
  std::visit(
      [&](const auto& alternative) {
        if constexpr (Described<std::decay_t<decltype(alternative)>>)
          codec::write_json(alternative, out, revealer);
        else
          out += "null";
      },
      object);
}

}  // namespace

void append_event_json(std::string& out, const StoredEvent& stored, codec::Revealer& revealer) {
  const kernel::Event& event = stored.event;
  codec::JsonWriter writer{out};
  writer.begin_object().member("id", stored.id().to_string()).member("object", "event").member("type", to_token(event.type));
  writer.member("created_at", to_rfc3339(event.at + event.ahead)).member("mode", to_token(event.mode));
  writer.member("sequence", sequence_of(event.object)).member("position", stored.position);
  writer.key("data").begin_object().key("object").with([&](std::string& text) { append_object(text, event.object, revealer); });
  writer.end_object().end_object();
}

}  // namespace mohur::engine
