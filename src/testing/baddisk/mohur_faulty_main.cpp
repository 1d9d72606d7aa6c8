// The server on a bad disk, for the fault harness in tests/faults: `mohur_faulty serve WORD... | power-loss WORD...`.
//
// `serve` is the server as it is, with its settings from the environment; WORDs are those of orders.hpp. `power-loss` takes
// away what the killed server had not made durable, and says how much that was.
#include <unistd.h>
#include <cstdio>
#include <string_view>

#include "app/serve.hpp"
#include "baddisk/disk.hpp"
#include "baddisk/plants.hpp"
#include "baddisk/power_loss.hpp"

namespace {

using namespace mohur;

Result<int> serve(baddisk::Orders orders) {
  MOHUR_TRY_SET(settings, app::load_settings("", environ));
  MOHUR_TRY(baddisk::plant(orders.plant, settings));
  MOHUR_TRY(baddisk::Disk::arm(std::move(orders)));
  return app::serve(settings);
}

void lose_power(const baddisk::Orders& orders) {
  const baddisk::Loss loss = baddisk::lose_power(orders.disk, orders.notes, orders.seed);
  const auto print = [](const char* what, std::uint64_t lost, std::uint64_t waiting) {
    std::printf("%s %llu of %llu\n", what, static_cast<unsigned long long>(lost), static_cast<unsigned long long>(waiting));
  };
  print("sectors", loss.sectors_lost, loss.sectors_waiting);
  print("names", loss.names_lost, loss.names_waiting);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view verb = argc > 1 ? argv[1] : "";
  const std::span words{argv, static_cast<std::size_t>(argc)};
  auto orders = baddisk::parse_orders(words.subspan(std::min<std::size_t>(words.size(), 2)));
  if (orders && verb == "power-loss") return lose_power(*orders), 0;
  const auto served = !orders ? std::unexpected(orders.error()) : serve(*std::move(orders));
  if (served) return *served;
  std::fprintf(stderr, "mohur_faulty: %s\n", served.error().detail.c_str());
  return 2;
}
