#include "codec/notes.hpp"

#include <gtest/gtest.h>

namespace mohur::codec {
namespace {

TEST(Notes, CanonicalTextIsSortedAndReadsBackInThatOrder) {
  const Notes notes{{{"order_no", "A \"1\"\n₹"}, {"channel", ""}}};
  const std::string text = to_canonical(notes);
  EXPECT_EQ(text, R"({"channel":"","order_no":"A \"1\"\n₹"})");
  EXPECT_EQ(notes_from_canonical(text), (Notes{{{"channel", ""}, {"order_no", "A \"1\"\n₹"}}}));
  EXPECT_EQ(to_canonical({}), "{}");
  EXPECT_EQ(notes_from_canonical("{}"), Notes{});
}

TEST(Notes, OnlyTheCanonicalTextIsReadBack) {
  for (const char* text :
       {"", "null", "[]", " {}", "{} ", "{}}", R"({"b":"","a":""})", R"({"a": ""})", R"({"a":1})", R"({"a":null})",
        R"({"a":"\u0062"})", R"({"a b":""})", R"({},"notes":{})", R"({"a":"x"},"z":1)", R"({"a":"1","a":"2"})"})
    EXPECT_EQ(notes_from_canonical(text), std::nullopt) << text;
}

}  // namespace
}  // namespace mohur::codec
