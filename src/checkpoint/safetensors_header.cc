#include "checkpoint/safetensors_header.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/json_events.h"
#include "base/text.h"

namespace nibble {
namespace {

constexpr size_t kMaxDepth = 64;
constexpr size_t kMaxUnknownFields = 16;
// The shortest entry: "":{"dtype":"U8","shape":[],"data_offsets":[0,0]} and a comma.
constexpr uint64_t kMinEntryBytes = 50;

// An unsigned integer written as plain digits; 1.0, 1e0, -1 and what exceeds 64 bits are none.
std::optional<uint64_t> PlainUnsigned(std::string_view text) {
  uint64_t value = 0;
  const auto r = std::from_chars(text.data(), text.data() + text.size(), value);
  if (r.ec != std::errc() || r.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// Turns JSON events into TensorInfos.
class HeaderHandler final : public json::EventHandler {
 public:
  std::string BeginObject() override;
  std::string EndObject() override;
  std::string BeginArray() override;
  std::string EndArray() override;
  std::string Key(std::string& text) override;
  std::string Scalar(Kind kind, std::string& text) override;

  std::vector<TensorInfo> tensors;
  std::map<std::string, std::string> metadata;

 private:
  enum class Where : uint8_t { kDocument, kTop, kMetadata, kTensor, kShape, kOffsets, kSkip };
  enum class Field : uint8_t { kDType, kShape, kOffsets, kUnknown };

  std::string Tensor(std::string_view problem) const {
    return fmt::format("tensor \"{}\": {}", Escape(tensor_.name), problem);
  }

  std::string WrongType(std::string_view kind) const;
  std::string TensorField(const std::string& name);
  std::string EndTensor();

  Where where_ = Where::kDocument;
  size_t skip_depth_ = 0;
  std::string key_;             // the metadata key whose value comes next
  bool metadata_next_ = false;  // at the top: the value of __metadata__ comes next
  bool metadata_seen_ = false;

  TensorInfo tensor_;
  Field field_ = Field::kUnknown;
  bool has_dtype_ = false, has_shape_ = false, has_offsets_ = false;
  std::vector<std::string> unknown_fields_;
  std::vector<uint64_t> numbers_;  // of the array being received
};

std::string HeaderHandler::Key(std::string& text) {
  if (where_ == Where::kTop) {
    metadata_next_ = text == "__metadata__";
    if (metadata_next_ && std::exchange(metadata_seen_, true))
      return "duplicate key \"__metadata__\"";
    tensor_ = TensorInfo();
    tensor_.name = std::move(text);
    has_dtype_ = has_shape_ = has_offsets_ = false;
    unknown_fields_.clear();
  } else if (where_ == Where::kMetadata) {
    key_ = std::move(text);
    if (metadata.contains(key_))
      return fmt::format("__metadata__: duplicate key \"{}\"", Escape(key_));
  } else if (where_ == Where::kTensor) {
    return TensorField(text);
  }
  return {};
}

std::string HeaderHandler::TensorField(const std::string& name) {
  bool duplicate = false;
  if (name == "dtype") {
    field_ = Field::kDType;
    duplicate = std::exchange(has_dtype_, true);
  } else if (name == "shape") {
    field_ = Field::kShape;
    duplicate = std::exchange(has_shape_, true);
  } else if (name == "data_offsets") {
    field_ = Field::kOffsets;
    duplicate = std::exchange(has_offsets_, true);
  } else {
    field_ = Field::kUnknown;
    duplicate =
        std::find(unknown_fields_.begin(), unknown_fields_.end(), name) != unknown_fields_.end();
    if (!duplicate && unknown_fields_.size() == kMaxUnknownFields)
      return Tensor(fmt::format("more than {} unknown fields", kMaxUnknownFields));
    unknown_fields_.push_back(name);
  }
  return duplicate ? Tensor(fmt::format("duplicate key \"{}\"", Escape(name))) : std::string();
}

std::string HeaderHandler::WrongType(std::string_view kind) const {
  switch (where_) {
    case Where::kDocument:
      return fmt::format("header is not a JSON object: expected an object, found {}", kind);
    case Where::kTop:
      if (metadata_next_) return fmt::format("__metadata__ is {}, expected an object", kind);
      return Tensor(fmt::format("entry is {}, expected an object", kind));
    case Where::kMetadata:
      return fmt::format("__metadata__: value of \"{}\" is {}, expected a string", Escape(key_),
                         kind);
    case Where::kTensor:
      if (field_ == Field::kDType)
        return Tensor(fmt::format("unknown dtype: it is {}, expected a string", kind));
      if (field_ == Field::kShape)
        return Tensor(fmt::format("shape is {}, expected an array of unsigned integers", kind));
      return Tensor(fmt::format("data_offsets must be two unsigned integers, found {}", kind));
    case Where::kShape:
      return Tensor(fmt::format("shape[{}] is not an unsigned integer", numbers_.size()));
    default:
      return Tensor("data_offsets must be two unsigned integers");
  }
}

std::string HeaderHandler::Scalar(Kind kind_of_value, std::string& text) {
  const std::string_view kind = json::KindText(kind_of_value);
  const bool is_string = kind_of_value == Kind::kString;
  switch (where_) {
    case Where::kSkip:
      return {};
    case Where::kMetadata:
      if (!is_string) return WrongType(kind);
      if (metadata.size() == kMaxMetadataEntries)
        return fmt::format("__metadata__ has more than {} entries", kMaxMetadataEntries);
      metadata.emplace(std::move(key_), std::move(text));
      return {};
    case Where::kTensor: {
      if (field_ == Field::kUnknown) return {};
      if (field_ != Field::kDType || !is_string) return WrongType(kind);
      const auto dtype = DTypeFromName(text);
      if (!dtype) {
        return Tensor(fmt::format("unknown dtype {} (known: {})", Escape(text), SupportedDTypes()));
      }
      tensor_.dtype = *dtype;
      return {};
    }
    case Where::kShape:
    case Where::kOffsets: {
      const auto number = PlainUnsigned(text);
      if (kind_of_value != Kind::kNumber || !number) return WrongType(kind);
      if (where_ == Where::kOffsets && numbers_.size() == 2) return WrongType(kind);
      if (numbers_.size() == kMaxTensorRank)
        return Tensor(fmt::format("shape has more than {} dimensions", kMaxTensorRank));
      numbers_.push_back(*number);
      return {};
    }
    default:
      return WrongType(kind);
  }
}

std::string HeaderHandler::BeginObject() {
  if (where_ == Where::kDocument) {
    where_ = Where::kTop;
  } else if (where_ == Where::kTop) {
    where_ = metadata_next_ ? Where::kMetadata : Where::kTensor;
  } else if (where_ == Where::kSkip || (where_ == Where::kTensor && field_ == Field::kUnknown)) {
    where_ = Where::kSkip;
    ++skip_depth_;
  } else {
    return WrongType("an object");
  }
  return {};
}

std::string HeaderHandler::EndObject() {
  if (where_ == Where::kSkip) {
    if (--skip_depth_ == 0) where_ = Where::kTensor;
    return {};
  }
  if (where_ == Where::kTop) {
    where_ = Where::kDocument;
    return {};
  }
  const bool was_tensor = where_ == Where::kTensor;
  where_ = Where::kTop;
  return was_tensor ? EndTensor() : std::string();
}

std::string HeaderHandler::BeginArray() {
  numbers_.clear();
  if (where_ == Where::kSkip || (where_ == Where::kTensor && field_ == Field::kUnknown)) {
    where_ = Where::kSkip;
    ++skip_depth_;
  } else if (where_ == Where::kTensor && field_ == Field::kShape) {
    where_ = Where::kShape;
  } else if (where_ == Where::kTensor && field_ == Field::kOffsets) {
    where_ = Where::kOffsets;
  } else {
    return WrongType("an array");
  }
  return {};
}

std::string HeaderHandler::EndArray() {
  if (where_ == Where::kSkip) {
    if (--skip_depth_ == 0) where_ = Where::kTensor;
    return {};
  }
  if (where_ == Where::kShape) {
    tensor_.shape.assign(numbers_.begin(), numbers_.end());
  } else {
    if (numbers_.size() != 2) return WrongType("an array");
    if (numbers_[0] > numbers_[1])
      return Tensor(fmt::format("begin {} > end {}", numbers_[0], numbers_[1]));
    tensor_.begin = numbers_[0];
    tensor_.bytes = numbers_[1] - numbers_[0];
  }
  where_ = Where::kTensor;
  return {};
}

// All fields of a tensor are there: they must agree.
std::string HeaderHandler::EndTensor() {
  for (const auto& [present, field] :
       {std::pair(has_dtype_, "dtype"), std::pair(has_shape_, "shape"),
        std::pair(has_offsets_, "data_offsets")}) {
    if (!present) return Tensor(fmt::format("missing field {}", field));
  }
  const std::string type = fmt::format("{}{}", NameOf(tensor_.dtype), ShapeText(tensor_.shape));
  const auto elements = ElementCount(tensor_.shape);
  uint64_t bits = 0;
  if (!elements || __builtin_mul_overflow(*elements, uint64_t{BitsOf(tensor_.dtype)}, &bits))
    return Tensor(fmt::format("shape overflows 64 bits: {}", type));
  if (bits % 8 != 0) return Tensor(fmt::format("{} is not a whole number of bytes", type));
  if (bits / 8 != tensor_.bytes) {
    return Tensor(fmt::format("{} needs {} bytes, offsets give {}", type, bits / 8, tensor_.bytes));
  }
  tensors.push_back(std::move(tensor_));
  return {};
}

}  // namespace

struct SafetensorsHeaderParser::Impl {
  Impl(std::string what, uint64_t header_bytes_, uint64_t data_bytes_)
      : header_bytes(header_bytes_),
        data_bytes(data_bytes_),
        parser(std::move(what), kMaxDepth, &handler) {}

  uint64_t header_bytes;
  uint64_t data_bytes;
  HeaderHandler handler;
  json::EventParser parser;

  Status CheckTiling(const std::vector<TensorInfo>& tensors) const;
};

SafetensorsHeaderParser::SafetensorsHeaderParser(std::string what, uint64_t header_bytes,
                                                 uint64_t data_bytes)
    : impl_(std::make_unique<Impl>(std::move(what), header_bytes, data_bytes)) {
  // One reservation instead of doublings, which would hold two copies for a moment. It is bounded
  // by the header's limit, and pages that no tensor comes to fill are never touched.
  impl_->handler.tensors.reserve(header_bytes / kMinEntryBytes);
}
SafetensorsHeaderParser::~SafetensorsHeaderParser() = default;

Status SafetensorsHeaderParser::Feed(std::string_view piece) { return impl_->parser.Feed(piece); }

// `tensors` are sorted by begin, then by size.
Status SafetensorsHeaderParser::Impl::CheckTiling(const std::vector<TensorInfo>& tensors) const {
  const std::string& what = parser.what();
  uint64_t covered = 0;
  for (size_t i = 0; i < tensors.size(); ++i) {
    const TensorInfo& t = tensors[i];
    // begin + bytes is the end offset of the file's own text, so it cannot wrap.
    if (t.begin + t.bytes > data_bytes) {
      return InvalidInput(
          "{}: tensor \"{}\": ends at {}, data section has {} (truncated download?)", what,
          Escape(t.name), t.begin + t.bytes, data_bytes);
    }
    if (t.begin < covered) {
      return InvalidInput("{}: tensors \"{}\" and \"{}\" overlap at byte {}", what,
                          Escape(tensors[i - 1].name), Escape(t.name), t.begin);
    }
    if (t.begin > covered) {
      return InvalidInput("{}: {} bytes before tensor \"{}\" (at {}) not covered by any tensor",
                          what, t.begin - covered, Escape(t.name), covered);
    }
    covered = t.begin + t.bytes;
  }
  if (covered < data_bytes) {
    return InvalidInput("{}: {} bytes at the end not covered by any tensor", what,
                        data_bytes - covered);
  }
  return {};
}

Result<SafetensorsHeader> SafetensorsHeaderParser::Finish() {
  Impl& impl = *impl_;
  NIBBLE_TRY(impl.parser.Finish());
  SafetensorsHeader header;
  header.tensors = std::move(impl.handler.tensors);
  header.metadata = std::move(impl.handler.metadata);
  std::vector<TensorInfo>& tensors = header.tensors;
  std::sort(tensors.begin(), tensors.end(), [](const TensorInfo& a, const TensorInfo& b) {
    return std::pair(a.begin, a.bytes) < std::pair(b.begin, b.bytes);
  });
  uint32_t duplicate = 0;
  const auto name_at = [&](uint32_t i) -> std::string_view { return tensors[i].name; };
  if (!header.by_name.Build(static_cast<uint32_t>(tensors.size()), name_at, &duplicate)) {
    return InvalidInput("{}: duplicate key \"{}\"", impl.parser.what(),
                        Escape(tensors[duplicate].name));
  }
  NIBBLE_TRY(impl.CheckTiling(tensors));
  for (TensorInfo& t : tensors) t.begin += 8 + impl.header_bytes;
  return header;
}

Result<SafetensorsHeader> ParseSafetensorsHeader(std::string_view header, uint64_t data_bytes,
                                                 std::string_view what) {
  SafetensorsHeaderParser parser(std::string(what), header.size(), data_bytes);
  NIBBLE_TRY(parser.Feed(header));
  return parser.Finish();
}

}  // namespace nibble
