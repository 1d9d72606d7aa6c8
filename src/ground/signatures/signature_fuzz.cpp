// Throws bytes at the readers of signatures and digests. What is read must lie inside its bounds and inside the text, and the
// text that was read must be read the same way again.
//
// Input    Signature-Input, Signature, Content-Digest and a target, a line each; the rest is the body.
#include <cstdint>

#include "base/assert.hpp"
#include "signatures/content_digest.hpp"
#include "signatures/signature_base.hpp"

namespace mohur::signatures {
namespace {

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

bool lies_in(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

net::RequestHead request_to(std::string_view target) {
  net::RequestHead head;
  head.method_text = "POST";
  head.target = target;
  head.path = target.substr(0, target.find('?'));
  if (head.path.size() < target.size()) head.query = target.substr(head.path.size() + 1);
  head.host = "Example.com:443";
  head.headers = {{"Date", "now"}, {"Content-Type", "application/json"}, {"date", "then"}};
  return head;
}

void check(const MessageSignature& signature, std::string_view input, const net::RequestHead& head) {
  MOHUR_ASSERT(lies_in(signature.covered, input) && lies_in(signature.label, input) && !signature.signature.empty());
  MOHUR_ASSERT(signature.components.size() <= 32);
  for (const Component& component : signature.components) MOHUR_ASSERT(lies_in(component.identifier, signature.covered));
  const std::string alone = "x=" + std::string{signature.covered};
  const auto again = read_signatures(alone, "x=:AA==:");
  MOHUR_ASSERT(again && again->size() == 1 && again->front().covered == signature.covered);
  std::string base;
  if (!append_signature_base(signature, head, "https", base)) return;
  MOHUR_ASSERT(base.ends_with("\"@signature-params\": " + std::string{signature.covered}));
}

}  // namespace
}  // namespace mohur::signatures

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mohur::signatures;
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  const std::string_view input = take_line(rest), signature = take_line(rest), digest = take_line(rest);
  const auto head = request_to(take_line(rest));
  static_cast<void>(check_content_digest(digest, rest));
  if (const auto read = read_signatures(input, signature))
    for (const MessageSignature& each : *read) check(each, input, head);
  return 0;
}
