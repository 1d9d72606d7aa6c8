// How a decision begins to tell a client something.
#pragma once

#include "kernel/decision.hpp"
#include "kernel/notice_texts.hpp"

namespace mohur::kernel {

// Adds the notice, on every channel that there is for this client.
Event& tell(Decision& decision, const registry::Client& client, registry::NoticeId id, registry::NoticeKind kind,
            std::string about, NoticeText text);

// A scheduled measure takes effect now that its client was told: adds its events. Where the client's state has moved on
// meanwhile, so that the measure means nothing any more, it is overtaken.
Added take_effect(Decision& decision, const registry::Measure& measure);

}  // namespace mohur::kernel
