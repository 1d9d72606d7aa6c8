// What each call costs, in microseconds: `vault_vault_bench`. Uses and removes a folder under the temporary directory.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "crypto/system_random.hpp"
#include "vault/temp_folder.hpp"
#include "vault/vault.hpp"

namespace {

using namespace mohur;

// Keeps the compiler from leaving a call out.
std::size_t sink = 0;

// The best round: what the call costs when nobody else uses the machine.
template <class F>
void measure(const char* name, int rounds, int calls, F&& call) {
  double best_us = 1e9;
  for (int round = 0; round < rounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; ++i) sink += static_cast<std::size_t>(call(static_cast<std::size_t>(i)));
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
    best_us = std::min(best_us, took.count() / calls);
  }
  std::printf("%-40s %9.3f us\n", name, best_us);
}

}  // namespace

int main() {
  const vault::TempFolder folder;
  crypto::SystemRandom random;
  const crypto::Key256 kek = crypto::Key256::from_random(random);
  const std::string plain(60, 'p');
  auto opened = vault::Vault::open(folder.path(), kek, random);
  if (!opened) return 1;
  vault::Vault& vault = **opened;
  const SubjectId subject = vault.create_subject({});
  const Sealed sealed = *vault.seal(subject, plain, "••••1234");
  const std::string secret_box = vault.seal_secret("we_1", plain);
  std::vector<SubjectId> many(20'000);

  measure("seal, 60 bytes, key at hand", 5, 100'000,
          [&](std::size_t) { return vault.seal(subject, plain, "••••1234")->box.size(); });
  measure("unseal, 60 bytes, key at hand", 5, 100'000, [&](std::size_t) { return vault.unseal(sealed)->size(); });
  measure("create_subject", 5, 20'000, [&](std::size_t i) { return many[i] = vault.create_subject({}), 1; });
  measure("seal, 60 bytes, key to be unwrapped", 5, 20'000,
          [&](std::size_t i) { return vault.seal(many[i], plain, "••••1234")->box.size(); });
  measure("seal_secret, 60 bytes", 5, 100'000, [&](std::size_t) { return vault.seal_secret("we_1", plain).size(); });
  measure("unseal_secret, 60 bytes", 5, 100'000, [&](std::size_t) { return vault.unseal_secret("we_1", secret_box)->size(); });
  measure("secret_hash", 5, 100'000, [&](std::size_t) { return vault.secret_hash("0123456789ABCDEFGHIJKLMNOPQRSTUV").bytes[0]; });
  measure("blind_index", 5, 100'000, [&](std::size_t) { return vault.blind_index("account", "001234567890").low & 1; });
  measure("flush, 100000 new keys", 1, 1, [&](std::size_t) { return vault.flush().has_value(); });
  measure("flush, nothing new", 5, 100'000, [&](std::size_t) { return vault.flush().has_value(); });
  measure("create_subject and flush", 5, 200, [&](std::size_t) { return vault.create_subject({}), vault.flush().has_value(); });
  opened->reset();
  measure("open, 100000 keys", 5, 1, [&](std::size_t) { return vault::Vault::open(folder.path(), kek, random).has_value(); });
  return sink == 0 ? 1 : 0;
}
