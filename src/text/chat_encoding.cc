#include "text/chat_encoding.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "base/file.h"
#include "base/hash.h"
#include "text/chat_templates.h"
#include "text/control_strings.h"

namespace nibble {
namespace {

bool IsResult(const Message* message) { return message->role == MessageRole::kTool; }

// A user turn is made of several messages: texts of the user and results of tools.
struct Turn {
  const Message* message;              // of a user turn the first one
  std::vector<const Message*> blocks;  // user turns only
  MessageRole role() const { return blocks.empty() ? message->role : MessageRole::kUser; }
  bool opens_question() const {
    return role() == MessageRole::kUser || role() == MessageRole::kDeveloper;
  }
  // A tool result that begins a turn brings no task.
  Task task() const { return IsResult(message) ? Task::kNone : message->task; }
};

// There is no tool turn: results and user messages that follow each other are one user turn. A task
// ends the turn for user messages; the task of a message that joined another is lost.
std::vector<Turn> JoinTurns(std::span<const Message> messages) {
  std::vector<Turn> turns;
  for (const Message& message : messages) {
    const bool is_result = IsResult(&message);
    if (!is_result && message.role != MessageRole::kUser) {
      turns.push_back({&message, {}});
      continue;
    }
    const bool joins = !turns.empty() && turns.back().role() == MessageRole::kUser &&
                       (is_result || turns.back().task() == Task::kNone);
    if (!joins) turns.push_back({&message, {}});
    turns.back().blocks.push_back(&message);
  }
  return turns;
}

// Results go in the order of the calls that they answer; texts keep their places.
void SortToolResults(std::vector<Turn>* turns) {
  std::unordered_map<std::string_view, size_t, SeededHash> order;
  for (Turn& turn : *turns) {
    if (turn.role() == MessageRole::kAssistant && !turn.message->tool_calls.empty()) {
      order.clear();
      const std::vector<ToolCall>& calls = turn.message->tool_calls;
      for (size_t i = 0; i < calls.size(); ++i) {
        if (!calls[i].id.empty()) order[calls[i].id] = i;
      }
    }
    if (order.empty()) continue;
    std::vector<const Message*> results;
    std::copy_if(turn.blocks.begin(), turn.blocks.end(), std::back_inserter(results), IsResult);
    const auto position = [&](const Message* result) {
      const auto it = order.find(result->tool_call_id);
      return it == order.end() ? size_t{0} : it->second;
    };
    std::stable_sort(results.begin(), results.end(),
                     [&](const Message* a, const Message* b) { return position(a) < position(b); });
    auto next = results.begin();
    for (const Message*& block : turn.blocks) {
      if (IsResult(block)) block = *next++;
    }
  }
}

// Index of the last turn that asks something, or -1.
ptrdiff_t LastQuestion(const std::vector<Turn>& turns) {
  const auto it = std::find_if(turns.rbegin(), turns.rend(),
                               [](const Turn& turn) { return turn.opens_question(); });
  return turns.rend() - it - 1;
}

std::string_view TaskMark(Task task) {
  switch (task) {
    case Task::kAction:
      return control::kAction;
    case Task::kQuery:
      return control::kQuery;
    case Task::kAuthority:
      return control::kAuthority;
    case Task::kDomain:
      return control::kDomain;
    case Task::kTitle:
      return control::kTitle;
    case Task::kReadUrl:
      return control::kReadUrl;
    case Task::kNone:
      break;
  }
  return {};
}

class Renderer {
 public:
  Renderer(bool thinking, bool dropping) : thinking_(thinking), dropping_(dropping) {}

  std::vector<Run> Render(const std::vector<Turn>& turns, std::string_view effort_prefix) {
    Scaffold(control::kBegin);
    Scaffold(effort_prefix);
    const ptrdiff_t last_question = LastQuestion(turns);
    for (size_t i = 0; i < turns.size(); ++i) {
      const bool after_task = i > 0 && turns[i - 1].task() != Task::kNone;
      const bool shows_reasoning =
          thinking_ && !after_task && (!dropping_ || static_cast<ptrdiff_t>(i) > last_question);
      RenderTurn(turns[i], shows_reasoning);
      const bool opens = i + 1 == turns.size() || turns[i + 1].role() == MessageRole::kAssistant ||
                         turns[i + 1].role() == MessageRole::kLatestReminder;
      if (opens) OpenNextTurn(turns[i], static_cast<ptrdiff_t>(i) >= last_question);
    }
    return std::move(runs_);
  }

