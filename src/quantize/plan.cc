#include "quantize/plan.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_set>

#include "base/text.h"
#include "checkpoint/census.h"

namespace nibble {
namespace {

using ModuleKey = std::tuple<Role, int32_t, int32_t>;

ModuleKey KeyOf(const Module& m) { return {m.role, m.layer, m.expert}; }

// The linear whose tensor scale must be the same because kernels fuse the two.
std::optional<Role> JoinedWith(Role role) {
  switch (role) {
    case Role::kExpertW1:
      return Role::kExpertW3;
    case Role::kExpertW3:
      return Role::kExpertW1;
    case Role::kSharedW1:
      return Role::kSharedW3;
    case Role::kSharedW3:
      return Role::kSharedW1;
    default:
      return std::nullopt;
  }
}

// Linears that scope `all` takes beside the routed experts.
bool IsOtherQuantisedLinear(Role role) {
  switch (role) {
    case Role::kWqA:
    case Role::kWqB:
    case Role::kWkv:
    case Role::kWoA:
    case Role::kWoB:
    case Role::kCompressorWkv:
    case Role::kCompressorWgate:
    case Role::kIndexerWqB:
    case Role::kIndexerCompressorWkv:
    case Role::kIndexerCompressorWgate:
    case Role::kSharedW1:
    case Role::kSharedW2:
    case Role::kSharedW3:
      return true;
    default:
      return false;
  }
}

class Planner {
 public:
  Planner(const Checkpoint& source, const QuantizeSettings& settings) : source_(source) {
    plan_.settings = settings;
  }

  Result<Plan> Run(const std::optional<std::filesystem::path>& amax_file) {
    for (const auto& file : source_.shards()) NIBBLE_TRY(AddShard(*file));
    NIBBLE_TRY(CheckComplete());
    NIBBLE_TRY(ChooseRecipe());
    NIBBLE_TRY(CheckNames());
    MakeGroups();
    NIBBLE_TRY(FillInputScales(source_, amax_file, &plan_));
    DescribeForm();
    NoteMissing();
    return std::move(plan_);
  }

 private:
  Status AddShard(const SafetensorsFile& file) {
    plan_.shards.push_back({file.path().filename().string(), {}});
    for (const TensorInfo& info : file.tensors()) {
      const auto resolved = Resolve(info.name, source_.config());
      if (resolved) {
        NIBBLE_TRY(AddResolved(file, info, *resolved));
        continue;
      }
      plan_.notes.push_back(
          fmt::format("tensor \"{}\" is not known and was copied as it is", Escape(info.name)));
      AddCopy(file, info, info.name);
    }
    if (plan_.shards.back().entries.empty()) plan_.shards.pop_back();
    return {};
  }

  Status AddResolved(const SafetensorsFile& file, const TensorInfo& info,
                     const ResolvedName& resolved) {
    const Module& module = resolved.module;
    if (IsLeftOut(module)) {
      ++plan_.dropped;
      return {};
    }
    if (!BecomesNvfp4(module, plan_.settings)) {
      plan_.fp8_rest |= resolved.part == Part::kWeight && info.dtype == DType::kF8E4M3;
      plan_.f32_scales |= resolved.part == Part::kScale && info.dtype == DType::kF32;
      AddCopy(file, info,
              BaseName(module, plan_.settings.names, source_.config()) + OutputSuffix(resolved));
      return {};
    }
    if (resolved.part != Part::kWeight) return {};  // scales go with their weight
    if (!resolved.fused) return AddLinear(module);
    for (Module one = module; one.expert < source_.config().n_routed_experts - 1;) {
      ++one.expert;
      one.role = module.role;
      NIBBLE_TRY(AddLinear(one));
      if (module.role != Role::kExpertW1) continue;
      one.role = Role::kExpertW3;  // gate_up_proj holds both
      NIBBLE_TRY(AddLinear(one));
    }
    return {};
  }

  // transformers has no mtp.*.
  bool IsLeftOut(const Module& module) const {
    return plan_.settings.names == Names::kHf && module.mtp;
  }

