// An event as the API and webhooks show it: the envelope, and the object as it stood afterwards.
#pragma once

#include <string>

#include "codec/json_out.hpp"
#include "engine/archive.hpp"

namespace mohur::engine {

struct EventData {
  kernel::Object object;
  MOHUR_DESCRIBE(EventData, (1, object, "The object as it stood afterwards."))
};

// Times are on the client's clock.
struct EventBody {
  static constexpr std::string_view object_name = "event";

  kernel::EventId id;
  kernel::EventType type{};
  Time created_at;
  Mode mode = Mode::test;
  std::uint32_t sequence = 0;
  std::uint64_t position = 0;
  EventData data;

  MOHUR_DESCRIBE(EventBody, (1, id), (2, type), (3, created_at), (4, mode), (5, sequence, "Counts the changes of the object."),
                 (6, position, "Where the event lies in the journal: a later event has a higher one."), (7, data))
};

EventBody body_of(const StoredEvent& stored);

// What is sealed is shown as the revealer decides.
void append_event_json(std::string& out, const StoredEvent& stored, codec::Revealer& revealer);

}  // namespace mohur::engine
