// nibble serve: the OpenAI-style HTTP server.
#include "server/serve.h"

#include <memory>

#include "apps/commands.h"

namespace nibble {
namespace {

struct Flags {
  ServeOptions options;
  std::string numerics = "serving";
  std::string activations;
};

void AddListening(CLI::App* command, ServeOptions* o) {
  command->add_option("--host", o->host, "address to listen on")->capture_default_str();
  command->add_option("--port", o->port, "port; 0 takes a free one")->capture_default_str();
  command->add_option("--served-model-name", o->served_model_names,
                      "name or names of the model in the API (default: the folder's name)");
  command->add_option("--api-key", o->api_keys, "key that clients must present; repeatable")
      ->envname("NIBBLE_API_KEY");
  command->add_option("--max-connections", o->max_connections, "connections at once")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--max-body-bytes", o->max_body_bytes, "largest request body")
      ->capture_default_str();
  command
      ->add_option("--sse-keepalive", o->sse_keepalive_s,
                   "seconds of silence after which a stream gets a comment")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  command
      ->add_option("--shutdown-timeout", o->shutdown_timeout_s,
                   "seconds that running requests get to finish after SIGTERM")
      ->check(CLI::Range(0.0, 86400.0))
      ->capture_default_str();
}

void AddModel(CLI::App* command, Flags* flags) {
  ServeOptions* o = &flags->options;
  command->add_option("--tokenizer", o->tokenizer,
                      "folder or tokenizer.json (default: the model folder)");
  command->add_flag("--skip-tokenizer-init", o->skip_tokenizer_init,
                    "token ids in, token ids out; no tokenizer is read");
  command->add_option("--numerics", flags->numerics, "serving, ideal or official")
      ->check(CLI::IsMember({"serving", "ideal", "official"}))
      ->capture_default_str();
  command
      ->add_option("--activations", flags->activations,
                   "what enters the experts: none, fp8 or nvfp4 (default: fp8 in official, "
                   "none otherwise)")
      ->check(CLI::IsMember({"none", "fp8", "nvfp4"}));
  command->add_option("--threads", o->threads, "threads of the model (default: all cores)");
  command
      ->add_option("--encoding-profile", o->encoding_profile,
                   "reasoning effort prefixes: auto, preview or refresh")
      ->check(CLI::IsMember({"auto", "preview", "refresh"}))
      ->capture_default_str();
  command
      ->add_option("--default-reasoning-effort", o->default_reasoning_effort,
                   "for requests that give none")
      ->check(CLI::IsMember({"minimal", "low", "medium", "high", "xhigh", "max"}))
      ->capture_default_str();
}

void AddLimits(CLI::App* command, ServeOptions* o) {
  const auto positive = CLI::Range(int64_t{1}, int64_t{1} << 40);
  command
      ->add_option("--max-model-len", o->max_model_len, "context in tokens (default: the config's)")
      ->check(positive);
  command
      ->add_option("--max-num-seqs", o->max_num_seqs,
                   "sequences that run at once (default: 16, with the stub 4096)")
      ->check(positive);
  command
      ->add_option("--max-num-batched-tokens", o->max_num_batched_tokens,
                   "tokens per step, prompt chunks included")
      ->check(positive)
      ->capture_default_str();
  command
      ->add_option("--max-num-queued-reqs", o->max_num_queued_reqs,
                   "requests that may wait (default: 256, with the stub 65536)")
      ->check(CLI::Range(int64_t{0}, int64_t{1} << 40));
  command->add_option("--max-n", o->max_n, "largest n of a request")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_flag("--allow-unknown-fields", o->allow_unknown_fields,
                    "ignore unknown fields of requests instead of refusing them");
}

void AddStub(CLI::App* command, StubServeOptions* stub) {
  command->add_flag("--stub-engine", stub->on, "serve a deterministic text without weights");
  command->add_option("--stub-delay-ms", stub->delay_ms, "between two tokens of the stub")
      ->check(CLI::Range(0.0, 1e6));
  command
      ->add_option("--stub-prefill-ms-per-1k", stub->prefill_ms_per_1k,
                   "delay of the stub's first token per 1,000 prompt tokens")
      ->check(CLI::Range(0.0, 1e6));
  command->add_option("--stub-text-file", stub->text_file, "the stub plays this text");
  command->add_option("--stub-ids-file", stub->ids_file,
                      "the stub plays this JSON array of token ids");
}

// Combinations that mean nothing.
std::string UsageError(const Flags& flags) {
  const ServeOptions& o = flags.options;
  const StubServeOptions& stub = o.stub;
  const bool plays = !stub.text_file.empty() || !stub.ids_file.empty();
  if (!stub.on && (plays || stub.delay_ms > 0 || stub.prefill_ms_per_1k > 0))
    return "the --stub-* flags need --stub-engine";
  if (!stub.text_file.empty() && !stub.ids_file.empty())
    return "--stub-text-file and --stub-ids-file exclude each other";
  if (o.skip_tokenizer_init && (!o.tokenizer.empty() || !stub.text_file.empty()))
    return "--skip-tokenizer-init excludes --tokenizer and --stub-text-file";
  if (flags.numerics == "ideal" && !flags.activations.empty() && flags.activations != "none")
    return "--numerics ideal allows only --activations none";
  return "";
}

}  // namespace

void AddServeCommand(CLI::App& app, int* exit_code) {
  CLI::App* command =
      app.add_subcommand("serve", "serve a checkpoint over HTTP (OpenAI-style API)");
  const auto flags = std::make_shared<Flags>();
  command->add_option("model", flags->options.model, "checkpoint folder")->required();
  AddListening(command, &flags->options);
  AddModel(command, flags.get());
  AddLimits(command, &flags->options);
  AddStub(command, &flags->options.stub);
  command->callback([flags, exit_code] {
    if (const std::string problem = UsageError(*flags); !problem.empty()) {
      std::fprintf(stderr, "nibble: %s\n", problem.c_str());
      *exit_code = 2;
      return;
    }
    flags->options.numerics = *NumericsFromName(flags->numerics);
    if (!flags->activations.empty())
      flags->options.activations = *ActivationsFromName(flags->activations);
    const Status status = Serve(flags->options);
    *exit_code = status.ok() ? 0 : Fail(status.error());
  });
}

}  // namespace nibble
