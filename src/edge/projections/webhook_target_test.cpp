// Where webhooks may be registered to go: what is refused by form, by name, by address and by port.
#include "projections/webhook_target.hpp"

#include <gtest/gtest.h>

namespace mohur::projections {
namespace {

TEST(WebhookTarget, PublicAddressesOverHttpsAreTaken) {
  for (const char* url : {"https://example.com", "https://example.com/", "https://example.com/hooks?x=1#y",
                          "https://Example.COM./a", "https://a.b.c.example.co.in:8443/h", "https://1.1.1.1/",
                          "https://example.com:443/", "https://[2606:4700::1111]/", "https://internal.example.com/"})
    EXPECT_TRUE(check_webhook_target(url, false)) << url;
}

TEST(WebhookTarget, WhatLeadsInsideIsRefusedHoweverItIsWritten) {
  for (const char* url : {"http://example.com/",
                          "https://localhost/",
                          "https://LOCALHOST/",
                          "https://localhost./",
                          "https://a.localhost/",
                          "https://printer.local/",
                          "https://db.internal/",
                          "https://Db.Internal:444/",
                          "https://x.home.arpa/",
                          "https://x.onion/",
                          "https://printer/",
                          "https://127.0.0.1/",
                          "https://127.0.0.1:8443/",
                          "https://127.1/",
                          "https://0x7f.0.0.1/",
                          "https://0x7f000001/",
                          "https://2130706433/",
                          "https://0177.0.0.1/",
                          "https://0/",
                          "https://10.0.0.1/",
                          "https://10.1/",
                          "https://192.168.1.1/",
                          "https://172.16.0.1/",
                          "https://169.254.169.254/",
                          "https://100.64.0.1/",
                          "https://0.0.0.0/",
                          "https://224.0.0.1/",
                          "https://255.255.255.255/",
                          "https://[::1]/",
                          "https://[::]/",
                          "https://[fe80::1]/",
                          "https://[fd00::1]/",
                          "https://[::ffff:10.0.0.1]/",
                          "https://[64:ff9b::a00:1]/",
                          "https://[::ffff:127.0.0.1]:444/",
                          "https://example.com:22/",
                          "https://example.com:25/",
                          "https://1.2.3.4.5/",
                          "https://1.2.3/"}) {
    const auto checked = check_webhook_target(url, false);
    ASSERT_FALSE(checked) << url;
    EXPECT_EQ(checked.error().outcome, Outcome::webhook_target_refused) << url;
    EXPECT_EQ(checked.error().field, "url") << url;
    EXPECT_FALSE(checked.error().detail.empty()) << url;
  }
}

TEST(WebhookTarget, TheFormCountsAlsoWhereEverythingMayBeReached) {
  for (const bool everywhere : {false, true})
    for (const char* url :
         {"https://", "https:///x", "https://:443/", "https://example.com:0/", "https://example.com:65536/",
          "https://example.com:4x/", "https://user@example.com/", "https://user:pass@example.com/", "https://[::1",
          "https://[::1]x/", "https://exa mple.com/", "https://ex%61mple.com/", "https://example.com\\@evil.example/",
          "ftp://example.com/", "example.com", "", "https://\xc3\xa9xample.com/"})
      EXPECT_FALSE(check_webhook_target(url, everywhere)) << url << (everywhere ? " with private targets" : "");
}

TEST(WebhookTarget, ASandboxMayReachInside) {
  for (const char* url :
       {"http://127.0.0.1:9000/hooks", "http://localhost/", "https://10.0.0.1/", "http://[::1]:8080/", "http://printer/"})
    EXPECT_TRUE(check_webhook_target(url, true)) << url;
}

}  // namespace
}  // namespace mohur::projections
