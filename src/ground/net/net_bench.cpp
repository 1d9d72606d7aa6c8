// A server that answers every request with the same 400 bytes: what the transport alone costs. `bench/run front` measures it.
//
//   net_net_bench <port> [certificate.pem key.pem]      (port 0: any free one; without a certificate: plain HTTP)
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "net/clocks.hpp"
#include "net/reactor.hpp"
#include "net/server.hpp"

namespace {

using namespace mohur;
using namespace mohur::net;

class Constant final : public Handler {
 public:
  void on_request(Request& request, Responder responder) override {
    Response response;
    if (request.method == Method::post && request.body.empty()) response.status = 400;
    response.body.assign(400, 'x');
    responder.send(std::move(response));
  }

  Response on_protocol_error(Outcome outcome, std::string_view detail) override {
    return {.status = row_of(outcome).http_status, .content_type = "text/plain", .body = std::string{detail}, .headers = {}};
  }
};

std::string read_file(const char* path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 4) {
    std::cerr << "usage: net_net_bench <port> [certificate.pem key.pem]\n";
    return 2;
  }
  ServerOptions options;
  options.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  if (argc == 4) {
    auto tls = TlsServer::make({.certificate_pem = read_file(argv[2]), .key_pem = read_file(argv[3])});
    if (!tls) {
      std::cerr << tls.error().detail << '\n';
      return 1;
    }
    options.tls = std::move(*tls);
  }
  SystemClock clock;
  Reactor reactor{clock};
  Constant handler;
  const auto server = HttpServer::listen(reactor, options, handler);
  if (!server) {
    std::cerr << server.error().detail << '\n';
    return 1;
  }
  std::cout << "listening on " << (*server)->port() << std::endl;
  reactor.run();
}
