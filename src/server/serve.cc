#include "server/serve.h"

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <limits>
#include <mutex>

#include "base/file.h"
#include "base/text.h"
#include "base/version.h"
#include "checkpoint/census.h"
#include "checkpoint/checkpoint.h"
#include "engine/model_adapter.h"
#include "engine/stub_runner.h"
#include "server/http_server.h"
#include "server/identifiers.h"
#include "server/service.h"
#include "text/control_strings.h"

namespace nibble {
namespace {

constexpr uint64_t kMaxPlayBytes = 64 << 20;
constexpr uint64_t kMaxConfigBytes = 1 << 20;
constexpr int64_t kStubContext = 1'048'576;  // when the stub has no config
constexpr int64_t kSeqsOnCpu = 16;
constexpr int64_t kQueueOnCpu = 256;
constexpr int64_t kStubSeqs = 4096;
constexpr int64_t kStubQueue = 65536;

void Log(const std::string& line) {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
  std::fprintf(stderr, "%s %s\n", stamp, line.c_str());
}

// SIGINT and SIGTERM: the first one drains, a second one ends at once; before the model is loaded
// there is nothing to drain.
class Signals {
 public:
  void On(int signal) {
    if (signal == SIGHUP) return;
    const std::scoped_lock lock(mutex_);
    if (stopping_) _exit(128 + signal);
    if (loading_) {
      Log("stopped while loading");
      _exit(0);
    }
    stopping_ = true;
    changed_.notify_all();
  }
  void Loaded() {
    const std::scoped_lock lock(mutex_);
    loading_ = false;
  }
  void Wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopping_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool loading_ = true;
  bool stopping_ = false;
};

// What the model folder and the flags say, before weights are loaded.
struct Setup {
  std::unique_ptr<Checkpoint> checkpoint;  // null for the stub
  std::unique_ptr<Model> model;
  std::optional<Tokenizer> tokenizer;
  int64_t vocab_size = 0;
  int64_t max_model_len = 0;
  TokenId bos_id = 0;
  std::vector<TokenId> eos_ids;
};

Status LoadTokenizer(const ServeOptions& options, Setup* setup) {
  if (options.skip_tokenizer_init) return {};
  const std::filesystem::path path =
      options.tokenizer.empty() ? options.model : std::filesystem::path(options.tokenizer);
  auto tokenizer = Tokenizer::Load(path);
  if (!tokenizer.ok()) {
    if (!options.tokenizer.empty()) return tokenizer.error();
    return Error(tokenizer.error().code(),
                 tokenizer.error().message() +
                     "; --tokenizer names another one, --skip-tokenizer-init serves ids only");
  }
  setup->tokenizer.emplace(std::move(*tokenizer));
  return {};
}

void UseConfig(const ModelConfig& config, Setup* setup) {
  setup->vocab_size = config.vocab_size;
  setup->max_model_len = config.max_position_embeddings;
  setup->bos_id = static_cast<TokenId>(config.bos_token_id);
  setup->eos_ids.assign(config.eos_token_ids.begin(), config.eos_token_ids.end());
}

// The stub takes a config if there is one; a tokenizer's vocabulary and ids go before it.
Status ReadStubConfig(const ServeOptions& options, Setup* setup) {
  setup->max_model_len = kStubContext;
  if (PathExists(options.model / "config.json")) {
    NIBBLE_ASSIGN(const ModelConfig config, LoadModelConfig(options.model));
    UseConfig(config, setup);
  }
  if (!setup->tokenizer) {
    if (setup->vocab_size > 0) return {};
    return NotFound("{}: --stub-engine needs a config.json or a tokenizer",
                    Escape(options.model.string()));
  }
  const Tokenizer& tokenizer = *setup->tokenizer;
  setup->vocab_size = tokenizer.size();
  setup->bos_id = tokenizer.FindAdded(control::kBegin).value_or(0);
  setup->eos_ids = {tokenizer.FindAdded(control::kEnd).value_or(1)};
  return {};
}

Status CheckVocabulary(const Setup& setup) {
  if (setup.tokenizer && setup.tokenizer->size() > setup.vocab_size) {
    return InvalidInput(
        "the tokenizer has {} ids, the model only {}; give the model's own --tokenizer",
        setup.tokenizer->size(), setup.vocab_size);
  }
  return {};
}

Result<Setup> Prepare(const ServeOptions& options) {
  Setup setup;
  if (!PathExists(options.model))
    return NotFound("{}: no such folder", Escape(options.model.string()));
  NIBBLE_TRY(LoadTokenizer(options, &setup));
  if (options.stub.on) {
    NIBBLE_TRY(ReadStubConfig(options, &setup));
  } else {
    NIBBLE_ASSIGN(setup.checkpoint,
                  Checkpoint::Open(options.model, {.follow_symlinks = options.follow_symlinks}));
    UseConfig(setup.checkpoint->config(), &setup);
    NIBBLE_TRY(CheckVocabulary(setup));
  }
  if (options.max_model_len > setup.max_model_len) {
    return InvalidInput("--max-model-len {} is more than the model's {}", options.max_model_len,
                        setup.max_model_len);
  }
  if (options.max_model_len > 0) setup.max_model_len = options.max_model_len;
  return setup;
}

Result<std::vector<TokenId>> IdsOfFile(const std::string& path, int64_t vocab_size) {
  NIBBLE_ASSIGN(const json::Value value, json::ParseFile(path, kMaxPlayBytes));
  std::optional<ApiError> error;
  std::vector<TokenId> ids = ReadTokenIds(value, Escape(path), vocab_size, &error);
  if (error) return InvalidInput("{}", error->message);
  return ids;
}

Result<std::unique_ptr<ModelRunner>> MakeStub(const ServeOptions& options, const Setup& setup) {
  StubOptions stub;
  stub.vocab_size = setup.vocab_size;
  stub.max_model_len = setup.max_model_len;
  stub.delay_ms = options.stub.delay_ms;
  stub.prefill_ms_per_1k = options.stub.prefill_ms_per_1k;
  if (!setup.eos_ids.empty()) stub.eos = setup.eos_ids.front();
  const Tokenizer* tokenizer = setup.tokenizer ? &*setup.tokenizer : nullptr;
  if (!options.stub.ids_file.empty()) {
    NIBBLE_ASSIGN(stub.play, IdsOfFile(options.stub.ids_file, setup.vocab_size));
  } else if (!options.stub.text_file.empty()) {
    if (tokenizer == nullptr) return InvalidInput("--stub-text-file needs a tokenizer");
    NIBBLE_ASSIGN(const std::string text, ReadSmallFile(options.stub.text_file, kMaxPlayBytes));
    NIBBLE_ASSIGN(stub.play, tokenizer->EncodeSpecial(text));
  }
  return std::unique_ptr<ModelRunner>(std::make_unique<StubRunner>(tokenizer, stub));
}

Result<std::unique_ptr<ModelRunner>> MakeRunner(const ServeOptions& options, Setup* setup) {
  if (options.stub.on) return MakeStub(options, *setup);
  ModelOptions model;
  model.numerics = options.numerics;
  model.activations = options.activations;
  model.threads = options.threads;
  NIBBLE_ASSIGN(setup->model, Model::Load(*setup->checkpoint, model));
  return std::unique_ptr<ModelRunner>(
      std::make_unique<ModelAdapter>(setup->model.get(), setup->max_model_len));
}

Result<EncodingProfile> ProfileOf(const ServeOptions& options) {
  if (options.encoding_profile == "preview") return EncodingProfile::kPreview;
  if (options.encoding_profile == "refresh") return EncodingProfile::kRefresh;
  return DetectEncodingProfile(options.model);
}

// The sampling that the checkpoint's author suggests; requests override it.
Result<SamplingParams> SamplingDefaults(const std::filesystem::path& model) {
  SamplingParams defaults;
  const std::filesystem::path path = model / "generation_config.json";
  if (!PathExists(path)) return defaults;
  NIBBLE_ASSIGN(const json::Value config, json::ParseFile(path.string(), kMaxConfigBytes));
  if (!config.is_object())
    return InvalidInput("{}: must be an object, is {}", Escape(path.string()), config.kind());
  std::optional<ApiError> error;
  FieldReader reader(config, "", &error);
  reader.Number("temperature", {0, 2}, &defaults.temperature);
  reader.Number("top_p", {0, 1, true}, &defaults.top_p);
  reader.Integer("top_k", {0, std::numeric_limits<int64_t>::max()}, &defaults.top_k);
  bool do_sample = true;
  reader.Bool("do_sample", &do_sample);
  if (error) return InvalidInput("{}: {}", Escape(path.string()), error->message);
  if (!do_sample) defaults.temperature = 0;
  return defaults;
}

std::string NameOfFolder(const std::filesystem::path& path) {
  std::error_code ignored;
  const std::filesystem::path whole = std::filesystem::weakly_canonical(path, ignored);
  return whole.filename().empty() ? "model" : whole.filename().string();
}

json::Value VersionJson(const ServeOptions& options) {
  json::Value version;
  version.Set("version", VersionText());
  version.Set("git", GitCommit());
  version.Set("compiler", CompilerText());
  version.Set("cpu", CpuFeaturesText());
  version.Set("numerics", options.stub.on ? "stub" : NameOf(options.numerics));
  return version;
}

Result<ServiceOptions> MakeServiceOptions(const ServeOptions& options, const Setup& setup) {
  ServiceOptions service;
  service.models = options.served_model_names;
  const std::string folder = NameOfFolder(options.model);
  if (service.models.empty()) service.models = {folder};
  service.model_root = folder;
  service.max_n = options.max_n;
  service.allow_unknown_fields = options.allow_unknown_fields;
  NIBBLE_ASSIGN(service.chat.profile, ProfileOf(options));
  service.chat.reasoning_effort = options.default_reasoning_effort;
  NIBBLE_ASSIGN(service.sampling_defaults, SamplingDefaults(options.model));
  service.bos_id = setup.bos_id;
  service.eos_ids = setup.eos_ids;
  for (const std::string& key : options.api_keys) service.keys.Add(key);
  service.version = VersionJson(options);
  service.system_fingerprint = fmt::format("nibble-{}-{}", VersionText(),
                                           options.stub.on ? "stub" : NameOf(options.numerics));
  service.log = Log;
  return service;
}

EngineOptions MakeEngineOptions(const ServeOptions& options) {
  const auto given_or = [](int64_t given, int64_t unset, int64_t fallback) {
    return given == unset ? fallback : given;
  };
  EngineOptions engine;
  engine.scheduler.max_num_seqs =
      given_or(options.max_num_seqs, 0, options.stub.on ? kStubSeqs : kSeqsOnCpu);
  engine.scheduler.max_num_batched_tokens = options.max_num_batched_tokens;
  engine.max_num_queued_reqs =
      given_or(options.max_num_queued_reqs, -1, options.stub.on ? kStubQueue : kQueueOnCpu);
  return engine;
}

void PrintBanner(const ServeOptions& options, const Setup& setup) {
  Log(fmt::format("nibble {} ({}), {}, cpu: {}", VersionText(), GitCommit(), CompilerText(),
                  CpuFeaturesText()));
  if (options.stub.on) {
    Log("engine: stub (no weights)");
  } else {
    const Checkpoint& checkpoint = *setup.checkpoint;
    Log(fmt::format(
        "checkpoint: {}, form {}, {} names, {} tensors, {}", Escape(options.model.string()),
        TakeCensus(checkpoint).form, checkpoint.names() == Names::kOfficial ? "official" : "HF",
        checkpoint.tensor_count(), HumanBytes(static_cast<double>(checkpoint.tensor_bytes()))));
    Log(fmt::format("numerics: {}", NameOf(options.numerics)));
    for (const std::string& warning : setup.checkpoint->warnings()) Log("warning: " + warning);
  }
}

// New work is refused; what runs may finish until the timeout, then it is cut with an error.
void Drain(const ServeOptions& options, Service* service, HttpServer* server) {
  using Clock = std::chrono::steady_clock;
  const auto wait = [&](double seconds) {
    const auto until = Clock::now() + std::chrono::duration<double>(seconds);
    while (server->answering() > 0 && Clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  };
  service->StartDraining();
  Log(fmt::format("draining: {} requests in flight", server->answering()));
  wait(options.shutdown_timeout_s);
  if (server->answering() == 0) return;
  Log(fmt::format("{} requests are cut", server->answering()));
  server->ShutdownSessions();
  wait(2);
}

}  // namespace

Status Serve(const ServeOptions& options) {
  RaiseDescriptorLimit();
  NIBBLE_ASSIGN(Setup setup, Prepare(options));
  NIBBLE_ASSIGN(ServiceOptions service_options, MakeServiceOptions(options, setup));
  if (options.api_keys.empty() && options.host != "127.0.0.1" && options.host != "localhost" &&
      options.host != "::1") {
    Log("warning: no --api-key: everybody who reaches this address may use the server");
  }
  Signals signals;
  Service service(std::move(service_options), setup.tokenizer ? &*setup.tokenizer : nullptr);
  std::unique_ptr<Engine> engine;  // outlives the server, whose connections hold its tickets
  HttpServerOptions http;
  http.host = options.host;
  http.port = options.port;
  http.max_connections = options.max_connections;
  http.session.limits.max_body_bytes = options.max_body_bytes;
  http.session.quiet_after =
      std::chrono::milliseconds(static_cast<int64_t>(options.sse_keepalive_s * 1000));
  http.on_signal = [&signals](int signal) { signals.On(signal); };
  NIBBLE_ASSIGN(std::unique_ptr<HttpServer> server, HttpServer::Start(std::move(http), &service));

  PrintBanner(options, setup);
  NIBBLE_ASSIGN(std::unique_ptr<ModelRunner> runner, MakeRunner(options, &setup));
  if (setup.model) Log("kernels: " + setup.model->KernelsText());
  engine = std::make_unique<Engine>(std::move(runner), MakeEngineOptions(options));
  signals.Loaded();
  service.SetReady(engine.get());
  Log(fmt::format("ready: http://{}:{}/v1, context {} tokens", options.host, server->port(),
                  setup.max_model_len));
  signals.Wait();
  Drain(options, &service, server.get());
  server.reset();
  return {};
}

}  // namespace nibble
