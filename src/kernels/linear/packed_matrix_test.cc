#include "kernels/linear/packed_matrix.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "kernels/linear/random_matrix.h"

namespace nibble {
namespace {

TEST(PackedMatrixTest, NoExtraBytes) {
  HugePageArena arena;
  const struct {
    Form form;
    int64_t bits_times_8;  // per weight, scales included
  } cases[] = {{Form::kBF16, 128}, {Form::kFp8, 64}, {Form::kMxfp4, 34}, {Form::kNvfp4, 36}};
  for (const auto& c : cases) {
    const RandomMatrix m(c.form, 256, 512, 1);
    const auto packed = PackedMatrix::Build(m.view, arena);
    ASSERT_TRUE(packed.ok());
    const int64_t fp8_scales = c.form == Form::kFp8 ? 2 * 4 * 4 : 0;
    EXPECT_EQ(packed->bytes(), 256 * 512 * c.bits_times_8 / 64 + fp8_scales) << NameOf(c.form);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(packed->tile(0)) % 64, 0u);
  }
}

TEST(PackedMatrixTest, ManyThreadsPackTheSame) {
  HugePageArena arena;
  ThreadPool pool(3);
  for (const Form form : {Form::kBF16, Form::kFp8, Form::kMxfp4, Form::kNvfp4}) {
    RandomMatrix m(form, 1000, 512, 1);
    const PackedMatrix one = PackedMatrix::Build(m.view, arena).value();
    const PackedMatrix many = PackedMatrix::Build(m.view, arena, &pool).value();
    const auto bytes = static_cast<size_t>(one.tiles() * one.tile_bytes());
    EXPECT_TRUE(std::equal(one.tile(0), one.tile(0) + bytes, many.tile(0))) << NameOf(form);
    if (form != Form::kMxfp4 && form != Form::kNvfp4) continue;
    m.scales[m.scales.size() / 2] = 255;
    m.scales.back() = 255;
    const auto first = PackedMatrix::Build(m.view, arena);
    const auto same = PackedMatrix::Build(m.view, arena, &pool);
    ASSERT_FALSE(same.ok());
    EXPECT_EQ(same.error().message(), first.error().message());
  }
}

TEST(PackedMatrixTest, RefusesNanScales) {
  HugePageArena arena;
  RandomMatrix m(Form::kNvfp4, 32, 64, 2);
  m.scales[4 * 17 + 3] = 0xFF;
  const auto packed = PackedMatrix::Build(m.view, arena);
  ASSERT_FALSE(packed.ok());
  EXPECT_EQ(packed.error().message(),
            "the nvfp4 block scale of row 17, block 3 is NaN; the checkpoint is damaged");
  RandomMatrix mx(Form::kMxfp4, 32, 64, 2);
  mx.scales[5] = 255;
  EXPECT_FALSE(PackedMatrix::Build(mx.view, arena).ok());
}

TEST(PackedMatrixTest, RefusesOtherFormsAndOddShapes) {
  HugePageArena arena;
  RandomMatrix m(Form::kNvfp4, 32, 64, 2);
  m.view.form = Form::kF32;
  EXPECT_FALSE(PackedMatrix::Build(m.view, arena).ok());
  m.view.form = Form::kNvfp4;
  m.view.cols = 40;
  EXPECT_FALSE(PackedMatrix::Build(m.view, arena).ok());
}

TEST(HugePageArenaTest, PiecesAreZeroAlignedAndApart) {
  HugePageArena arena(size_t{4} << 20);
  std::vector<std::shared_ptr<std::byte>> pieces;
  for (const size_t bytes :
       {size_t{100}, size_t{64}, size_t{9} << 20, size_t{1}, size_t{3} << 20}) {
    const auto piece = arena.Allocate(bytes);
    ASSERT_TRUE(piece.ok());
    EXPECT_EQ(reinterpret_cast<uintptr_t>(piece->get()) % 64, 0u);
    for (size_t i = 0; i < bytes; i += 4093) EXPECT_EQ(piece->get()[i], std::byte{0});
    std::fill_n(piece->get(), bytes, std::byte{1});
    pieces.push_back(*piece);
  }
}

}  // namespace
}  // namespace nibble
