#include "engine/event_json.hpp"

namespace mohur::engine {

EventBody body_of(const StoredEvent& stored) {
  const kernel::Event& event = stored.event;
  return {.id = stored.id(),
          .type = event.type,
          .created_at = event.at + event.ahead,
          .mode = event.mode,
          .sequence = sequence_of(event.object),
          .position = stored.position,
          .data = {event.object}};
}

void append_event_json(std::string& out, const StoredEvent& stored, codec::Revealer& revealer) {
  codec::write_json(body_of(stored), out, revealer);
}

}  // namespace mohur::engine