 private:
  void Append(bool trusted, std::string_view text) {
    if (text.empty()) return;
    if (runs_.empty() || runs_.back().trusted != trusted) runs_.push_back({trusted, {}});
    runs_.back().text += text;
  }
  void Scaffold(std::string_view text) { Append(true, text); }
  void Text(std::string_view text) { Append(false, text); }

  void RenderTurn(const Turn& turn, bool shows_reasoning) {
    switch (turn.role()) {
      case MessageRole::kDeveloper:
        Scaffold(control::kUser);
        return System(*turn.message);
      case MessageRole::kSystem:
        return System(*turn.message);
      case MessageRole::kLatestReminder:
        Scaffold(control::kReminder);
        return Text(turn.message->content);
      case MessageRole::kAssistant:
        return Assistant(*turn.message, shows_reasoning);
      case MessageRole::kUser:
      case MessageRole::kTool:
        return User(turn);
    }
  }

  void System(const Message& message) {
    Text(message.content);
    if (!message.tools.empty()) {
      Scaffold("\n\n");
      Scaffold(chat_templates::kToolsHead);
      for (size_t i = 0; i < message.tools.size(); ++i) {
        if (i > 0) Scaffold("\n");
        Text(PromptJson(message.tools[i]));
      }
      Scaffold(chat_templates::kToolsTail);
    }
    // The vendor's encoder takes an empty schema for none.
    if (message.response_format && *message.response_format != json::Value(json::Object())) {
      Scaffold("\n\n");
      Scaffold(chat_templates::kResponseFormat);
      Text(PromptJson(*message.response_format));
    }
  }

  void User(const Turn& turn) {
    Scaffold(control::kUser);
    for (size_t i = 0; i < turn.blocks.size(); ++i) {
      if (i > 0) Scaffold("\n\n");
      const std::string& text = turn.blocks[i]->content;
      if (!IsResult(turn.blocks[i])) {
        Text(text);
        continue;
      }
      Scaffold("<tool_result>");
      ToolResult(text);
      Scaffold("</tool_result>");
    }
  }

  // A result must not end itself early and speak as the user. In a JSON string both spellings mean
  // the same.
  void ToolResult(std::string_view text) {
    constexpr std::string_view kClose = "</tool_result>";
    for (size_t at = text.find(kClose); at != std::string_view::npos; at = text.find(kClose)) {
      Text(text.substr(0, at));
      Text("<\\/tool_result>");
      text.remove_prefix(at + kClose.size());
    }
    Text(text);
  }

  void Assistant(const Message& message, bool shows_reasoning) {
    if (shows_reasoning) {
      Text(message.reasoning_content);
      Scaffold(control::kThinkEnd);
    }
    Text(message.content);
    if (!message.tool_calls.empty()) {
      Scaffold("\n\n<｜DSML｜tool_calls>\n");
      for (const ToolCall& call : message.tool_calls) Call(call);
      Scaffold("</｜DSML｜tool_calls>");
    }
    if (!message.wo_eos) Scaffold(control::kEnd);
  }

  void Call(const ToolCall& call) {
    Scaffold("<｜DSML｜invoke name=\"");
    Text(call.name);
    Scaffold("\">\n");
    bool any = false;
    const auto parameter = [&](std::string_view key, bool is_string, std::string_view value) {
      if (any) Scaffold("\n");
      any = true;
      Scaffold("<｜DSML｜parameter name=\"");
      Text(key);
      Scaffold(is_string ? "\" string=\"true\">" : "\" string=\"false\">");
      Text(value);
      Scaffold("</｜DSML｜parameter>");
    };
    json::Value parsed;
    const json::Value* arguments = &call.arguments;
    if (const std::string* text = arguments->as_string()) {
      auto result = json::Parse(*text, "arguments",
                                {.max_depth = kMaxArgumentsDepth, .merge_duplicates = true});
      if (result.ok()) parsed = std::move(result).value();
      if (!parsed.is_object()) parameter("arguments", true, *text);
      arguments = &parsed;
    }
    if (const json::Object* object = arguments->as_object()) {
      for (const auto& [key, value] : *object) {
        const std::string* s = value.as_string();
        parameter(key, s != nullptr, s != nullptr ? *s : PromptJson(value));
      }
    }
    Scaffold("\n</｜DSML｜invoke>\n");
  }

