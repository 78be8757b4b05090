// Prefill and decode of a whole model in `serving`, against the peak of the BF16 dot instruction
// and plain reading of memory by as many threads, measured in the same run.
//   model_bench MODEL [prompt tokens, default 512] [decode steps, default 16] [threads, default
//   all]
//               [sequences side by side in the decode, default 1] [numerics, default serving]
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "kernels/huge_page_arena.h"
#include "kernels/linear/yardsticks.h"
#include "model/model.h"

namespace nibble {
namespace {

double Seconds(const auto& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Processor seconds of all threads: what other work on the machine disturbs least.
double ProcessorSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Multiply-adds of the linears per token, without the head (which sees one position).
double MacsPerToken(const ModelConfig& c) {
  const double d = static_cast<double>(c.hidden_size), latent = static_cast<double>(c.q_lora_rank);
  const double heads = static_cast<double>(c.num_attention_heads * c.head_dim);
  const double rank = static_cast<double>(c.o_groups * c.o_lora_rank);
  double sum = 0;
  for (int64_t layer = 0; layer < c.num_hidden_layers; ++layer) {
    sum += d * latent + latent * heads + d * static_cast<double>(c.head_dim);
    sum += heads / static_cast<double>(c.o_groups) * rank + rank * d;
    sum += d * static_cast<double>(c.n_routed_experts);
    sum += 3 * d * static_cast<double>(c.moe_intermediate_size * (c.num_experts_per_tok + 1));
    const double m = static_cast<double>(c.hc_mult);
    sum += 2 * (2 + m) * m * m * d;
    const int64_t ratio = c.ratio(layer);
    if (ratio != 0) sum += 2 * d * static_cast<double>((ratio == 4 ? 2 : 1) * c.head_dim);
    if (ratio == 4) {
      const double index = static_cast<double>(c.index_n_heads * c.index_head_dim);
      sum += latent * index + d * static_cast<double>(c.index_n_heads + 4 * c.index_head_dim);
    }
  }
  return sum;
}

class Bench {
 public:
  Bench(Model& model, ThreadPool& pool) : model_(model), pool_(pool) {}

  // Seconds of a step, or the end of the program: a benchmark has nobody to report to.
  double Step(std::span<const StepItem> items) {
    const double before = ProcessorSeconds();
    const double took = Seconds([&] {
      const auto result = model_.Step(items);
      if (result.ok()) return;
      fmt::print(stderr, "{}\n", result.error().message());
      std::exit(1);
    });
    processor_seconds_ = ProcessorSeconds() - before;
    return took;
  }
  double Step(Sequence* sequence, std::span<const int32_t> tokens) {
    const StepItem item{.sequence = sequence, .tokens = tokens};
    return Step({&item, 1});
  }

  void Prefill(std::span<const int32_t> prompt) {
    const auto tokens = static_cast<double>(prompt.size());
    const double flops = 2 * MacsPerToken(model_.config()) * tokens;
    std::vector<double> rates, ratios, processor;
    for (int i = 0; i < 5; ++i) {
      const auto sequence = model_.NewSequence();
      const double before = DotPeakFlops(pool_);
      const double took = Step(sequence.get(), prompt);
      const double after = DotPeakFlops(pool_);
      rates.push_back(flops / took);
      ratios.push_back(flops / took / ((before + after) / 2));
      processor.push_back(processor_seconds_);
    }
    fmt::print(
        "prefill {} tokens: {:.3f} TFLOP/s in linears, {:.1f} tokens/s, {:.1f}% of the BF16 dot "
        "peak; {:.2f} us of processor a token\n",
        prompt.size(), Median(rates) * 1e-12, Median(rates) / flops * tokens, Median(ratios) * 100,
        Median(processor) / tokens * 1e6);
  }

  void Decode(std::span<const int32_t> prompt, int steps, size_t batch) {
    std::vector<std::unique_ptr<Sequence>> sequences;
    for (size_t i = 0; i < batch; ++i) {
      sequences.push_back(model_.NewSequence());
      Step(sequences.back().get(), prompt);
    }
    // As much as the weights, so that those of a small model may stay in the caches.
    const size_t bytes = std::min<size_t>(size_t{512} << 20, model_.weight_bytes());
    HugePageArena arena;
    const std::shared_ptr<std::byte> plain = arena.Allocate(bytes).value();
    std::memset(plain.get(), 1, bytes);
    const auto read_rate = [&] {
      const double took = Seconds([&] { ReadPlainly(plain.get(), bytes, pool_); });
      return static_cast<double>(bytes) / took;
    };
    const auto vocabulary = static_cast<size_t>(model_.config().vocab_size);
    std::vector<double> rates, ratios, seconds, processor;
    double before = read_rate();
    for (int i = 0; i < steps; ++i) {
      std::vector<int32_t> tokens(batch);
      std::vector<StepItem> items(batch);
      for (size_t b = 0; b < batch; ++b) {
        tokens[b] = static_cast<int32_t>((static_cast<size_t>(i) * 7919 + b * 31) % vocabulary);
        items[b] = {.sequence = sequences[b].get(), .tokens = {&tokens[b], 1}};
      }
      const uint64_t read = model_.weight_bytes_read();
      const double took = Step(items);
      const double rate = static_cast<double>(model_.weight_bytes_read() - read) / took;
      const double after = read_rate();
      seconds.push_back(took);
      processor.push_back(processor_seconds_);
      rates.push_back(rate);
      ratios.push_back(rate / ((before + after) / 2));
      before = after;
    }
    const auto tokens = static_cast<double>(batch);
    fmt::print(
        "decode of {} after {} tokens: {:.2f} tokens/s, {:.1f} GB/s of weights, {:.1f}% of plain "
        "reading; {:.1f} us of processor a token\n",
        batch, prompt.size(), tokens / Median(seconds), Median(rates) * 1e-9, Median(ratios) * 100,
        Median(processor) / tokens * 1e6);
  }

 private:
  Model& model_;
  ThreadPool& pool_;
  double processor_seconds_ = 0;  // of the last step
};

int Run(const char* path, size_t prompt_tokens, int decode_steps, size_t threads, size_t batch,
        Numerics numerics) {
  const auto checkpoint = Checkpoint::Open(path);
  if (!checkpoint.ok()) {
    fmt::print(stderr, "{}\n", checkpoint.error().message());
    return 1;
  }
  const auto model = Model::Load(**checkpoint, {.numerics = numerics, .threads = threads});
  if (!model.ok()) {
    fmt::print(stderr, "{}\n", model.error().message());
    return 1;
  }
  ThreadPool pool(threads);
  fmt::print("{}: {:.2f} GB of weights, {} threads; {}\n", path,
             static_cast<double>(model.value()->weight_bytes()) * 1e-9, pool.size(),
             model.value()->KernelsText());
  std::vector<int32_t> prompt;
  for (size_t i = 0; i < prompt_tokens; ++i) {
    prompt.push_back(static_cast<int32_t>((i * i * 31 + i * 7 + 5) %
                                          static_cast<size_t>(model.value()->config().vocab_size)));
  }
  Bench bench(*model.value(), pool);
  bench.Prefill(prompt);
  bench.Decode(prompt, decode_steps, batch);
  return 0;
}

}  // namespace
}  // namespace nibble

int main(int argc, char** argv) {
  const auto number = [&](int index, int otherwise) {
    return argc > index ? std::atoi(argv[index]) : otherwise;
  };
  if (argc < 2) {
    fmt::print(stderr,
               "usage: {} MODEL [prompt tokens] [decode steps] [threads] [batch] [numerics]\n",
               argv[0]);
    return 2;
  }
  const auto numerics = nibble::NumericsFromName(argc > 6 ? argv[6] : "serving");
  if (!numerics) {
    fmt::print(stderr, "no numerics are called {}\n", argv[6]);
    return 2;
  }
  return nibble::Run(argv[1], static_cast<size_t>(number(2, 512)), number(3, 16),
                     static_cast<size_t>(number(4, 0)), static_cast<size_t>(number(5, 1)),
                     *numerics);
}
