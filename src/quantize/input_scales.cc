// Where input scales come from: calibration, bounds, or 1.
#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_set>

#include "base/text.h"
#include "checkpoint/input_bound.h"
#include "formats/bf16.h"
#include "formats/nvfp4.h"
#include "quantize/plan.h"

namespace nibble {
namespace {

// Bounds that no activation can exceed, each step in F32.
class Bounds {
 public:
  explicit Bounds(const Checkpoint& source) : source_(source) {}

  Result<float> Amax(const Module& module) {
    float norm = 0;
    if (module.role == Role::kExpertW1 || module.role == Role::kExpertW3 ||
        module.role == Role::kSharedW1 || module.role == Role::kSharedW3) {
      NIBBLE_ASSIGN(norm, LargestNormWeight(module.layer));
    }
    return InputAmaxBound(source_.config(), module.role, norm);
  }

 private:
  Result<float> LargestNormWeight(int32_t layer) {
    const auto known = norms_.find(layer);
    if (known != norms_.end()) return known->second;
    NIBBLE_ASSIGN(const StoredModule norm, source_.FindModule(Role::kFfnNorm, layer));
    NIBBLE_ASSIGN(const std::vector<std::byte> bytes, norm.weight.ReadAll());
    const auto count = static_cast<int64_t>(norm.module.shape.at(0));
    std::vector<float> weights(static_cast<size_t>(count));
    DecodeRow({.form = norm.form,
               .rows = 1,
               .cols = count,
               .data = reinterpret_cast<const uint8_t*>(bytes.data())},
              0, std::span(weights));
    const float amax = AbsMax(weights);
    if (FirstNonFinite(weights) < weights.size() || amax == 0) {
      return InvalidInput(
          "{}: tensor \"{}\": no input scale can be derived from it (element {} is {})",
          Escape(norm.weight.file->path().string(), 400), Escape(norm.weight.info->name),
          FirstNonFinite(weights) % weights.size(),
          weights[FirstNonFinite(weights) % weights.size()]);
    }
    norms_.emplace(layer, amax);
    return amax;
  }

  const Checkpoint& source_;
  std::map<int32_t, float> norms_;
};

// Calibrated amaxes: what the file has, the pair rule, and the largest of a projection for the
// experts that saw no token.
class Calibration {
 public:
  static Result<Calibration> Open(const std::filesystem::path& path) {
    NIBBLE_ASSIGN(SafetensorsFile file, SafetensorsFile::Open(path));
    return Calibration(std::move(file));
  }

  // Of the linear itself, 0 when it has no entry. w1 and w3 are joined by the caller.
  Result<float> Entry(const Module& module, const ModelConfig& config) {
    float amax = 0;
    for (const Names names : {Names::kOfficial, Names::kHf}) {
      const std::string base = BaseName(module, names, config);
      const TensorInfo* info = base.empty() ? nullptr : file_.Find(base + ".input_amax");
      if (info == nullptr) continue;
      used_.insert(info);
      if (amax > 0) continue;
      const auto fail = [&](std::string_view why) {
        return InvalidInput("{}: tensor \"{}\" {}", Escape(file_.path().string(), 400),
                            Escape(info->name), why);
      };
      if (info->dtype != DType::kF32 || info->bytes != sizeof(float))
        return fail("is not one F32 value");
      NIBBLE_TRY(file_.Read(*info, 0, std::as_writable_bytes(std::span(&amax, 1))));
      if (!std::isfinite(amax) || amax <= 0)
        return fail(fmt::format("is {}, not a positive number", amax));
    }
    return amax;
  }

  // A sentence on the entries that nobody asked for; "" if there are none.
  std::string Unused() const {
    const std::vector<TensorInfo>& all = file_.tensors();
    const auto first =
        std::ranges::find_if(all, [&](const TensorInfo& info) { return !used_.contains(&info); });
    if (first == all.end()) return "";
    return fmt::format(
        "{}: {} of {} entries belong to no linear that becomes NVFP4 (the first: \"{}\")",
        Escape(file_.path().string(), 400), all.size() - used_.size(), all.size(),
        Escape(first->name));
  }

 private:
  explicit Calibration(SafetensorsFile file) : file_(std::move(file)) {}
  SafetensorsFile file_;
  std::unordered_set<const TensorInfo*> used_;
};

// w1 and w3 count as one projection.
Role Projection(Role role) { return role == Role::kExpertW3 ? Role::kExpertW1 : role; }

Status FillMeasured(const Checkpoint& source, const std::filesystem::path& amax_file, Plan* plan) {
  NIBBLE_ASSIGN(Calibration calibration, Calibration::Open(amax_file));
  Bounds bounds(source);
  std::vector<float> amax(plan->linears.size(), 0.0f);
  for (size_t i = 0; i < amax.size(); ++i) {
    NIBBLE_ASSIGN(amax[i], calibration.Entry(plan->linears[i].source.module, source.config()));
  }
  if (std::string note = calibration.Unused(); !note.empty())
    plan->notes.push_back(std::move(note));
  const std::vector<float> own = amax;
  for (const Group& group : plan->groups) {
    for (const size_t i : group.joint) {
      for (const size_t member : group.members) amax[member] = std::max(amax[member], own[i]);
    }
  }
  std::map<Role, float> largest;  // over the trunk; the MTP block does not count
  for (size_t i = 0; i < amax.size(); ++i) {
    const Module& module = plan->linears[i].source.module;
    if (!module.IsRoutedExpert() || module.mtp) continue;
    float& value = largest[Projection(module.role)];
    value = std::max(value, amax[i]);
  }
  for (size_t i = 0; i < amax.size(); ++i) {
    const Module& module = plan->linears[i].source.module;
    if (amax[i] > 0) {
      ++plan->input_scales.measured;
    } else if (module.IsRoutedExpert()) {
      amax[i] = largest[Projection(module.role)];
      ++plan->input_scales.filled;
    } else {
      NIBBLE_ASSIGN(amax[i], bounds.Amax(module));
      ++plan->input_scales.synthesised;
    }
    if (amax[i] == 0) {
      return InvalidInput(
          "{}: no expert of this model is calibrated for {}: is it another model's file?",
          Escape(amax_file.string(), 400), plan->linears[i].base);
    }
    plan->linears[i].input_scale = Nvfp4TensorScale(amax[i]);
  }
  return {};
}

}  // namespace

Status FillInputScales(const Checkpoint& source,
                       const std::optional<std::filesystem::path>& amax_file, Plan* plan) {
  switch (plan->settings.input_scales) {
    case InputScales::kFile:
      if (amax_file) return FillMeasured(source, *amax_file, plan);
      for (PlannedLinear& linear : plan->linears) linear.input_scale = 0;
      return {};
    case InputScales::kUnit:
      for (PlannedLinear& linear : plan->linears) linear.input_scale = 1.0f;
      plan->input_scales.unit = plan->linears.size();
      return {};
    case InputScales::kSynthesised:
      break;
  }
  Bounds bounds(source);
  for (PlannedLinear& linear : plan->linears) {
    NIBBLE_ASSIGN(const float amax, bounds.Amax(linear.source.module));
    linear.input_scale = Nvfp4TensorScale(amax);
  }
  plan->input_scales.synthesised = plan->linears.size();
  return {};
}

}  // namespace nibble
