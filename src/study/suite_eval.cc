#include "study/suite_eval.h"

#include <algorithm>

#include "base/file.h"
#include "base/progress.h"
#include "base/text.h"
#include "checkpoint/checkpoint.h"
#include "study/answers.h"
#include "study/suite_score.h"
#include "study/suite_text.h"

namespace nibble {
namespace {

struct Loaded {
  std::unique_ptr<Checkpoint> checkpoint;
  std::unique_ptr<Model> model;

  RunInfo Info() const {
    return {checkpoint->folder().string(), model->options().numerics, *model->options().activations,
            model->weight_bytes()};
  }
};

bool HasMtp(const Checkpoint& checkpoint) {
  const ModelConfig& config = checkpoint.config();
  return config.num_nextn_predict_layers > 0 && !config.has_dspark && checkpoint.has_mtp();
}

class Evaluation {
 public:
  explicit Evaluation(const SuiteOptions& options) : options_(options) {}

  Result<SuiteReport> Run() {
    NIBBLE_TRY(ReadQuestions());
    NIBBLE_TRY(Encode());
    NIBBLE_TRY(Load());
    report_.run = model_.Info();
    NIBBLE_TRY(Answers());
    NIBBLE_TRY(Texts());
    NIBBLE_TRY(WriteAmax());
    NIBBLE_TRY(Reference());
    return std::move(report_);
  }

 private:
  Status ReadQuestions() {
    std::vector<std::filesystem::path> suites = options_.suites;
    std::vector<std::filesystem::path> texts = options_.texts;
    if (suites.empty() && texts.empty()) {
      const std::filesystem::path folder = options_.model / "eval";
      if (PathExists(folder / "suite.jsonl")) suites = {folder / "suite.jsonl"};
      if (PathExists(folder / "text.jsonl")) texts = {folder / "text.jsonl"};
      if (suites.empty() && texts.empty())
        return NotFound("{} has no eval/suite.jsonl and no eval/text.jsonl: give --suite or --text",
                        Escape(options_.model.string(), 400));
    }
    NIBBLE_ASSIGN(cases_, ReadSuite(suites, options_.selection));
    NIBBLE_ASSIGN(texts_, ReadTexts(texts));
    return {};
  }

  // Before the weights are read: a wrong file should not cost the time of loading them.
  Status Encode() {
    NIBBLE_ASSIGN(model_.checkpoint, Checkpoint::Open(options_.model, options_.open));
    const ModelConfig& config = model_.checkpoint->config();
    NIBBLE_ASSIGN(SuiteText text, SuiteText::Load(options_.model, config));
    for (const SuiteCase& one : cases_) {
      NIBBLE_ASSIGN(std::vector<TokenId> ids, text.Encode(one.prompt));
      const int64_t room = config.max_position_embeddings - static_cast<int64_t>(ids.size());
      requests_.push_back({one.prompt.where, std::move(ids), std::min(one.max_tokens, room)});
    }
    for (const Prompt& prompt : texts_) {
      NIBBLE_ASSIGN(SuiteText::Text encoded, text.EncodeText(prompt));
      encoded_texts_.push_back(std::move(encoded));
    }
    text_.emplace(std::move(text));
    return {};
  }

  Status Load() {
    NIBBLE_TRY(OpenReference());
    ModelOptions run = options_.run;
    mtp_ = options_.mtp && HasMtp(*model_.checkpoint) && !cases_.empty();
    run.load_mtp = mtp_;
    NIBBLE_ASSIGN(model_.model, Model::Load(*model_.checkpoint, run));
    if (!options_.reference) return {};
    NIBBLE_ASSIGN(reference_.model, Model::Load(*reference_.checkpoint, options_.reference_run));
    return {};
  }

  Status OpenReference() {
    if (!options_.reference) return {};
    NIBBLE_ASSIGN(reference_.checkpoint, Checkpoint::Open(*options_.reference, options_.open));
    const int64_t theirs = reference_.checkpoint->config().vocab_size;
    if (theirs != model_.checkpoint->config().vocab_size)
      return InvalidInput("{}: a vocabulary of {}, the model has {}: no reference for it",
                          Escape(options_.reference->string(), 400), theirs,
                          model_.checkpoint->config().vocab_size);
    NIBBLE_ASSIGN(const SuiteText text,
                  SuiteText::Load(*options_.reference, reference_.checkpoint->config()));
    return text_->CheckSameSpelling(text, *options_.reference);
  }

  Result<AnswerRun> AnswersOf(Model& model, const char* label, bool mtp, InputAmax* amax) {
    Progress progress(label, requests_.size(),
                      options_.progress ? Progress::Mode::kAuto : Progress::Mode::kOff, "cases");
    AnswerOptions options{.end_ids = text_->EndIds(),
                          .batch = options_.batch,
                          .prefill_chunk = options_.prefill_chunk,
                          .mtp = mtp,
                          .input_amax = amax,
                          .stop = options_.stop,
                          .on_answer = [&] { progress.Add(1); }};
    return AnswerAll(model, requests_, options);
  }

