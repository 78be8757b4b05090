// The real configs, both spellings, and rows c01-c12 of the catalogue of bad input.
#include "checkpoint/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "golden.h"
#include "temp_folder.h"

namespace nibble {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

json::Value Pro() {
  return json::ParseFile(TestData("configs/deepseek_v4_pro.json").string(), 1 << 20).value();
}
json::Value Parsed(std::string_view text) { return json::Parse(text, "test").value(); }

std::string ErrorOf(const json::Value& config) {
  const auto parsed = ParseModelConfig(config, "config.json");
  return parsed.ok() ? "" : parsed.error().message();
}
// Pro with one field replaced, or removed when `value` is empty. "a.b" is a field of an object.
json::Value ProWith(const std::string& field, const std::string& value) {
  json::Value config = Pro();
  const size_t dot = field.find('.');
  json::Value* object = dot == std::string::npos ? &config : config.Find(field.substr(0, dot));
  const std::string key = dot == std::string::npos ? field : field.substr(dot + 1);
  if (value.empty()) {
    object->Erase(key);
  } else {
    object->Set(key, Parsed(value));
  }
  return config;
}

TEST(Config, ReadsTheRealOnes) {
  const auto pro = LoadModelConfig(TestData("configs/deepseek_v4_pro.json"));
  ASSERT_TRUE(pro.ok()) << pro.error().message();
  EXPECT_EQ(pro->num_hidden_layers, 61);
  EXPECT_EQ(pro->compress_ratios.size(), 62u);
  EXPECT_EQ(pro->ratio(0), 128);
  EXPECT_EQ(pro->ratio(2), 4);
  EXPECT_EQ(pro->ratio(61), 0);
  EXPECT_EQ(pro->mtp_blocks(), 1);
  EXPECT_EQ(pro->routed_scaling_factor, 2.5);
  EXPECT_EQ(pro->rope_factor, 16);
  EXPECT_EQ(pro->rope_original_max_position_embeddings, 65536);
  EXPECT_THAT(pro->eos_token_ids, ElementsAre(1));
  EXPECT_EQ(pro->expert_dtype, "fp4");
  EXPECT_TRUE(pro->warnings.empty());
  const auto flash = LoadModelConfig(TestData("configs/deepseek_v4_flash.json"));
  ASSERT_TRUE(flash.ok()) << flash.error().message();
  EXPECT_EQ(flash->index_topk, 512);
  const auto tiny = LoadModelConfig(TestData("v4_tiny"));
  ASSERT_TRUE(tiny.ok()) << tiny.error().message();
  EXPECT_EQ(tiny->head_dim, 128);
}

// The tiny model in the spelling of newer transformers.
json::Value Nested() {
  json::Value config = json::ParseFile(TestData("v4_tiny/config.json").string(), 1 << 20).value();
  for (const char* key : {"compress_ratios", "num_hash_layers", "qk_rope_head_dim", "rope_theta",
                          "compress_rope_theta", "rope_scaling", "expert_dtype"}) {
    config.Erase(key);
  }
  config.Set("layer_types", Parsed(R"(["sliding_attention","heavily_compressed_attention",
                        "compressed_sparse_attention","heavily_compressed_attention",
                        "compressed_sparse_attention"])"));
  config.Set("compress_rates", Parsed(R"({"compressed_sparse_attention":4,
                                          "heavily_compressed_attention":128})"));
  config.Set("mlp_layer_types", Parsed(R"(["hash_moe","hash_moe","moe","moe","moe"])"));
  config.Set("partial_rotary_factor", 0.5);
  config.Set("rope_parameters", Parsed(R"({"main":{"rope_type":"default","rope_theta":10000.0},
                        "compress":{"rope_type":"yarn","rope_theta":160000.0,"factor":16.0,
                        "beta_fast":32,"beta_slow":1,"original_max_position_embeddings":65536}})"));
  config.Find("quantization_config")->Set("expert_dtype", "fp4");
  return config;
}

TEST(Config, ReadsTheSpellingOfTransformers) {
  const auto tiny = LoadModelConfig(TestData("v4_tiny"));
  const auto nested = ParseModelConfig(Nested(), "nested");
  ASSERT_TRUE(nested.ok()) << nested.error().message();
  EXPECT_EQ(nested->compress_ratios, tiny->compress_ratios);
  EXPECT_EQ(nested->num_hash_layers, 2);
  EXPECT_EQ(nested->num_nextn_predict_layers, 1);
  EXPECT_EQ(nested->qk_rope_head_dim, 64);
  EXPECT_EQ(nested->rope_theta, 10000);
  EXPECT_EQ(nested->compress_rope_theta, 160000);
  EXPECT_EQ(nested->rope_factor, 16);
  EXPECT_EQ(nested->rope_original_max_position_embeddings, 65536);
  EXPECT_EQ(nested->expert_dtype, "fp4");
}

TEST(Config, RefusesContradictions) {
  const struct {
    const char* key;
    const char* value;
    const char* says;
  } rows[] = {
      {"compress_ratios", "[0,128,4,4,4,0]", "compress_ratios [3] is 4 but layer_types says 128"},
      {"num_hash_layers", "1", "num_hash_layers is 1 but mlp_layer_types says 2"},
      {"qk_rope_head_dim", "128",
       "qk_rope_head_dim is 128 but partial_rotary_factor x head_dim says 64"},
      {"rope_theta", "20000", "rope_theta is 20000 but rope_parameters.main.rope_theta says 10000"},
      {"rope_scaling", R"({"factor":8})", "rope_scaling.factor is 8 but"},
      {"expert_dtype", "\"fp8\"", "expert_dtype is \"fp8\" but"},
  };
  for (const auto& row : rows) {
    json::Value config = Nested();
    config.Set(row.key, Parsed(row.value));
    EXPECT_THAT(ErrorOf(config), HasSubstr(row.says));
  }
}

TEST(Config, RefusesEveryBadField) {
  const struct {
    const char* id;
    const char* field;
    const char* value;  // empty removes the field
    const char* says;
  } rows[] = {
      {"c03", "num_hidden_layers", "0", "num_hidden_layers is 0, expected an integer from 1 to"},
      {"c03", "num_hidden_layers", "-1", "num_hidden_layers is -1"},
      {"c03", "num_hidden_layers", "1000000000", "num_hidden_layers is 1000000000"},
      {"c03", "num_hidden_layers", "1e9", "num_hidden_layers is 1e9"},
      {"c03", "num_hidden_layers", "\"61\"", "num_hidden_layers is \"61\""},
      {"c03", "num_hidden_layers", "61.5", "num_hidden_layers is 61.5"},
      {"c03", "num_hidden_layers", "", "num_hidden_layers is missing"},
      {"c03", "num_hidden_layers", "60", "compress_ratios has 62 entries, expected 61"},
      {"c03", "compress_ratios", "[128,8]", "compress_ratios [1] is 8"},
      {"c03", "compress_ratios", "7", "compress_ratios is 7, expected an array"},
      {"c04", "n_routed_experts", "0", "n_routed_experts is 0"},
      {"c04", "n_routed_experts", "2147483648", "n_routed_experts is 2147483648"},
      {"c04", "num_experts_per_tok", "385",
       "num_experts_per_tok is 385, expected an integer from 1 to 384"},
      {"c05", "hidden_size", "7170",
       "hidden_size gives tensor \"layers.0.ffn.experts.0.w1\" K=7170, which is not a multiple of "
       "the NVFP4 block 16"},
      {"c05", "moe_intermediate_size", "3080",
       "K=3080, which is not a multiple of the NVFP4 block"},
      {"c05", "moe_intermediate_size", "3088",
       "K=3088, which is not a multiple of the MXFP4 block"},
      {"c05", "hidden_size", "7200", "K=7200, which is not a multiple of the FP8 block 128"},
      {"c06", "quantization_config.quant_method", "\"gptq\"",
       "quantization_config.quant_method is \"gptq\""},
      {"c06", "quantization_config.quant_method", "4", "quantization_config.quant_method is 4"},
      {"c07", "quantization_config.weight_block_size", "[0,128]",
       "quantization_config.weight_block_size is [0, 128], only [128, 128] is supported"},
      {"c07", "quantization_config.weight_block_size", "[128]", "weight_block_size is [128], only"},
      {"c07", "quantization_config.weight_block_size", "[\"a\"]",
       "weight_block_size is [\"a\"], only"},
      {"c08", "model_type", "\"llama\"", "model_type is \"llama\""},
      {"c08", "model_type", "", "model_type is missing"},
      {"c08", "model_type", "\"deepseek_v41\"", "DeepSeek-V4.1"},
      {"c08", "text_config", "{}", "DeepSeek-V4.1"},
      {"c08", "vision_config", "{}", "Vision variant"},
      {"c08", "architectures", "[\"LlamaForCausalLM\"]", "found \"LlamaForCausalLM\""},
      {"c08", "tie_word_embeddings", "true", "tie_word_embeddings is true, only false"},
      {"c08", "hidden_act", "\"gelu\"", "hidden_act is \"gelu\""},
      {"c09", "rope_scaling.factor", "0", "rope_scaling.factor is 0"},
      {"c09", "rope_scaling.factor", "1e400", "JSON"},
      {"c09", "rope_scaling.factor", "\"NaN\"", "rope_scaling.factor is \"NaN\""},
      {"c09", "rope_scaling.type", "\"linear\"", "rope_scaling.type is \"linear\""},
      {"c09", "rope_scaling", "[]", "rope_scaling is []"},
      {"c09", "max_position_embeddings", "0", "max_position_embeddings is 0"},
      {"c12", "hidden_size", "9223372036854775807", "hidden_size is 9223372036854775807"},
      {"c12", "n_routed_experts", "65536", "gives 4063232 experts, over the limit"},
      {"-", "index_head_dim", "96", "index_head_dim 96 is not a power of two"},
      {"-", "o_groups", "24", "num_attention_heads 128 is not a multiple of o_groups 24"},
      {"-", "qk_rope_head_dim", "32", "must be even and head_dim 512 minus it a multiple of 64"},
      {"-", "eos_token_id", "[1,129280]", "eos_token_id has the entry 129280"},
  };
  for (const auto& row : rows) {
    if (std::string_view(row.says) == "JSON") {
      EXPECT_FALSE(json::Parse(row.value, "config.json").ok());
      continue;
    }
    const std::string error = ErrorOf(ProWith(row.field, row.value));
    EXPECT_THAT(error, HasSubstr(row.says)) << row.id;
    EXPECT_THAT(error, HasSubstr("config.json: ")) << row.id;
  }
}

TEST(Config, C01C02FileAndByte) {
  const TempFolder folder;
  EXPECT_THAT(LoadModelConfig(folder.path()).error().message(),
              HasSubstr("config.json: no such file"));
  const struct {
    std::string text;
    const char* says;
  } rows[] = {
      {"", "JSON ends early at byte 0"},
      {"{\"a\":", "JSON ends early at byte 5"},
      {"{\"a\":1,}", "invalid JSON at byte 7"},
      {"{\"a\":1,\"a\":1}", "duplicate key \"a\" at byte"},
      {std::string(100'000, '['), "nesting deeper than 64"},
      {"[1]", "the config is an array, expected an object"},
      {"{\"a\":NaN}", "invalid JSON at byte 5"},
      {std::string(5 << 20, ' '), "over the limit"},
  };
  for (const auto& row : rows) {
    folder.Write("config.json", row.text);
    const auto config = LoadModelConfig(folder.path());
    ASSERT_FALSE(config.ok());
    EXPECT_THAT(config.error().message(), HasSubstr(row.says));
    EXPECT_THAT(config.error().message(), HasSubstr("config.json"));
  }
}

TEST(Config, C10AutoMapIsIgnoredWithOneWarning) {
  const auto config = ParseModelConfig(ProWith("auto_map", R"({"AutoModel":"x--y.Z"})"), "c");
  ASSERT_TRUE(config.ok()) << config.error().message();
  ASSERT_EQ(config->warnings.size(), 1u);
  EXPECT_THAT(config->warnings[0], HasSubstr("auto_map"));
}

TEST(Config, RecognisesDspark) {
  json::Value config =
      json::ParseFile(TestData("configs/deepseek_v4_flash.json").string(), 1 << 20).value();
  config.Find("compress_ratios")
      ->as_array()
      ->insert(config.Find("compress_ratios")->as_array()->end(), {0, 0});
  EXPECT_THAT(ErrorOf(config), HasSubstr("compress_ratios has 46 entries"));
  config.Set("dspark_markov_rank", 256);
  config.Set("dspark_target_layer_ids", Parsed("[40,41,42]"));
  const auto parsed = ParseModelConfig(config, "c");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message();
  EXPECT_TRUE(parsed->has_dspark);
  EXPECT_EQ(parsed->mtp_blocks(), 3);
  EXPECT_EQ(parsed->num_nextn_predict_layers, 1);
}

}  // namespace
}  // namespace nibble
