// MB/s of the tokenizer on prose and on the texts that are hard for BPE, at sizes that double. Uses
// the real DeepSeek-V4 tokenizer when ../shared has it, else the small one of the tests.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "text/tokenizer.h"

namespace nibble {
namespace {

std::filesystem::path TokenizerPath() {
  const std::filesystem::path source = NIBBLE_SOURCE_DIR;
  const auto real = source.parent_path() / "shared/data/deepseek_v4_tokenizer/tokenizer.json";
  return std::filesystem::exists(real) ? real : source / "tests/data/text/tokenizer.json";
}

const Tokenizer& TheTokenizer() {
  static const Tokenizer tokenizer = Tokenizer::Load(TokenizerPath()).value();
  return tokenizer;
}

std::string Repeat(std::string_view unit, size_t bytes) {
  std::string text;
  while (text.size() + unit.size() <= bytes) text += unit;
  return text;
}

// Words of the vocabulary with the frequencies of natural text (Zipf), some of them in two pieces.
std::string Prose(size_t bytes) {
  std::vector<std::string_view> words;
  const Tokenizer& tokenizer = TheTokenizer();
  for (TokenId id = 0; id < tokenizer.size() && words.size() < 30000; ++id) {
    const std::string_view word = tokenizer.Bytes(id);
    const bool is_word =
        word.size() > 2 && word[0] == ' ' &&
        std::all_of(word.begin() + 1, word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (is_word) words.push_back(word);
  }
  std::mt19937 random(1);
  std::string text;
  while (text.size() < bytes) {
    const double u = (static_cast<double>(random()) + 1) / 4294967296.0;
    const double rank = std::pow(static_cast<double>(words.size()), u) - 1;
    text += words[static_cast<size_t>(rank)];
    if (random() % 8 == 0) text += words[random() % words.size()].substr(1);
    if (random() % 12 == 0) text += random() % 3 == 0 ? ".\n\n" : ",";
  }
  text.resize(bytes);
  return text;
}

std::string Base64(size_t bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::mt19937 random(2);
  std::string text;
  while (text.size() < bytes) text += kDigits[random() % 64];
  return text;
}

std::string Hangul(size_t bytes) {
  std::mt19937 random(3);
  std::string text;
  while (text.size() + 3 <= bytes) {
    const unsigned long c = 0xAC00 + random() % 11172;
    text += static_cast<char>(0xE0 | c >> 12);
    text += static_cast<char>(0x80 | (c >> 6 & 63));
    text += static_cast<char>(0x80 | (c & 63));
  }
  return text;
}

void Encode(benchmark::State& state, const std::string& text) {
  for (auto _ : state) {
    auto ids = TheTokenizer().EncodePlain(text).value();
    benchmark::DoNotOptimize(ids);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}

void Load(benchmark::State& state) {
  for (auto _ : state) {
    auto tokenizer = Tokenizer::Load(TokenizerPath());
    benchmark::DoNotOptimize(tokenizer);
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(std::filesystem::file_size(TokenizerPath())));
}

void RegisterAll() {
  benchmark::RegisterBenchmark("load", Load)->Unit(benchmark::kMillisecond);
  for (const size_t kib : {64, 128, 256, 512, 1024}) {
    const size_t bytes = kib * 1024;
    const std::pair<const char*, std::string> texts[] = {
        {"prose", Prose(bytes)},
        {"a", Repeat("a", bytes)},
        {"_", Repeat("_", bytes)},
        {"space", Repeat(" ", bytes)},
        {"newline", Repeat("\n", bytes)},
        {"han", Repeat("哈", bytes)},
        {"hangul", Hangul(bytes)},
        {"base64", Base64(bytes)},
        {"digits", Repeat("1234567890", bytes)},
        {"emoji", Repeat("😀", bytes)},
        {"zero-width", Repeat("\u200B", bytes)},
        {"marks", "a" + Repeat("\u0301", bytes - 1)}};
    for (const auto& [name, text] : texts) {
      benchmark::RegisterBenchmark(
          ("encode/" + std::string(name) + "/" + std::to_string(kib) + "KiB").c_str(),
          [text = text](benchmark::State& state) { Encode(state, text); })
          ->Unit(benchmark::kMillisecond);
    }
  }
}

}  // namespace
}  // namespace nibble

int main(int argc, char** argv) {
  nibble::RegisterAll();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
