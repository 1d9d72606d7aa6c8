// What each call costs, in microseconds: `vault_vault_bench`. Uses and removes a folder under the temporary directory.
#include <string>
#include <vector>

#include "base/cost_bench.hpp"
#include "crypto/system_random.hpp"
#include "vault/temp_folder.hpp"
#include "vault/vault.hpp"

using namespace mohur;

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

  measure_cost("seal, 60 bytes, key at hand", {}, [&] { return vault.seal(subject, plain, "••••1234")->box.size(); });
  measure_cost("unseal, 60 bytes, key at hand", {}, [&] { return vault.unseal(sealed)->size(); });
  measure_cost("create_subject", {5, 20'000}, [&](std::size_t i) { return many[i] = vault.create_subject({}), 1; });
  measure_cost("seal, 60 bytes, key to be unwrapped", {5, 20'000},
               [&](std::size_t i) { return vault.seal(many[i], plain, "••••1234")->box.size(); });
  measure_cost("seal_secret, 60 bytes", {}, [&] { return vault.seal_secret("we_1", plain).size(); });
  measure_cost("unseal_secret, 60 bytes", {}, [&] { return vault.unseal_secret("we_1", secret_box)->size(); });
  measure_cost("secret_hash", {}, [&] { return vault.secret_hash("0123456789ABCDEFGHIJKLMNOPQRSTUV").bytes[0]; });
  measure_cost("blind_index", {}, [&] { return vault.blind_index("account", "001234567890").low & 1; });
  measure_cost("flush, 100000 new keys", {1, 1}, [&] { return vault.flush().has_value(); });
  measure_cost("flush, nothing new", {}, [&] { return vault.flush().has_value(); });
  measure_cost("create_subject and flush", {5, 200}, [&] { return vault.create_subject({}), vault.flush().has_value(); });
  opened->reset();
  measure_cost("open, 100000 keys", {5, 1}, [&] { return vault::Vault::open(folder.path(), kek, random).has_value(); });
}
