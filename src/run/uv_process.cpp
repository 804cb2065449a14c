#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <signal.h>
#include <uv.h>

#include "cacheplan/run.h"

extern char** environ;  // NOLINT: POSIX

namespace cacheplan {
namespace {

constexpr std::uint64_t kGraceMs = 10000;  // from the SIGTERM to the SIGKILL
constexpr std::uint64_t kDrainMs = 1000;   // for output of a grandchild that outlives the child

/// One child and everything that watches it. Lives until its loop is empty.
class Child {
 public:
  explicit Child(const std::function<void(std::string_view)>& output) : output_(output) {
    uv_loop_init(&loop_);
    for (std::size_t i = 0; i < pipes_.size(); ++i) {
      uv_pipe_init(&loop_, &pipes_[i], 0);
      pipes_[i].data = this;
    }
    uv_timer_init(&loop_, &timer_);
    timer_.data = this;
    constexpr std::array<int, 3> kSignals = {SIGINT, SIGTERM, SIGHUP};
    for (std::size_t i = 0; i < signals_.size(); ++i) {
      uv_signal_init(&loop_, &signals_[i]);
      signals_[i].data = this;
      uv_signal_start(
          &signals_[i], [](uv_signal_t* handle, int) { Self(handle).OnSignal(); }, kSignals[i]);
    }
  }
  ~Child() { uv_loop_close(&loop_); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  ChildResult Run(const std::vector<std::string>& argv,
                  const std::map<std::string, std::string>& env) {
    const std::uint64_t begin = uv_hrtime();
    const int error = Spawn(argv, env);
    if (error != 0) {
      result_.error = uv_strerror(error);
      CloseAll();
    } else {
      result_.started = true;
      for (uv_pipe_t& pipe : pipes_) {
        uv_read_start(reinterpret_cast<uv_stream_t*>(&pipe), &Child::OnAlloc, &Child::OnRead);
      }
    }
    uv_run(&loop_, UV_RUN_DEFAULT);
    result_.seconds = static_cast<double>(uv_hrtime() - begin) / 1e9;
    return result_;
  }

 private:
  template <typename Handle>
  static Child& Self(Handle* handle) {
    return *static_cast<Child*>(handle->data);
  }

  int Spawn(const std::vector<std::string>& argv, const std::map<std::string, std::string>& env) {
    std::vector<char*> words;
    for (const std::string& word : argv) {
      words.push_back(const_cast<char*>(word.c_str()));  // NOLINT: libuv's interface is C
    }
    words.push_back(nullptr);
    const std::vector<std::string> joined = Environment(env);
    std::vector<char*> variables;
    for (const std::string& variable : joined) {
      variables.push_back(const_cast<char*>(variable.c_str()));  // NOLINT
    }
    variables.push_back(nullptr);

    std::array<uv_stdio_container_t, 3> stdio = {};
    stdio[0].flags = UV_IGNORE;
    for (std::size_t i = 0; i < pipes_.size(); ++i) {
      stdio[i + 1].flags = static_cast<uv_stdio_flags>(UV_CREATE_PIPE | UV_WRITABLE_PIPE);
      stdio[i + 1].data.stream = reinterpret_cast<uv_stream_t*>(&pipes_[i]);
    }
    uv_process_options_t options = {};
    options.file = words[0];
    options.args = words.data();
    options.env = variables.data();
    options.stdio = stdio.data();
    options.stdio_count = static_cast<int>(stdio.size());
    options.flags = UV_PROCESS_DETACHED;  // a process group of its own, to be stopped whole
    options.exit_cb = [](uv_process_t* process, std::int64_t status, int signal) {
      Self(process).OnExit(status, signal);
    };
    process_.data = this;
    const int error = uv_spawn(&loop_, &process_, &options);
    spawned_ = true;  // libuv made the handle ready even where it failed
    return error;
  }

  static std::vector<std::string> Environment(const std::map<std::string, std::string>& env) {
    std::vector<std::string> out;
    for (char** entry = environ; *entry != nullptr; ++entry) {
      const std::string_view variable = *entry;
      if (env.count(std::string(variable.substr(0, variable.find('=')))) == 0) {
        out.emplace_back(variable);
      }
    }
    for (const auto& [name, value] : env) {
      out.emplace_back(name).append("=").append(value);
    }
    return out;
  }

  static void OnAlloc(uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
    Child& self = Self(handle);
    *buffer = uv_buf_init(self.buffer_.data(), static_cast<unsigned>(self.buffer_.size()));
  }
  static void OnRead(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
    Child& self = Self(stream);
    if (count > 0) {
      self.output_({buffer->base, static_cast<std::size_t>(count)});
    } else if (count < 0) {
      Close(stream);
      self.CloseWhenOver();
    }
  }

  void OnExit(std::int64_t status, int signal) {
    exited_ = true;
    result_.exit_status = signal != 0 ? 128 + signal : static_cast<int>(status);
    Close(&process_);
    uv_timer_start(
        &timer_, [](uv_timer_t* timer) { Self(timer).CloseAll(); }, kDrainMs, 0);
    CloseWhenOver();
  }

  void OnSignal() {
    const bool again = result_.interrupted;
    result_.interrupted = true;
    if (exited_) {
      CloseAll();
      return;
    }
    Kill(again ? SIGKILL : SIGTERM);
    if (!again) {
      uv_timer_start(
          &timer_, [](uv_timer_t* timer) { Self(timer).Kill(SIGKILL); }, kGraceMs, 0);
    }
  }

  void Kill(int signal) const {
    if (!exited_ && process_.pid > 0) {
      ::kill(-process_.pid, signal);
    }
  }

  template <typename Handle>
  static void Close(Handle* handle) {
    auto* base = reinterpret_cast<uv_handle_t*>(handle);
    if (uv_is_closing(base) == 0) {
      uv_close(base, nullptr);
    }
  }

  /// The child has ended and all its output is read.
  void CloseWhenOver() {
    const auto open = [](const uv_pipe_t& pipe) {
      return uv_is_closing(reinterpret_cast<const uv_handle_t*>(&pipe)) == 0;
    };
    if (exited_ && !open(pipes_[0]) && !open(pipes_[1])) {
      CloseAll();
    }
  }

  void CloseAll() {
    for (uv_pipe_t& pipe : pipes_) {
      Close(&pipe);
    }
    for (uv_signal_t& signal : signals_) {
      Close(&signal);
    }
    Close(&timer_);
    if (spawned_) {
      Close(&process_);
    }
  }

  const std::function<void(std::string_view)>& output_;
  uv_loop_t loop_ = {};
  uv_process_t process_ = {};
  std::array<uv_pipe_t, 2> pipes_ = {};  // standard output, standard error
  std::array<uv_signal_t, 3> signals_ = {};
  uv_timer_t timer_ = {};
  std::array<char, 65536> buffer_ = {};
  ChildResult result_;
  bool spawned_ = false;
  bool exited_ = false;
};

class UvProcess final : public Process {
 public:
  ChildResult Run(const std::vector<std::string>& argv,
                  const std::map<std::string, std::string>& env,
                  const std::function<void(std::string_view)>& output) override {
    return std::make_unique<Child>(output)->Run(argv, env);
  }
};

}  // namespace

Process& RealProcess() {
  static UvProcess process;
  return process;
}

}  // namespace cacheplan
