#include "kernel/event.hpp"

#include "base/assert.hpp"

namespace mohur::kernel {
namespace {

Key128 key(const std::monostate&) { return {}; }
Key128 key(const payments::SandboxClock& clock) { return clock.client.value; }
Key128 key(const policy::Conduct& conduct) { return conduct.client.value; }
Key128 key(const registry::Application& application) { return application.client.value; }
Key128 key(const registry::SignIn& sign_in) { return sign_in.person.value; }
template <class T>
Key128 key(const T& object) {
  return object.id.value;
}

}  // namespace

Object::Object() noexcept = default;
Object::Object(const Object& other) = default;
Object::Object(Object&& other) noexcept = default;
Object& Object::operator=(const Object& other) = default;
Object& Object::operator=(Object&& other) noexcept = default;
Object::~Object() = default;

Audience audience_of(EventType type) {
  switch (type) {
#define EVENT(enumerator, number, token, audience) \
  case EventType::enumerator: return Audience::audience;
#include "kernel/events.def"
#undef EVENT
  }
  MOHUR_ASSERT(false);
}

Key128 key_of(const Object& object) {
  return std::visit([](const auto& alternative) { return key(alternative); }, object);
}

}  // namespace mohur::kernel
