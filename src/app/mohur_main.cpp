// The program: `mohur serve | verify | replay | inspect | operator-keys | ca | demo | settings | sample-policy | schema`.
#include <CLI/CLI.hpp>

#include <cstdio>
#include <limits>

#include "app/authority.hpp"
#include "app/commands.hpp"
#include "app/demo.hpp"
#include "app/operator_keys.hpp"
#include "app/sample_policy.hpp"
#include "app/serve.hpp"
#include "gateway/gate.hpp"

int main(int argc, char** argv) {
  using namespace mohur;
  CLI::App cli{"Mohur: a payments API platform in which every rupee is provable."};
  cli.require_subcommand(1);
  cli.fallthrough();
  cli.set_version_flag("--version", "mohur " MOHUR_VERSION ", API " + std::string{gateway::kApiVersion});
  cli.footer("Settings may come from the environment too: `mohur settings` names them all.");
  std::string file;
  cli.add_option("--settings", file, "TOML file with settings; the environment overrides it");

  auto* serve = cli.add_subcommand("serve", "Serve until SIGTERM");
  auto* verify = cli.add_subcommand("verify", "Walk the journal's chain, check the laws, compare the state");
  std::optional<std::uint64_t> until;
  auto* replay = cli.add_subcommand("replay", "Rebuild the state from the journal and print its hash");
  replay->add_option("--until", until, "The last position to apply");
  std::uint64_t from = 1;
  std::uint64_t to = std::numeric_limits<std::uint64_t>::max();
  auto* inspect = cli.add_subcommand("inspect", "Print events as JSON lines");
  inspect->add_option("--from", from, "The first position");
  inspect->add_option("--to", to, "The last position");
  auto* operator_keys = cli.add_subcommand(
      "operator-keys", "Give each of the operator's people a new key and end all their old ones; the server must be stopped");
  bool once = false;
  auto* demo = cli.add_subcommand("demo", "Play the main job over real HTTPS, then stay up");
  demo->add_flag("--once", once, "End after the transcript");
  auto* settings_command = cli.add_subcommand("settings", "Print all settings");
  auto* ca = cli.add_subcommand("ca", "The server's own authority for certificates of clients");
  ca->require_subcommand(1);
  auto* ca_init = ca->add_subcommand("init", "Make it; the server vouches by it from its next start on");
  auto* ca_issue = ca->add_subcommand("issue", "Sign a client's certificate request");
  std::string request, out_file;
  int days = 365;
  ca_issue->add_option("request", request, "The request in PEM, as `openssl req -new` writes it")->required();
  ca_issue->add_option("--days", days, "How long the certificate is good: 1 to 825 days");
  ca_issue->add_option("--out", out_file, "The file of the certificate; standard output when absent");
  auto* sample_policy = cli.add_subcommand("sample-policy", "Print a usage policy to begin with, as Markdown");
  std::string folder = ".";
  bool check = false;
  auto* schema = cli.add_subcommand("schema", "Write the API's description and the journal's .proto");
  schema->add_option("folder", folder, "The root of the repository");
  schema->add_flag("--check", check, "Only say whether they are fresh");
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& refused) {
    return cli.exit(refused) == 0 ? 0 : 2;
  }

  if (*settings_command) return std::printf("%s", app::settings_page().c_str()) < 0;
  if (*sample_policy) return std::fwrite(app::sample_policy().data(), 1, app::sample_policy().size(), stdout) == 0;
  if (*schema) return app::write_schemas(folder, check);
  const auto settings = app::load_settings(file, environ);
  if (!settings) {
    std::fprintf(stderr, "mohur: %s\n", settings.error().detail.c_str());
    return 2;
  }
  if (*serve) return app::serve(*settings);
  if (*verify) return app::verify(*settings);
  if (*replay) return app::replay_until(*settings, until);
  if (*inspect) return app::inspect(*settings, from, to);
  if (*ca_init) return app::make_authority(*settings);
  if (*ca_issue) return app::issue_certificate(*settings, request, days, out_file);
  if (*operator_keys) return app::print_new_operator_keys(*settings);
  if (*demo) return app::demo(*settings, argv[0], once);
  return 2;
}