  // Block scales of FP8 have a name of their own in each scheme.
  std::string OutputSuffix(const ResolvedName& resolved) const {
    if (resolved.suffix != ".scale" && resolved.suffix != ".weight_scale_inv")
      return std::string(resolved.suffix);
    const bool official = plan_.settings.names == Names::kOfficial;
    return official || resolved.module.IsRoutedExpert() ? ".scale" : ".weight_scale_inv";
  }

  void AddCopy(const SafetensorsFile& file, const TensorInfo& info, std::string name) {
    std::vector<SafetensorsWriter::Entry>& entries = plan_.shards.back().entries;
    plan_.copies.push_back(
        {plan_.shards.size() - 1, entries.size(), {&info, &file, 0, info.bytes, info.shape}});
    entries.push_back({std::move(name), info.dtype, info.shape});
    ++plan_.tensors;
    plan_.tensor_bytes += info.bytes;
  }

  Status AddLinear(const Module& module) {
    NIBBLE_ASSIGN(const SourceMatrix matrix, FindMatrix(source_, module));
    if (matrix.form == Form::kNvfp4) {
      return Unsupported("{} is already NVFP4; quantise the original", Where(matrix.weight));
    }
    if (matrix.cols % 16 != 0) {
      return InvalidInput("{}: K={} is not a multiple of the NVFP4 block 16", Where(matrix.weight),
                          matrix.cols);
    }
    std::vector<SafetensorsWriter::Entry>& entries = plan_.shards.back().entries;
    by_module_.emplace(KeyOf(matrix.module), plan_.linears.size());
    plan_.linears.push_back(
        {.source = matrix,
         .base = BaseName(matrix.module, plan_.settings.names, source_.config()),
         .shard = plan_.shards.size() - 1,
         .entry = entries.size()});
    for (const NamedTensor& t :
         TensorsOf(matrix.module, Form::kNvfp4, plan_.settings.names, source_.config())) {
      entries.push_back({t.name, t.dtype, t.shape});
      ++plan_.tensors;
      plan_.tensor_bytes += ByteCount(t.dtype, t.shape).value_or(0);
    }
    NIBBLE_CHECK(entries.size() == plan_.linears.back().entry + 4, "NVFP4 has four tensors");
    return {};
  }

  // Every linear of the scope must be there, exactly once.
  Status CheckComplete() const {
    uint64_t expected = 0;
    for (const Module& module : ModulesOf(source_.config())) {
      if (!BecomesNvfp4(module, plan_.settings)) continue;
      if (IsLeftOut(module)) continue;
      ++expected;
      if (by_module_.contains(KeyOf(module))) continue;
      return NotFound("{}: linear {} is missing, the checkpoint is not complete",
                      Escape(source_.folder().string(), 400),
                      BaseName(module, Names::kOfficial, source_.config()));
    }
    if (expected != plan_.linears.size()) {
      return InvalidInput(
          "{}: {} linears to quantise, the config asks for {}: some are stored twice",
          Escape(source_.folder().string(), 400), plan_.linears.size(), expected);
    }
    return {};
  }

  Status ChooseRecipe() {
    const PlannedLinear* other = nullptr;  // one that cannot be cast
    for (const PlannedLinear& linear : plan_.linears) {
      if (linear.source.form != Form::kMxfp4) other = &linear;
    }
    std::optional<Recipe>& recipe = plan_.settings.recipe;
    if (!recipe) recipe = other == nullptr ? Recipe::kCast : Recipe::kMax;
    if (*recipe == Recipe::kCast && other != nullptr) {
      return Unsupported("{} is {}: only MXFP4 can be cast; use --recipe max",
                         Where(other->source.weight), NameOf(other->source.form));
    }
    if (plan_.settings.keep_negative_zero && *recipe == Recipe::kMax)
      return Unsupported("--keep-negative-zero belongs to --recipe cast, the source needs max");
    return {};
  }

