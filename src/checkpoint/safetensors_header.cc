#include "checkpoint/safetensors_header.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace nibble {
namespace {

namespace bj = boost::json;

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

// Turns Boost.JSON's parse events into TensorInfos. A false return with `ec` set stops the parser;
// error() then says what was wrong with the content (it is empty when the JSON itself is).
class HeaderHandler {
 public:
  static constexpr size_t max_object_size = static_cast<size_t>(-1);
  static constexpr size_t max_array_size = static_cast<size_t>(-1);
  static constexpr size_t max_key_size = static_cast<size_t>(-1);
  static constexpr size_t max_string_size = static_cast<size_t>(-1);

  bool on_document_begin(bj::error_code&) { return true; }
  bool on_document_end(bj::error_code&) { return true; }
  bool on_object_begin(bj::error_code& ec) { return Check(BeginObject(), ec); }
  bool on_object_end(size_t, bj::error_code& ec) { return Check(EndObject(), ec); }
  bool on_array_begin(bj::error_code& ec) { return Check(BeginArray(), ec); }
  bool on_array_end(size_t, bj::error_code& ec) { return Check(EndArray(), ec); }
  bool on_key_part(bj::string_view s, size_t, bj::error_code&) { return Part(s); }
  bool on_key(bj::string_view s, size_t, bj::error_code& ec) {
    Part(s);
    const bool good = Check(Key(), ec);
    text_.clear();
    return good;
  }
  bool on_string_part(bj::string_view s, size_t, bj::error_code&) { return Part(s); }
  bool on_string(bj::string_view s, size_t, bj::error_code& ec) {
    return Part(s) && Scalar("a string", ec);
  }
  bool on_number_part(bj::string_view s, bj::error_code&) { return Part(s); }
  bool on_int64(int64_t, bj::string_view s, bj::error_code& ec) {
    return Part(s) && Scalar("a number", ec);
  }
  bool on_uint64(uint64_t, bj::string_view s, bj::error_code& ec) {
    return Part(s) && Scalar("a number", ec);
  }
  bool on_double(double, bj::string_view s, bj::error_code& ec) {
    return Part(s) && Scalar("a number", ec);
  }
  bool on_bool(bool, bj::error_code& ec) { return Scalar("a boolean", ec); }
  bool on_null(bj::error_code& ec) { return Scalar("null", ec); }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }

  const std::string& error() const { return error_; }
  bool began() const { return where_ != Where::kDocument || finished_; }

  std::vector<TensorInfo> tensors;
  std::map<std::string, std::string> metadata;

 private:
  enum class Where : uint8_t { kDocument, kTop, kMetadata, kTensor, kShape, kOffsets, kSkip };
  enum class Field : uint8_t { kDType, kShape, kOffsets, kUnknown };

  // Every step gives an empty string or the sentence that says what is wrong.
  bool Check(std::string problem, bj::error_code& ec) {
    if (problem.empty()) return true;
    error_ = std::move(problem);
    ec = bj::make_error_code(bj::error::extra_data);
    return false;
  }
  bool Part(bj::string_view s) {
    if (where_ != Where::kSkip) text_.append(s.data(), s.size());
    return true;
  }
  bool Scalar(std::string_view kind, bj::error_code& ec) {
    const bool good = Check(Value(kind), ec);
    text_.clear();
    return good;
  }
  std::string Tensor(std::string_view problem) const {
    return fmt::format("tensor \"{}\": {}", Escape(tensor_.name), problem);
  }

  std::string Key();
  std::string Value(std::string_view kind);
  std::string WrongType(std::string_view kind) const;
  std::string BeginObject();
  std::string EndObject();
  std::string BeginArray();
  std::string EndArray();
  std::string EndTensor();

  Where where_ = Where::kDocument;
  bool finished_ = false;
  size_t skip_depth_ = 0;
  std::string text_;            // the key, string or number being received
  std::string key_;             // the metadata key whose value comes next
  bool metadata_next_ = false;  // at the top: the value of __metadata__ comes next
  bool metadata_seen_ = false;

