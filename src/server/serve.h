// `nibble serve` from options to exit: loads what is asked for, listens, serves, drains.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/numerics.h"

namespace nibble {

struct StubServeOptions {
  bool on = false;
  double delay_ms = 0;
  double prefill_ms_per_1k = 0;
  std::string text_file;  // empty: none
  std::string ids_file;
};

struct ServeOptions {
  std::filesystem::path model;
  bool follow_symlinks = false;  // its shards may be links that leave the folder
  std::string host = "127.0.0.1";
  uint16_t port = 8000;
  std::vector<std::string> served_model_names;  // empty: the folder's name
  std::vector<std::string> api_keys;
  std::string tokenizer;  // folder or tokenizer.json; empty: the model folder
  bool skip_tokenizer_init = false;
  Numerics numerics = Numerics::kServing;
  std::optional<Activations> activations;
  size_t threads = 0;                // of the model; 0: the machine's cores
  int64_t max_model_len = 0;         // 0: the config's
  int64_t max_num_seqs = 0;          // 0: 16, with the stub 4096
  int64_t max_num_queued_reqs = -1;  // -1: 256, with the stub 65536
  int64_t max_num_batched_tokens = 2048;
  int64_t max_n = 16;
  uint64_t max_body_bytes = 64 << 20;
  int64_t max_connections = 4096;
  bool allow_unknown_fields = false;
  std::string encoding_profile = "auto";
  std::string default_reasoning_effort = "high";
  double sse_keepalive_s = 15;
  double shutdown_timeout_s = 30;
  StubServeOptions stub;
};

// Serves until SIGINT or SIGTERM and the drain after it. Errors come before anything is served: a
// file that is missing or wrong, a port that is taken.
Status Serve(const ServeOptions& options);

}  // namespace nibble