  // Shards and names of the output: no name twice, shard names unequal even ignoring case.
  Status CheckNames() const {
    std::unordered_set<std::string_view> names;
    std::unordered_set<std::string> files;
    for (const PlannedShard& shard : plan_.shards) {
      std::string lower = shard.file_name;
      for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      if (!files.insert(lower).second) {
        return InvalidInput("two shards of the output would be named {} (ignoring case)",
                            Escape(shard.file_name));
      }
      for (const SafetensorsWriter::Entry& entry : shard.entries) {
        if (!names.insert(entry.name).second) {
          return InvalidInput("the output would have tensor \"{}\" twice", Escape(entry.name));
        }
      }
    }
    return {};
  }

  void MakeGroups() {
    for (size_t i = 0; i < plan_.linears.size(); ++i) {
      const PlannedLinear& linear = plan_.linears[i];
      Group group{.shard = linear.shard, .members = {i}, .joint = {i}};
      const Module& module = linear.source.module;
      if (const auto role = JoinedWith(module.role)) {
        const size_t partner = by_module_.at({*role, module.layer, module.expert});
        group.joint.push_back(partner);
        if (plan_.linears[partner].shard == linear.shard) {
          if (partner < i) continue;  // its group has both
          group.members.push_back(partner);
        } else if (partner > i) {
          ++plan_.split_pairs;
          plan_.notes.push_back(
              fmt::format("{} and {} lie in different shards; they share their tensor scale",
                          linear.base, plan_.linears[partner].base));
        }
      }
      plan_.groups.push_back(std::move(group));
    }
  }

  // What `inspect` will say of the output.
  void DescribeForm() {
    std::vector<StoredSize> modules = StoredSizesOf(source_);
    std::erase_if(modules, [&](const StoredSize& m) { return IsLeftOut(m.module); });
    for (StoredSize& m : modules) {
      if (!BecomesNvfp4(m.module, plan_.settings)) continue;
      m.form = Form::kNvfp4;
      m.f32_scales = false;
    }
    plan_.form = TakeCensus(source_.config(), plan_.settings.names, modules).form;
    if (plan_.dropped > 0) {
      plan_.notes.push_back(fmt::format(
          "{} tensors of mtp.* have no place under HF names and were left out", plan_.dropped));
    }
  }

  // Of what is only copied, nothing may be absent without a word: the result is no better.
  void NoteMissing() {
    constexpr size_t kNamed = 3;
    std::vector<std::string> missing = source_.Missing(source_.has_mtp(), kNamed + 1);
    if (missing.empty()) return;
    if (missing.size() > kNamed) missing.back() = "...";
    plan_.notes.push_back(
        fmt::format("the source is not complete: it lacks {}", fmt::join(missing, ", ")));
  }

  const Checkpoint& source_;
  Plan plan_;
  std::map<ModuleKey, size_t> by_module_;
};

}  // namespace

bool BecomesNvfp4(const Module& module, const QuantizeSettings& settings) {
  if (module.mtp && settings.draft == Draft::kNative) return false;
  if (module.IsRoutedExpert()) return true;
  return settings.scope == Scope::kAll && IsOtherQuantisedLinear(module.role);
}

uint64_t Plan::GroupBytes(const Group& group) const {
  uint64_t bytes = 0;
  for (const size_t i : group.joint) {
    const SourceMatrix& m = linears[i].source;
    bytes += m.weight.bytes + m.scale.bytes + m.values() / 2 + m.values() / 16;
  }
  return bytes;
}

uint64_t Plan::LargestGroupBytes() const {
  uint64_t largest = 0;
  for (const Group& group : groups) largest = std::max(largest, GroupBytes(group));
  return largest;
}

uint64_t Plan::MemoryBoundBytes(size_t threads) const {
  return threads * (LargestGroupBytes() + kCopyBufferBytes) + (tensors << 10) +
         (uint64_t{16} << 20);
}

Result<Plan> MakePlan(const Checkpoint& source, const QuantizeSettings& settings,
                      const std::optional<std::filesystem::path>& amax_file) {
  if (source.config().has_dspark && settings.draft == Draft::kNvfp4) {
    return Unsupported("{}: mtp.* holds DSpark stages, which are only copied; use --draft native",
                       Escape(source.folder().string(), 400));
  }
  return Planner(source, settings).Run(amax_file);
}

}  // namespace nibble
