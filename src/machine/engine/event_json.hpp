// An event as the API and webhooks show it: the envelope, and the object as it stood afterwards.
#pragma once

#include <string>

#include "codec/json_out.hpp"
#include "engine/archive.hpp"

namespace mohur::engine {

// `{"id":"evt_...","object":"event","type":"payout.processed","created_at":...,"mode":...,"sequence":...,
// "position":...,"data":{"object":{...}}}`.
// Times are on the client's clock; `sequence` is the object's own. What is sealed is shown as the revealer decides.
void append_event_json(std::string& out, const StoredEvent& stored, codec::Revealer& revealer);

}  // namespace mohur::engine
