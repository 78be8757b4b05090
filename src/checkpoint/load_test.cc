// Bytes of stored modules, whole, by rows, and out of fused stacks.
#include "checkpoint/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkpoint/draft_checkpoint.h"

namespace nibble {
namespace {

using testing::HasSubstr;

TEST_F(CheckpointTest, ReadsBaseScalesInF32AndTheirOtherName) {
  Draft draft = NativeDraft();
  draft.Find("layers.0.attn.wq_a.scale")->dtype = DType::kF32;
  draft.Find("layers.1.attn.wq_a.scale")->name = "layers.1.attn.wq_a.weight_scale_inv";
  const auto opened = Open(draft);
  ASSERT_TRUE(opened.ok()) << opened.error().message();
  const auto base = LoadMatrix((*opened)->FindModule(Role::kWqA, 0).value());
  ASSERT_TRUE(base.ok());
  EXPECT_TRUE(base->view().f32_scales);
  EXPECT_EQ(base->scales.size(), 8u);
  const auto renamed = LoadMatrix((*opened)->FindModule(Role::kWqA, 1).value());
  EXPECT_FALSE(renamed->view().f32_scales);
  EXPECT_EQ(renamed->scales.size(), 2u);
}

// Bytes of a fused stack: row r of the whole [E * rows] holds r's low byte everywhere.
void WriteRows(SafetensorsWriter* writer, size_t index, uint64_t rows, uint64_t row_bytes) {
  for (uint64_t r = 0; r < rows; ++r) {
    const std::vector<std::byte> row(row_bytes, static_cast<std::byte>(r / 128));
    ASSERT_TRUE(writer->Write(index, r * row_bytes, row).ok());
  }
}

TEST_F(CheckpointTest, SplitsFusedExperts) {
  Draft draft = TinyDraft(Names::kHf, [](const Module& m) {
    return m.IsRoutedExpert() || m.mtp ? std::optional<Form>() : Native(m);
  });
  const std::string prefix = "model.layers.0.mlp.experts.";
  const size_t first = draft.tensors.size();
  draft.tensors.push_back({prefix + "gate_up_proj", DType::kU8, {8, 256, 128}});
  draft.tensors.push_back({prefix + "gate_up_proj_weight_scale", DType::kF8E4M3, {8, 256, 16}});
  draft.tensors.push_back({prefix + "gate_up_proj_weight_scale_2", DType::kF32, {8, 1}});
  draft.tensors.push_back({prefix + "gate_up_proj_input_scale", DType::kF32, {}});
  draft.tensors.push_back({prefix + "down_proj", DType::kBF16, {8, 256, 128}});
  folder_.Write("config.json", draft.config);
  {
    auto writer = SafetensorsWriter::Create(folder_.path() / "model.safetensors", draft.tensors);
    for (size_t i = 0; i < first; ++i) {
      const auto& t = draft.tensors[i];
      const std::vector<std::byte> zeros(ByteCount(t.dtype, t.shape).value());
      ASSERT_TRUE(writer->Write(i, zeros).ok());
    }
    WriteRows(&*writer, first, 8 * 256, 128);
    WriteRows(&*writer, first + 1, 8 * 256, 16);
    const float scales[9] = {1, 2, 3, 4, 5, 6, 7, 8, 0.5f};
    ASSERT_TRUE(writer->Write(first + 2, std::as_bytes(std::span(scales, 8))).ok());
    ASSERT_TRUE(writer->Write(first + 3, std::as_bytes(std::span(scales + 8, 1))).ok());
    WriteRows(&*writer, first + 4, 8 * 256, 256);
    ASSERT_TRUE(writer->Commit().ok());
  }
  const auto opened = Checkpoint::Open(folder_.path());
  ASSERT_TRUE(opened.ok()) << opened.error().message();
  for (int32_t e = 0; e < 8; ++e) {
    for (const Role role : {Role::kExpertW1, Role::kExpertW3}) {
      const auto stored = (*opened)->FindModule(role, 0, e);
      ASSERT_TRUE(stored.ok()) << stored.error().message();
      EXPECT_EQ(stored->form, Form::kNvfp4);
      const auto m = LoadMatrix(*stored);
      ASSERT_TRUE(m.ok()) << m.error().message();
      EXPECT_EQ(m->tensor_scale, static_cast<float>(e + 1));
      EXPECT_EQ(m->input_scale, 0.5f);
      // Rows [0, 128) of an expert are w1, [128, 256) w3.
      const auto expected = static_cast<std::byte>(2 * e + (role == Role::kExpertW3 ? 1 : 0));
      EXPECT_EQ(m->data, std::vector<std::byte>(128 * 128, expected));
      EXPECT_EQ(m->scales, std::vector<std::byte>(128 * 16, expected));
    }
    const auto down = LoadMatrix((*opened)->FindModule(Role::kExpertW2, 0, e).value());
    ASSERT_TRUE(down.ok());
    EXPECT_EQ(down->form, Form::kBF16);
    EXPECT_EQ(down->data.front(), static_cast<std::byte>(2 * e));
    EXPECT_EQ(down->data.back(), static_cast<std::byte>(2 * e + 1));
  }
  EXPECT_EQ((*opened)->Missing(false, 3).front(), "model.layers.1.mlp.experts.0.gate_proj");
}

TEST_F(CheckpointTest, LoadsVectorsAndIds) {
  const auto opened = Checkpoint::Open(TinyModelFolder());
  ASSERT_TRUE(opened.ok());
  const auto norm = LoadVector((*opened)->FindModule(Role::kFinalNorm).value());
  ASSERT_TRUE(norm.ok());
  EXPECT_EQ(norm->size(), 256u);
  EXPECT_EQ((*norm)[0], 0.828125f);  // 54 3f
  const auto sink = LoadVector((*opened)->FindModule(Role::kAttnSink, 0).value());
  EXPECT_EQ(sink->size(), 8u);
  const StoredModule table = (*opened)->FindModule(Role::kGateTid2Eid, 0).value();
  const auto ids = LoadIds(table, 8);
  ASSERT_TRUE(ids.ok());
  EXPECT_EQ(ids->size(), 1024u);
  EXPECT_EQ((*ids)[0], 3);
  EXPECT_THAT(LoadIds(table, 7).error().message(), HasSubstr("expected 0 to 6"));
  EXPECT_FALSE(LoadVector(table).ok());
  EXPECT_FALSE(LoadVector((*opened)->FindModule(Role::kWqA, 0).value()).ok());
  EXPECT_FALSE(LoadMatrix((*opened)->FindModule(Role::kFinalNorm).value()).ok());
}

TEST_F(CheckpointTest, LoadsRowsOfEveryForm) {
  const auto opened = Checkpoint::Open(TinyModelFolder());
  ASSERT_TRUE(opened.ok());
  for (const auto& [role, expert] : {std::pair(Role::kWoB, -1), std::pair(Role::kExpertW2, 3),
                                     std::pair(Role::kGateWeight, -1)}) {
    const StoredModule stored = (*opened)->FindModule(role, 2, expert).value();
    const auto whole = LoadMatrix(stored);
    ASSERT_TRUE(whole.ok());
    for (int64_t begin = 0; begin < whole->rows; begin += 128) {
      const int64_t end = std::min(whole->rows, begin + 128);
      const auto part = LoadRows(stored, begin, end);
      ASSERT_TRUE(part.ok());
      std::vector<double> expected(static_cast<size_t>(whole->cols)), row(expected.size());
      for (int64_t r = begin; r < end; ++r) {
        DecodeRow(whole->view(), r, std::span(expected));
        DecodeRow(part->view(), r - begin, std::span(row));
        ASSERT_EQ(row, expected) << RowOf(role).official << " row " << r;
      }
    }
  }
}

}  // namespace
}  // namespace nibble
