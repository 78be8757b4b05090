#include "server/http_head.h"

#include <gtest/gtest.h>

#include "server/http_body.h"

namespace nibble {
namespace {

// The code of the error, or "" for a head that is accepted.
std::string CodeOf(const std::string& raw) {
  ParsedHead head;
  const auto error = ParseHead(raw, {}, &head);
  return error ? error->code : "";
}

std::string Get(const std::string& lines) {
  return "GET / HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n";
}

TEST(HttpHeadTest, ReadsAHead) {
  ParsedHead head;
  ASSERT_FALSE(
      ParseHead("POST /a%20b?q=1 HTTP/1.1\r\nHost: [::1]:8000\r\nContent-LENGTH: 5 \r\n"
                "Connection: Keep-Alive, Close\r\nExpect: 100-Continue\r\nX:\r\n\r\n",
                {}, &head));
  EXPECT_EQ(head.head.method, "POST");
  EXPECT_EQ(head.head.path, "/a b");
  EXPECT_EQ(head.content_length, 5u);
  EXPECT_FALSE(head.keep_alive);
  EXPECT_TRUE(head.expects_continue && head.head.has_body && head.http11 && !head.chunked);
  EXPECT_EQ(*head.head.Header("x"), "");
  EXPECT_EQ(head.head.Header("y"), nullptr);
}

TEST(HttpHeadTest, RefusesWhatTwoReadersCouldReadDifferently) {
  EXPECT_EQ(CodeOf(Get("")), "");
  EXPECT_EQ(CodeOf(Get("X: a\tb\r\n")), "");
  for (const char* line : {"X: a\r\n b\r\n", "X: a\rb\r\n", "X: a\x01\r\n", "X\r\n", " X: a\r\n",
                           "X : a\r\n", ": a\r\n", "X y: a\r\n", "X: \x7f\r\n", "X: a\nY: b\r\n"}) {
    EXPECT_EQ(CodeOf(Get(line)), "bad_header") << line;
  }
  EXPECT_EQ(CodeOf(Get(std::string("X: \0\r\n", 6))), "bad_header");
  for (const char* line :
       {"Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: 1,1\r\n",
        "Content-Length: +1\r\n", "Content-Length: \r\n",
        "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 99999999999999999999\r\n", "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding : chunked\r\n", "Content-Length : 5\r\n"}) {
    EXPECT_EQ(CodeOf(Get(line)), "bad_framing") << line;
  }
  EXPECT_EQ(CodeOf(Get("Transfer-Encoding: Chunked\r\n")), "");
  EXPECT_EQ(CodeOf("GET  / HTTP/1.1\r\nHost: x\r\n\r\n"), "bad_header");
  EXPECT_EQ(CodeOf("GET / HTTP/1.1 \r\nHost: x\r\n\r\n"), "bad_header");
  EXPECT_EQ(CodeOf("G(T / HTTP/1.1\r\nHost: x\r\n\r\n"), "bad_header");
  EXPECT_EQ(CodeOf("GET / HTTP/1.0\r\n\r\n"), "");
  EXPECT_EQ(CodeOf("GET / HTTP/1.1\r\n\r\n"), "bad_host");
  EXPECT_EQ(CodeOf("\r\n\r\n"), "bad_header");
}

TEST(HttpHeadTest, LimitsHold) {
  EXPECT_EQ(CodeOf("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"),
            "uri_too_long");
  EXPECT_EQ(CodeOf(Get("X: " + std::string(9000, 'a') + "\r\n")), "headers_too_large");
  std::string many;
  for (int i = 0; i < 99; ++i) many += "X: a\r\n";
  EXPECT_EQ(CodeOf(Get(many)), "");
  EXPECT_EQ(CodeOf(Get(many + "X: a\r\n")), "headers_too_large");
  many.clear();
  for (int i = 0; i < 5; ++i) many += "X: " + std::string(7000, 'a') + "\r\n";
  EXPECT_EQ(CodeOf(Get(many)), "headers_too_large");
  EXPECT_EQ(CodeOf(Get("Content-Length: 67108864\r\n")), "");
  EXPECT_EQ(CodeOf(Get("Content-Length: 67108865\r\n")), "body_too_large");
}

TEST(HttpHeadTest, APartCanBeToldFromNonsense) {
  const std::string whole = Get("Content-Length: 5\r\n");
  for (size_t n = 1; n < whole.size(); ++n)
    EXPECT_FALSE(CheckPartialHead(whole.substr(0, n), {})) << n;
  EXPECT_EQ(FindHeadEnd(whole), whole.size());
  EXPECT_EQ(FindHeadEnd(whole.substr(0, whole.size() - 1)), 0u);
  EXPECT_TRUE(CheckPartialHead("\x16\x03\x01", {}));
  EXPECT_TRUE(CheckPartialHead("GET / HTTP/1.1\n", {}));
}

TEST(HttpHeadTest, PathsOfTargets) {
  EXPECT_EQ(PathOfTarget("/v1/models?x=%zz"), "/v1/models");
  EXPECT_EQ(PathOfTarget("HTTP://host/a/b?c"), "/a/b");
  EXPECT_EQ(PathOfTarget("http://host"), "/");
  EXPECT_EQ(PathOfTarget("/%e4%bd%a0"), "/你");
  // Unreadable ones stay as they are and match no route.
  for (const char* target : {"/%00", "/%", "/%4", "/%zz", "/%c0%af", "/%0a"})
    EXPECT_EQ(PathOfTarget(target), target);
}

TEST(HttpBodyTest, TheCutsOfABodyDoNotMatter) {
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string wire = "5;a=b\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nT: x\r\n\r\n";
  for (size_t cut = 0; cut <= wire.size(); ++cut) {
    auto reader = HttpBodyReader::Create(head, 100);
    ASSERT_TRUE(reader.ok());
    std::string buffered;
    for (const std::string& part : {wire.substr(0, cut), wire.substr(cut) + "NEXT"}) {
      buffered += part;
      size_t consumed = 0;
      ASSERT_FALSE(reader->Feed(buffered, &consumed));
      buffered.erase(0, consumed);
    }
    EXPECT_TRUE(reader->done());
    EXPECT_EQ(reader->TakeBody(), "hello world");
    EXPECT_EQ(buffered, "NEXT");
  }
  auto reader = HttpBodyReader::Create(head, 8);
  size_t consumed = 0;
  EXPECT_EQ(reader->Feed(wire, &consumed)->status, 413);
}

}  // namespace
}  // namespace nibble