  Status Answers() {
    if (cases_.empty()) return {};
    NIBBLE_ASSIGN(AnswerRun run, AnswersOf(*model_.model, "eval", mtp_, Amax()));
    report_.prompt_tokens = run.prompt_tokens;
    report_.generated_tokens = run.generated_tokens;
    report_.seconds = run.seconds;
    answers_ = std::move(run.answers);
    for (size_t i = 0; i < cases_.size(); ++i) NIBBLE_TRY(Score(cases_[i], answers_[i]));
    report_.total.skill = "all";
    for (const SkillScore& score : report_.skills) {
      report_.total.cases += score.cases;
      report_.total.right += score.right;
    }
    return {};
  }

  Status Score(const SuiteCase& one, const Answer& answer) {
    report_.drafted += answer.drafted;
    report_.drafted_right += answer.drafted_right;
    ReadAnswer read;
    read.ids = answer.tokens;
    if (text_->has_tokenizer()) {
      NIBBLE_ASSIGN(read, ReadOutput(answer.tokens, text_->tokenizer(), text_->controls(),
                                     one.prompt.thinking));
    }
    read.cut_off = !answer.ended;
    std::string problem = WhatIsWrong(one.expect, read);
    auto& skills = report_.skills;
    auto score = std::find_if(skills.begin(), skills.end(),
                              [&](const SkillScore& s) { return s.skill == one.skill; });
    if (score == skills.end()) score = skills.insert(score, {.skill = one.skill});
    ++score->cases;
    score->right += problem.empty();
    if (problem.empty()) return {};
    report_.wrong.push_back({one.prompt.id, one.skill, std::move(problem),
                             json::Object{{one.expect.name, one.expect.value}}, read.ToJson()});
    return {};
  }

  Status Texts() {
    if (encoded_texts_.empty()) return {};
    Progress progress("perplexity", encoded_texts_.size(),
                      options_.progress ? Progress::Mode::kAuto : Progress::Mode::kOff, "texts");
    report_.text.emplace();
    for (const SuiteText::Text& text : encoded_texts_) {
      NIBBLE_TRY(CheckStop());
      NIBBLE_TRY(AddText(*model_.model, text, options_.prefill_chunk, Amax(), &*report_.text));
      progress.Add(1);
    }
    return {};
  }

  Status Reference() {
    if (!options_.reference || cases_.empty()) return {};
    ReferenceScore& score = report_.reference.emplace();
    score.run = reference_.Info();
    score.cases = static_cast<int64_t>(cases_.size());
    NIBBLE_ASSIGN(const AnswerRun run, AnswersOf(*reference_.model, "reference", false, nullptr));
    Progress progress("compare", cases_.size(),
                      options_.progress ? Progress::Mode::kAuto : Progress::Mode::kOff, "cases");
    for (size_t i = 0; i < cases_.size(); ++i) {
      NIBBLE_TRY(CheckStop());
      const std::vector<TokenId> theirs = run.answers[i].generated();
      const std::vector<TokenId> mine = answers_[i].generated();
      const bool same = theirs == mine;
      const auto at = std::mismatch(theirs.begin(), theirs.end(), mine.begin(), mine.end()).first -
                      theirs.begin();
      double margin = 0;
      NIBBLE_TRY(AddAnswer(*reference_.model, *model_.model, requests_[i].prompt, theirs,
                           options_.prefill_chunk, same ? -1 : at, &score.difference, &margin));
      if (!same) score.different.push_back({cases_[i].prompt.id, cases_[i].skill, at, margin});
      progress.Add(1);
    }
    return {};
  }

  InputAmax* Amax() { return options_.input_amax.empty() ? nullptr : &input_amax_; }

  Status WriteAmax() {
    if (options_.input_amax.empty()) return {};
    NIBBLE_ASSIGN(report_.input_amax,
                  WriteInputAmax(options_.input_amax, input_amax_, model_.checkpoint->config()));
    return {};
  }

  Status CheckStop() const {
    if (options_.stop != nullptr && *options_.stop != 0)
      return Error(ErrorCode::kInterrupted, "interrupted");
    return {};
  }

  const SuiteOptions& options_;
  std::vector<SuiteCase> cases_;
  std::vector<Prompt> texts_;
  Loaded model_;
  Loaded reference_;
  bool mtp_ = false;
  std::optional<SuiteText> text_;
  std::vector<AnswerRequest> requests_;  // of cases_
  std::vector<Answer> answers_;
  std::vector<SuiteText::Text> encoded_texts_;
  InputAmax input_amax_;
  SuiteReport report_;
};

}  // namespace

Result<SuiteReport> EvaluateSuite(const SuiteOptions& options) { return Evaluation(options).Run(); }

}  // namespace nibble
