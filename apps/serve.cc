// nibble serve [MODEL]: the OpenAI-style HTTP server.
#include "server/serve.h"

#include <memory>

#include "apps/commands.h"
#include "apps/model_options.h"

namespace nibble {
namespace {

struct Arguments {
  ModelArguments model;
  ServeOptions options;
};

void AddListening(CLI::App* command, ServeOptions* o) {
  command->add_option("--host", o->host, "Address to listen on")->capture_default_str();
  command->add_option("--port", o->port, "Port; 0 takes a free one")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  command->add_option("--served-model-name", o->served_model_names,
                      "Name or names of the model in the API (default: the folder's name)");
  command->add_option("--api-key", o->api_keys, "Key that clients must present; repeatable")
      ->envname("NIBBLE_API_KEY")
      ->check([](const std::string& key) {
        return std::string(key.empty() ? "a key that is empty lets nobody in" : "");
      });
  command->add_option("--max-connections", o->max_connections, "Connections at once")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--max-body-bytes", o->max_body_bytes, "Largest request body")
      ->capture_default_str();
  command
      ->add_option("--sse-keepalive", o->sse_keepalive_s,
                   "Seconds of silence after which a stream gets a comment")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  command
      ->add_option("--shutdown-timeout", o->shutdown_timeout_s,
                   "Seconds that running requests get to finish after SIGTERM")
      ->check(CLI::Range(0.0, 86400.0))
      ->capture_default_str();
}

void AddText(CLI::App* command, ServeOptions* o) {
  command
      ->add_option("--tokenizer", o->tokenizer,
                   "Folder or tokenizer.json (default: the model folder)")
      ->type_name("PATH");
  command->add_flag("--skip-tokenizer-init", o->skip_tokenizer_init,
                    "Token ids in, token ids out; no tokenizer is read");
  command
      ->add_option("--encoding-profile", o->encoding_profile,
                   "Reasoning effort prefixes: auto, preview or refresh")
      ->check(CLI::IsMember({"auto", "preview", "refresh"}))
      ->capture_default_str();
  command
      ->add_option("--default-reasoning-effort", o->default_reasoning_effort,
                   "For requests that give none")
      ->check(CLI::IsMember({"minimal", "low", "medium", "high", "xhigh", "max"}))
      ->capture_default_str();
}

void AddLimits(CLI::App* command, ServeOptions* o) {
  const auto positive = CLI::Range(int64_t{1}, int64_t{1} << 40);
  command
      ->add_option("--max-model-len", o->max_model_len, "Context in tokens (default: the config's)")
      ->check(positive);
  command
      ->add_option("--max-num-seqs", o->max_num_seqs,
                   "Sequences that run at once (default: 16, with the stub 4096)")
      ->check(positive);
  command
      ->add_option("--max-num-batched-tokens", o->max_num_batched_tokens,
                   "Tokens per step, prompt chunks included")
      ->check(positive)
      ->capture_default_str();
  command
      ->add_option("--max-num-queued-reqs", o->max_num_queued_reqs,
                   "Requests that may wait (default: 256, with the stub 65536)")
      ->check(CLI::Range(int64_t{0}, int64_t{1} << 40));
  command->add_option("--max-n", o->max_n, "Largest n of a request")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_flag("--allow-unknown-fields", o->allow_unknown_fields,
                    "Ignore unknown fields of requests instead of refusing them");
}

void AddStub(CLI::App* command, StubServeOptions* stub) {
  command->add_flag("--stub-engine", stub->on, "Serve a deterministic text without weights");
  command
      ->add_option("--stub-delay-ms", stub->delay_ms, "Milliseconds between two tokens of the stub")
      ->check(CLI::Range(0.0, 1e6));
  command
      ->add_option("--stub-prefill-ms-per-1k", stub->prefill_ms_per_1k,
                   "Milliseconds of the stub's first token per 1,000 prompt tokens")
      ->check(CLI::Range(0.0, 1e6));
  command->add_option("--stub-text-file", stub->text_file, "The stub plays the text of this file")
      ->type_name("FILE");
  command
      ->add_option("--stub-ids-file", stub->ids_file,
                   "The stub plays the JSON array of token ids in this file")
      ->type_name("FILE");
}

void CheckUsage(const Arguments& a) {
  CheckUsage(a.model);
  const ServeOptions& o = a.options;
  const StubServeOptions& stub = o.stub;
  const bool plays = !stub.text_file.empty() || !stub.ids_file.empty();
  if (!stub.on && (plays || stub.delay_ms > 0 || stub.prefill_ms_per_1k > 0))
    throw CLI::ValidationError("the --stub-* flags need --stub-engine");
  if (!stub.text_file.empty() && !stub.ids_file.empty())
    throw CLI::ValidationError("--stub-text-file and --stub-ids-file exclude each other");
  if (o.skip_tokenizer_init && (!o.tokenizer.empty() || !stub.text_file.empty()))
    throw CLI::ValidationError("--skip-tokenizer-init excludes --tokenizer and --stub-text-file");
}

Status RunServe(Arguments& a) {
  NIBBLE_TRY(UseBundledModelByDefault(&a.model.model));
  const ModelOptions model = a.model.Options();
  ServeOptions options = a.options;
  options.model = a.model.model;
  options.numerics = model.numerics;
  options.activations = model.activations;
  options.threads = model.threads;
  options.follow_symlinks = a.model.follow_symlinks;
  return Serve(options);
}

}  // namespace

void AddServeCommand(CLI::App& app, int* exit_code) {
  CLI::App* command =
      app.add_subcommand("serve", "Serve a checkpoint over HTTP (OpenAI-style API)");
  const auto a = std::make_shared<Arguments>();
  AddModelArguments(command, &a->model, "serving");
  AddListening(command, &a->options);
  AddText(command, &a->options);
  AddLimits(command, &a->options);
  AddStub(command, &a->options.stub);
  command->callback([a, exit_code] {
    CheckUsage(*a);
    *exit_code = ExitCodeOf(RunServe(*a));
  });
}

}  // namespace nibble