  void OpenNextTurn(const Turn& turn, bool is_last_question_or_later) {
    const std::string_view think = control::kThink;
    if (turn.task() == Task::kAction) {
      Scaffold(control::kAssistant);
      Scaffold(thinking_ ? think : control::kThinkEnd);
      Scaffold(control::kAction);
    } else if (turn.task() != Task::kNone) {
      Scaffold(TaskMark(turn.task()));
    } else if (turn.opens_question()) {
      Scaffold(control::kAssistant);
      const bool reasons = thinking_ && (!dropping_ || is_last_question_or_later);
      Scaffold(reasons ? think : control::kThinkEnd);
    }
  }

  bool thinking_;
  bool dropping_;
  std::vector<Run> runs_;
};

Result<std::string_view> EffortPrefix(const ChatOptions& options, EncodingProfile profile) {
  const bool preview = profile == EncodingProfile::kPreview;
  if (preview && options.effort == Effort::kLow)
    return InvalidInput("reasoning_effort: this checkpoint knows high and max, not low");
  if (options.thinking_mode == ThinkingMode::kChat) return std::string_view();
  if (options.effort == Effort::kMax)
    return preview ? chat_templates::kEffortA : chat_templates::kEffortB;
  if (options.effort == Effort::kHigh && !preview) return chat_templates::kEffortA;
  return std::string_view();
}

}  // namespace

Result<EncodingProfile> DetectEncodingProfile(const std::filesystem::path& folder) {
  const auto file = folder / "encoding" / "encoding_dsv4.py";
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return EncodingProfile::kPreview;
  NIBBLE_ASSIGN(const std::string text, ReadSmallFile(file, uint64_t{1} << 20));
  return text.find("REASONING_EFFORT_PROMPTS") == std::string::npos ? EncodingProfile::kPreview
                                                                    : EncodingProfile::kRefresh;
}

Result<std::vector<Run>> RenderChat(std::span<const Message> messages, const ChatOptions& options,
                                    EncodingProfile profile) {
  bool has_tools = false;
  for (size_t i = 0; i < messages.size(); ++i) {
    has_tools = has_tools || !messages[i].tools.empty();
    if (messages[i].role == MessageRole::kDeveloper && messages[i].content.empty())
      return InvalidInput("messages[{}].content: developer content must not be empty", i);
  }
  NIBBLE_ASSIGN(const std::string_view effort_prefix, EffortPrefix(options, profile));
  const bool thinking = options.thinking_mode == ThinkingMode::kThinking;
  const bool dropping = thinking && options.drop_thinking && !has_tools;

  std::vector<Turn> turns = JoinTurns(messages);
  SortToolResults(&turns);
  if (dropping) {
    const auto last = turns.begin() + std::max<ptrdiff_t>(LastQuestion(turns), 0);
    turns.erase(std::remove_if(turns.begin(), last,
                               [](const Turn& t) { return t.role() == MessageRole::kDeveloper; }),
                last);
  }
  return Renderer(thinking, dropping).Render(turns, effort_prefix);
}

Result<ChatEncoder> ChatEncoder::Create(const Tokenizer* tokenizer, EncodingProfile profile) {
  std::vector<ControlString> controls;
  for (const std::string_view text : control::kAll) {
    const auto id = tokenizer->FindAdded(text);
    if (!id) return InvalidInput("tokenizer: the control string \"{}\" is no added token", text);
    controls.push_back({std::string(text), *id});
  }
  return ChatEncoder(tokenizer, profile, ControlMatcher(std::move(controls)));
}

Result<std::vector<TokenId>> ChatEncoder::Encode(std::span<const Message> messages,
                                                 const ChatOptions& options) const {
  NIBBLE_ASSIGN(const std::vector<Run> runs, RenderChat(messages, options, profile_));
  return tokenizer_->EncodeRuns(runs, controls_);
}

}  // namespace nibble
