#include "apps/generation_options.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "base/text.h"

namespace nibble {

GenerateOptions GenerationArguments::Options(const ModelConfig& config) const {
  GenerateOptions options{.max_tokens = max_tokens, .prefill_chunk = prefill_chunk};
  options.sampling.temperature = temperature;
  options.sampling.top_p = top_p;
  options.sampling.seed = seed;
  if (ignore_eos) return options;
  for (const int64_t id : config.eos_token_ids) {
    options.eos_ids.push_back(static_cast<TokenId>(id));
  }
  return options;
}

void AddGenerationArguments(CLI::App* command, GenerationArguments* a) {
  AddModelArguments(command, &a->model, "serving");
  command->add_option("--max-tokens", a->max_tokens, "Tokens to generate; 0: prefill only")
      ->check(CLI::Range(int64_t{0}, int64_t{1} << 30))
      ->capture_default_str();
  command->add_option("--temperature", a->temperature, "0: always the likeliest token")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  command->add_option("--top-p", a->top_p, "Sample from the likeliest tokens of this joint share")
      ->check(CLI::Range(1e-6, 1.0))
      ->capture_default_str();
  command->add_option("--seed", a->seed, "Seed of the sampling")->capture_default_str();
  command->add_flag("--ignore-eos", a->ignore_eos, "Go on behind an end token");
  command->add_option("--prefill-chunk", a->prefill_chunk, "Prompt tokens per step")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
}

Result<LoadedModel> LoadModel(const Checkpoint& checkpoint, const ModelArguments& arguments,
                              bool mtp) {
  const auto start = std::chrono::steady_clock::now();
  LoadedModel out;
  ModelOptions options = arguments.Options();
  options.load_mtp = mtp;
  NIBBLE_ASSIGN(out.model, Model::Load(checkpoint, options));
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  out.load_s = elapsed.count();
  std::fprintf(stderr, "%s of weights in %s; %s numerics, %s activations; %s\n",
               HumanBytes(static_cast<double>(out.model->weight_bytes())).c_str(),
               HumanSeconds(out.load_s).c_str(),
               std::string(NameOf(out.model->options().numerics)).c_str(),
               std::string(NameOf(*out.model->options().activations)).c_str(),
               out.model->KernelsText().c_str());
  return out;
}

Result<ChatText> ChatText::Load(const std::string& folder) {
  ChatText out;
  NIBBLE_ASSIGN(Tokenizer tokenizer, Tokenizer::Load(folder));
  out.tokenizer_ = std::make_unique<Tokenizer>(std::move(tokenizer));
  NIBBLE_ASSIGN(out.profile_, DetectEncodingProfile(folder));
  return out;
}

Result<std::vector<TokenId>> ChatText::Encode(std::span<const Message> messages,
                                              bool thinking) const {
  NIBBLE_ASSIGN(const ChatEncoder encoder, ChatEncoder::Create(tokenizer_.get(), profile_));
  ChatOptions options;
  options.thinking_mode = thinking ? ThinkingMode::kThinking : ThinkingMode::kChat;
  return encoder.Encode(messages, options);
}

void PrintGenerated(std::string_view text) {
  std::string shown;
  if (isatty(STDOUT_FILENO) != 0) {
    while (!text.empty()) {
      const size_t plain = std::min(text.find_first_of("\n\t\"\\"), text.size());
      shown += Escape(text.substr(0, plain), text.size());
      shown += text.substr(plain, 1);
      text.remove_prefix(std::min(plain + 1, text.size()));
    }
    text = shown;
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void PrintTimings(const GenerateResult& result) {
  const auto print = [](const char* phase, const PhaseTiming& t) {
    std::fprintf(stderr, "%s: %lld tokens in %.3g s, %.4g tokens/s, %s/s of weights\n", phase,
                 static_cast<long long>(t.tokens), t.seconds, t.tokens_per_s(),
                 HumanBytes(t.bytes_per_s()).c_str());
  };
  print("prefill", result.prefill);
  print("decode", result.decode);
}

}  // namespace nibble
