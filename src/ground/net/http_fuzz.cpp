// Shows arbitrary bytes in arbitrary slices to the parser of a connection.
//
// The first byte chooses the sizes of the slices. Whatever the slices, the same requests and the same refusal must come out;
// bodies are padded, and views lie where they can be read.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "net/request_parser.hpp"

namespace {

using namespace mohur;
using namespace mohur::net;

// Everything that was read, as one text.
std::string read(std::string_view bytes, std::size_t slice, std::uint32_t vary) {
  RequestParser parser{SyntaxLimits{}};
  std::string seen;
  while (!bytes.empty()) {
    const auto room = parser.room();
    vary = vary * 1'664'525 + 1'013'904'223;
    const std::size_t n = std::min({1 + (vary >> 16) % slice, bytes.size(), room.size()});
    std::copy_n(bytes.begin(), n, room.begin());
    parser.commit(n);
    bytes.remove_prefix(n);
    for (auto step = parser.advance(); step != RequestParser::Step::need_more; step = parser.advance()) {
      if (step == RequestParser::Step::failed) return seen + "refused";
      if (step == RequestParser::Step::head) {
        parser.limit_body(64 * 1024);
        continue;
      }
      const Request& request = parser.request();
      for (std::size_t i = 0; i < Request::body_padding; ++i) MOHUR_ASSERT(request.body.data()[request.body.size() + i] == 0);
      seen.append(request.method_text).append(" ").append(request.path).append("?").append(request.query).append(request.host);
      for (const Header& header : request.headers) seen.append(header.name).append("=").append(header.value).append(";");
      seen.append(request.body).append(parser.keep_alive() ? "+" : "-");
      parser.next();
    }
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  MOHUR_ASSERT(read(bytes, 1 << 20, 0) == read(bytes, 1 + data[0] % 64, data[0]));
  return 0;
}