  TensorInfo tensor_;
  Field field_ = Field::kUnknown;
  bool has_dtype_ = false, has_shape_ = false, has_offsets_ = false;
  std::vector<std::string> unknown_fields_;
  std::vector<uint64_t> numbers_;  // of the array being received

  std::string error_;
};

std::string HeaderHandler::Key() {
  switch (where_) {
    case Where::kTop:
      metadata_next_ = text_ == "__metadata__";
      if (metadata_next_) {
        if (std::exchange(metadata_seen_, true)) return "duplicate key \"__metadata__\"";
        return {};
      }
      tensor_ = TensorInfo();
      tensor_.name = std::move(text_);
      has_dtype_ = has_shape_ = has_offsets_ = false;
      unknown_fields_.clear();
      return {};
    case Where::kMetadata:
      key_ = std::move(text_);
      if (metadata.contains(key_))
        return fmt::format("__metadata__: duplicate key \"{}\"", Escape(key_));
      return {};
    case Where::kTensor: {
      bool duplicate = false;
      if (text_ == "dtype") {
        field_ = Field::kDType;
        duplicate = std::exchange(has_dtype_, true);
      } else if (text_ == "shape") {
        field_ = Field::kShape;
        duplicate = std::exchange(has_shape_, true);
      } else if (text_ == "data_offsets") {
        field_ = Field::kOffsets;
        duplicate = std::exchange(has_offsets_, true);
      } else {
        field_ = Field::kUnknown;
        duplicate = std::find(unknown_fields_.begin(), unknown_fields_.end(), text_) !=
                    unknown_fields_.end();
        if (!duplicate && unknown_fields_.size() == kMaxUnknownFields)
          return Tensor(fmt::format("more than {} unknown fields", kMaxUnknownFields));
        unknown_fields_.push_back(text_);
      }
      if (duplicate) return Tensor(fmt::format("duplicate key \"{}\"", Escape(text_)));
      return {};
    }
    default:
      return {};
  }
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

std::string HeaderHandler::Value(std::string_view kind) {
  const bool is_string = kind == "a string";
  switch (where_) {
    case Where::kSkip:
      return {};
    case Where::kMetadata:
      if (!is_string) return WrongType(kind);
      if (metadata.size() == kMaxMetadataEntries)
        return fmt::format("__metadata__ has more than {} entries", kMaxMetadataEntries);
      metadata.emplace(std::move(key_), std::move(text_));
      return {};
    case Where::kTensor: {
      if (field_ == Field::kUnknown) return {};
      if (field_ != Field::kDType || !is_string) return WrongType(kind);
      const auto dtype = DTypeFromName(text_);
      if (!dtype) {
        return Tensor(
            fmt::format("unknown dtype {} (known: {})", Escape(text_), SupportedDTypes()));
      }
      tensor_.dtype = *dtype;
      return {};
    }
    case Where::kShape:
    case Where::kOffsets: {
      const auto number = PlainUnsigned(text_);
      if (kind != "a number" || !number) return WrongType(kind);
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
    finished_ = true;
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

bool IsJsonSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

struct SafetensorsHeaderParser::Impl {
  Impl(std::string what_, uint64_t header_bytes_, uint64_t data_bytes_)
      : what(std::move(what_)), header_bytes(header_bytes_), data_bytes(data_bytes_), parser([] {
          bj::parse_options options;
          options.max_depth = kMaxDepth;
          return options;
        }()) {}

  std::string what;
  uint64_t header_bytes;
  uint64_t data_bytes;
  uint64_t fed_bytes = 0;
  bool done = false;
  bj::basic_parser<HeaderHandler> parser;

  Error Explain(std::string_view piece, size_t at, const bj::error_code& ec) const;
  Status CheckTiling(const std::vector<TensorInfo>& tensors) const;
};

SafetensorsHeaderParser::SafetensorsHeaderParser(std::string what, uint64_t header_bytes,
                                                 uint64_t data_bytes)
    : impl_(std::make_unique<Impl>(std::move(what), header_bytes, data_bytes)) {
  // One reservation instead of doublings, which would hold two copies for a moment. It is bounded
  // by the header's limit, and pages that no tensor comes to fill are never touched.
  impl_->parser.handler().tensors.reserve(header_bytes / kMinEntryBytes);
}
SafetensorsHeaderParser::~SafetensorsHeaderParser() = default;

// The error of the parser at byte `at` of `piece`, as one sentence.
Error SafetensorsHeaderParser::Impl::Explain(std::string_view piece, size_t at,
                                             const bj::error_code& ec) const {
  const HeaderHandler& handler = parser.handler();
  if (!handler.error().empty()) return InvalidInput("{}: {}", what, handler.error());
  const uint64_t offset = fed_bytes + at;
  if (ec == bj::error::too_deep)
    return InvalidInput("{}: header nesting deeper than {} at byte {}", what, kMaxDepth, offset);
  // The parser stops inside a bad UTF-8 sequence: look from its first byte on.
  size_t start = std::min(at, piece.size());
  while (start > 0 && at - start < 4 && (start == piece.size() || piece[start] & 0x80)) --start;
  const size_t bad = FindInvalidUtf8(piece.substr(start, 8));
  if (bad < 5) return InvalidInput("{}: invalid UTF-8 at byte {}", what, fed_bytes + start + bad);
  const unsigned byte = at < piece.size() ? static_cast<unsigned char>(piece[at]) : 0;
  if (!handler.began()) {
    return InvalidInput("{}: header is not a JSON object: unexpected byte 0x{:02x} at {}", what,
                        byte, offset);
  }
  return InvalidInput("{}: invalid JSON at byte {} of the header ({})", what, offset, ec.message());
}

Status SafetensorsHeaderParser::Feed(std::string_view piece) {
  Impl& impl = *impl_;
  size_t at = 0;
  if (!impl.done) {
    bj::error_code ec;
    at = impl.parser.write_some(true, piece.data(), piece.size(), ec);
    if (ec) return impl.Explain(piece, at, ec);
    impl.done = impl.parser.done();
  }
  for (; impl.done && at < piece.size(); ++at) {
    if (!IsJsonSpace(piece[at])) {
      return InvalidInput(
          "{}: unexpected byte 0x{:02x} at byte {} of the header, behind the JSON object (padding "
          "may only be JSON whitespace)",
          impl.what, static_cast<unsigned char>(piece[at]), impl.fed_bytes + at);
    }
  }
  impl.fed_bytes += piece.size();
  return {};
}

// `tensors` are sorted by begin, then by size.
Status SafetensorsHeaderParser::Impl::CheckTiling(const std::vector<TensorInfo>& tensors) const {
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
  if (!impl.done) {
    bj::error_code ec;
    impl.parser.write_some(false, "", 0, ec);  // a bare number is complete only now
    if (!impl.parser.handler().error().empty()) return impl.Explain({}, 0, ec);
    return InvalidInput(
        "{}: {}JSON ends early at byte {} of the header", impl.what,
        impl.parser.handler().began() ? "" : "header is not a JSON object: ", impl.fed_bytes);
  }
  SafetensorsHeader header;
  header.tensors = std::move(impl.parser.handler().tensors);
  header.metadata = std::move(impl.parser.handler().metadata);
  std::vector<TensorInfo>& tensors = header.tensors;
  std::sort(tensors.begin(), tensors.end(), [](const TensorInfo& a, const TensorInfo& b) {
    return std::pair(a.begin, a.bytes) < std::pair(b.begin, b.bytes);
  });
  uint32_t duplicate = 0;
  const auto name_at = [&](uint32_t i) -> std::string_view { return tensors[i].name; };
  if (!header.by_name.Build(static_cast<uint32_t>(tensors.size()), name_at, &duplicate)) {
    return InvalidInput("{}: duplicate key \"{}\"", impl.what, Escape(tensors[duplicate].name));
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
