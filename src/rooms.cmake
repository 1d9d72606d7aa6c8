# The table of arrows: bottom to top. A room sees itself and the rooms it names, which stand above its line.

# ground: knows nothing of payments
room(ground/base      PURE)
room(ground/money     PURE USES base)
room(ground/crypto    USES base                        LIBS OpenSSL::Crypto PkgConfig::argon2)
room(ground/observe   USES base)
room(ground/net       USES base observe
                      LIBS OpenSSL::SSL OpenSSL::Crypto Boost::headers PkgConfig::curl Threads::Threads)
room(ground/signatures USES base crypto net)
room(ground/journal   USES base crypto                 LIBS PkgConfig::isal Threads::Threads TEST_USES faults)
room(testing/faults   USES base journal)
room(testing/load     USES base                        LIBS OpenSSL::SSL OpenSSL::Crypto)

# core: pure
room(core/ledger      PURE USES base money)
room(core/registry    PURE USES base money)
room(core/policy      PURE USES base money registry)
room(core/payments    PURE USES base money ledger registry)
room(core/kernel      PURE USES base money ledger registry policy payments
                      PARSED kernel/decision.hpp TEST_PARSED kernel/rig_test.hpp)

# machine: makes the core durable and fast
room(machine/codec    USES base money                  LIBS PkgConfig::simdjson)
room(machine/sheets   USES base codec                  LIBS PkgConfig::zip PkgConfig::expat)
room(machine/store    USES base                        LIBS RocksDB::rocksdb-shared Threads::Threads)
room(machine/vault    USES base crypto)
room(machine/tokens   USES base money crypto registry codec)
room(machine/engine   USES base money crypto journal ledger registry policy payments kernel codec store vault)

# edge: where the world touches us
room(edge/rails       USES base money crypto journal ledger registry policy payments kernel codec store vault engine
                      TEST_USES faults)
room(edge/projections USES base money crypto net journal ledger registry policy payments kernel codec sheets store vault engine
                      TEST_USES observe)
room(edge/watch       USES base money crypto journal ledger registry policy payments kernel codec store vault engine)
room(edge/openid      USES base crypto net             LIBS PkgConfig::cjose PkgConfig::jansson)
room(edge/gateway     USES base money crypto observe net signatures openid watch journal ledger registry policy payments kernel
                      codec sheets store vault tokens engine
                      LIBS PkgConfig::qrencode PkgConfig::png ZLIB::ZLIB PkgConfig::cmark TEST_USES faults
                      PARSED gateway/route.hpp TEST_PARSED gateway/rig_test.hpp)

# app: main, settings, wiring, sub-commands
room(app              USES base money crypto observe net journal ledger registry policy payments kernel codec sheets store
                      vault tokens engine rails projections watch openid gateway
                      LIBS CLI11::CLI11 tomlplusplus::tomlplusplus)

# testing: the server on a bad disk, for tests/faults
room(testing/baddisk  USES base money crypto observe journal ledger registry policy payments kernel codec store engine app
                      TEST_USES vault)
