// What a RUN hides and what it shows after all: scripts of other files, verbs in variables, scripts
// whose text stands in the Dockerfile.
#include <string>
#include <vector>

#include "cacheplan/detect.h"

#include "support/catch.h"
#include "support/detected.h"

namespace cacheplan::test {
namespace {

std::string Commands(const StageDependencies& stage) {
  std::string text;
  for (const DependencyStep& step : stage.steps) {
    for (const StepCommand& command : step.commands) {
      text += (text.empty() ? "" : "; ") + std::string(command.text);
    }
  }
  return text;
}

std::string Unknown(const std::string& text) {
  const Detected detected(text);
  std::string all;
  for (const UnknownPart& part : detected.deps.stages.back().unknown) {
    all += (all.empty() ? "" : "; ") + part.reason;
  }
  return all;
}

TEST_CASE("a verb that is a variable", "[hidden]") {
  for (const std::string tool :
       {"npm", "go", "pip", "yarn", "bundle", "apt-get", "dotnet", "mvn", "./gradlew", "make"}) {
    INFO(tool);
    const std::string name = tool == "./gradlew" ? "gradlew" : tool;
    CHECK(Unknown("FROM a\nRUN " + tool + " $X\n") ==
          "what " + name + " is told to do is not known: $X");
    CHECK(Commands(Detected("FROM a\nRUN " + tool + " $X\n").deps.stages[0]).empty());
  }
  CHECK(Unknown("FROM a\nRUN npm \"$@\"\n") == "what npm is told to do is not known: $@");
  CHECK(Unknown("FROM a\nRUN echo ci | xargs npm\n") == "what npm is told to do is not known");
  CHECK(Unknown("FROM a\nRUN pip install $PIP_ARGS\n") ==
        "what pip is told to do is not known: $PIP_ARGS");
  CHECK(Unknown("FROM a\nRUN mvn $X package\n").empty());
  CHECK(Unknown("FROM a\nRUN npm $FLAGS ci\n").empty());
  CHECK(Unknown("FROM a\nRUN make -j $(nproc) install\n").empty());
  CHECK(Unknown("FROM a\nRUN curl -O $URL\n").empty());
  CHECK(Unknown("FROM a\nRUN gcc $SOURCES\n").empty());
}

TEST_CASE("Composer is no script of the project", "[hidden]") {
  for (const std::string verb : {"dump-autoload -o", "validate", "check-platform-reqs",
                                 "config x y", "run-script build", "--version", "exec phpunit"}) {
    INFO(verb);
    CHECK(Unknown("FROM a\nRUN php composer.phar " + verb + "\n").empty());
  }
  CHECK(Unknown("FROM a\nRUN php composer.phar assets\n") ==
        "composer.phar is run, and what it does is not in this file");
}

TEST_CASE("scripts of other files", "[hidden]") {
  struct Row {
    const char* run;
    const char* file;
  };
  const Row rows[] = {{"bash install", "install"},
                      {"sh /opt/get", "/opt/get"},
                      {"sh -x /x", "/x"},
                      {"source ./x", "./x"},
                      {". ./x", "./x"},
                      {"../install", "../install"},
                      {"/install", "/install"},
                      {"bin/setup", "bin/setup"},
                      {"script/bootstrap --all", "script/bootstrap"},
                      {"bash < x.sh", "x.sh"},
                      {"python scripts/x", "scripts/x"},
                      {"python3.11 -u scripts/x", "scripts/x"},
                      {"node scripts/x", "scripts/x"},
                      {"ruby x", "x"},
                      {"run-parts /d", "/d"}};
  for (const Row& row : rows) {
    INFO(row.run);
    CHECK(Unknown("FROM a\nRUN " + std::string(row.run) + "\n") ==
          std::string(row.file) + " is run, and what it does is not in this file");
  }
  for (const std::string run :
       {"/usr/bin/foo", "/opt/x/bin/foo", "$HOME/.x/foo", "node_modules/.bin/x", "venv/bin/x",
        "/usr/local/go/bin/gofmt", ". venv/bin/activate", "source .env", "perl -pe 's/a/b/' f",
        "php artisan key:generate", "python manage.py migrate", "R CMD check"}) {
    INFO(run);
    CHECK(Unknown("FROM a\nRUN " + run + "\n").empty());
  }
  const std::string windows = "FROM mcr.microsoft.com/windows/servercore\nRUN ";
  CHECK(Unknown(windows + "install.bat\n") ==
        "install.bat is run, and what it does is not in this file");
  CHECK(Unknown(windows + "call install.cmd\n") ==
        "install.cmd is run, and what it does is not in this file");
  CHECK(Unknown(windows + "powershell -EncodedCommand AAAA\n") ==
        "powershell runs an encoded command, which is not read");
  CHECK(Unknown("FROM a\nSHELL [\"python3\", \"-c\"]\nRUN import os\n") ==
        "the commands are run by python3, which is not read");
}

TEST_CASE("a target whose name says that it downloads is no build", "[hidden]") {
  const std::string go =
      "FROM golang\nCOPY go.mod go.sum Makefile ./\nRUN go mod download && make ";
  for (const std::string target :
       {"deps", "go-deps", "get_vendor_deps", "install-dependencies", "dev/requirements"}) {
    INFO(target);
    CHECK(Unknown(go + target + "\n") ==
          "make " + target + " is run, and what it does is not in this file");
    const Detected detected(go + target + "\n");
    CHECK(detected.deps.stages[0].steps.at(0).build_command.empty());
  }
  CHECK(Detected(go + "deps build\n").deps.stages[0].steps.at(0).build_command ==
        "make deps build");
  CHECK(Unknown(go + "-j deps\n") == "make deps is run, and what it does is not in this file");
  CHECK(Unknown(go + "-j 4 deps\n") == "make deps is run, and what it does is not in this file");
  CHECK(Unknown(go + "independent\n").find("independent") == std::string::npos);
}

TEST_CASE("recipes of the project", "[hidden]") {
  for (const std::string run : {"make", "make build", "make -j4 all", "just build", "task build",
                                "make install", "make test", "rake assets"}) {
    INFO(run);
    CHECK_FALSE(Unknown("FROM a\nCOPY . .\nRUN " + run + "\n").empty());
    CHECK(Unknown("FROM a\nRUN " + run + "\n").empty());
    CHECK(Unknown("FROM a\nCOPY . .\nRUN ./configure && " + run + "\n").empty());
    CHECK(Unknown("FROM a\nCOPY . .\nRUN curl -O http://x/a.tgz && " + run + "\n").empty());
  }
  CHECK(Unknown("FROM a\nCOPY . .\nRUN make\n") ==
        "make is run, and what it does is not in this file");
  CHECK(Unknown("FROM a\nCOPY . .\nRUN mise run build\n") ==
        "mise run build is run, and what it does is not in this file");
  CHECK(Unknown("FROM a\nRUN mise run deps\n") ==
        "mise run deps is run, and what it does is not in this file");
  CHECK(Unknown("FROM a\nRUN earthly +deps\n") ==
        "earthly +deps is run, and what it does is not in this file");
  CHECK(Unknown("FROM a\nCOPY . .\nRUN mise trust && mise install && mise settings get x\n") == "");
}

TEST_CASE("what was fetched elsewhere brings no recipe of the project", "[hidden]") {
  const std::string make = "WORKDIR /src\nCOPY . .\nRUN make build\n";
  for (const std::string fetch :
       {"curl -o $GOPATH/bin/dep https://x.org/dep", "curl -o /usr/bin/dep https://x.org/dep",
        "git clone https://x.org/y /opt/y"}) {
    INFO(fetch);
    CHECK(Unknown("FROM golang\nRUN " + fetch + "\n" + make) ==
          "make build is run, and what it does is not in this file");
  }
  CHECK(Unknown("FROM golang\nRUN git clone https://x.org/y /src\n" + make).empty());
}

TEST_CASE("a program that was copied to a bin folder is not known", "[hidden]") {
  const std::string copy = "FROM a\nCOPY scripts/get /usr/local/bin/\n";
  CHECK(Unknown(copy + "RUN get\n") == "get is run, and what it does is not in this file");
  CHECK(Unknown(copy + "RUN /usr/local/bin/get --all && get\n") ==
        "/usr/local/bin/get is run, and what it does is not in this file; "
        "get is run, and what it does is not in this file");
  CHECK(Unknown(copy + "RUN /opt/bin/get\n").empty());
  CHECK(Unknown("FROM a\nCOPY get /etc/get\nRUN get\n").empty());
  CHECK(Unknown("FROM a\nCOPY --from=b /bin/get /usr/local/bin/get\nRUN get\n").empty());
}

TEST_CASE("a script whose text is here is read", "[hidden]") {
  for (const std::string run :
       {"echo 'npm ci' | sh", "printf 'npm ci\\n' | sh", "echo npm ci | bash -",
        "printf '%s\\n' 'set -e' 'npm ci' | bash -e", "echo 'npm ci' | su app",
        "cat <<EOF > /i.sh && sh /i.sh\nnpm ci\nEOF",
        "cat > /i.sh <<'EOF' && chmod +x /i.sh && /i.sh\n#!/bin/sh\nnpm ci\nEOF",
        "tee /i.sh <<EOF\nnpm ci\nEOF", "echo 'npm ci' > x.sh && sh x.sh",
        "echo 'set -e' > x.sh && echo 'npm ci' >> x.sh && . ./x.sh",
        "echo 'npm ci' | tee x && bash < x"}) {
    INFO(run);
    const bool writes_only = run.starts_with("tee");
    const Detected detected("FROM a\nRUN " + run + "\n" + (writes_only ? "RUN sh /i.sh\n" : ""));
    CHECK(Commands(detected.deps.stages[0]) == "npm ci");
    CHECK(detected.deps.stages[0].unknown.empty());
  }
  for (const std::string copy : {"COPY <<EOF /i.sh\n", "COPY <<i.sh /\n"}) {
    const std::string end = copy.find("EOF") == std::string::npos ? "i.sh\n" : "EOF\n";
    const Detected copied("FROM a\n" + copy + "npm ci\n" + end + "RUN sh /i.sh\n");
    CHECK(Commands(copied.deps.stages[0]) == "npm ci");
    CHECK(copied.deps.stages[0].unknown.empty());
  }
  CHECK(Unknown("FROM a\nRUN echo 'import x' > x.py && python x.py\n") ==
        "x.py is run by python, which is not read");
  CHECK(Unknown("FROM a\nRUN printf '#!/usr/bin/python3\\nx()' > x; ./x\n") ==
        "a script is run by python3, which is not read");
}

TEST_CASE("a script that is not surely known is not read", "[hidden]") {
  const std::string written = "RUN echo 'npm ci' > /x.sh\n";
  for (const std::string& change : std::vector<std::string>{
           "COPY x.sh /x.sh\nRUN echo 'npm ci' >> /x.sh\n",
           "COPY x.sh /x.sh\nRUN echo 'npm ci' | tee -a /x.sh\n",
           "COPY x.sh /x.sh\nRUN cat >> /x.sh <<EOF\nnpm ci\nEOF\n",
           written + "COPY x.sh /x.sh\n",
           written + "COPY . /\n",
           written + "COPY . $X\n",
           written + "COPY --from=b /o /\n",
           written + "ADD https://a.b/x.sh /x.sh\n",
           written + "RUN curl -o /x.sh https://a.b/c\n",
           written + "RUN wget -O /x.sh https://a.b/c\n",
           written + "RUN cd / && wget https://a.b/x.sh\n",
           written + "RUN rm /x.sh\n",
           written + "RUN [\"curl\", \"-o\", \"/x.sh\", \"https://a.b/c\"]\n",
           written + "RUN { echo a; date; } > /x.sh\n",
           written + "RUN find / -name x.sh -delete\n",
           written + "RUN rm -f /*.sh\n",
           written + "RUN mv /a /x.sh\n",
           written + "RUN cp /a /x.sh\n",
           written + "RUN sed -i s/ci/i/ /x.sh\n",
           written + "RUN date > /x.sh\n",
           written + "RUN date >> /x.sh\n",
           written + "RUN date | tee -a /x.sh\n",
           "RUN if a; then echo 'npm ci' > /x.sh; else echo 'npm i' > /x.sh; fi\n",
           "RUN a || echo 'npm ci' > /x.sh\n"}) {
    INFO(change);
    const Detected detected("FROM a AS b\nFROM a\n" + change + "RUN sh /x.sh\n");
    CHECK(Commands(detected.deps.stages.back()).find("npm") == std::string::npos);
    CHECK(Unknown("FROM a AS b\nFROM a\n" + change + "RUN sh /x.sh\n")
              .find("/x.sh is run, and what it does is not in this file") != std::string::npos);
  }
  const std::string here = "FROM a\nWORKDIR /a\nRUN echo 'npm ci' > x.sh\n";
  CHECK(Commands(Detected(here + "WORKDIR /b\nRUN sh x.sh\n").deps.stages[0]).empty());
  CHECK(Unknown(here + "WORKDIR /b\nRUN sh x.sh\n") ==
        "x.sh is run, and what it does is not in this file");
  CHECK(Unknown(here + "RUN cd /b && sh x.sh\n") ==
        "x.sh is run, and what it does is not in this file");
  for (const std::string run : {"RUN sh x.sh\n", "RUN sh /a/x.sh\n", "RUN cd /b && sh ../a/x.sh\n",
                                "COPY y /b/\nRUN rm -rf /tmp/* && ./x.sh\n"}) {
    INFO(run);
    CHECK(Commands(Detected(here + run).deps.stages[0]) == "npm ci");
  }
  CHECK(Unknown("FROM a\nRUN echo 'npm ci' > /usr/local/bin/inst\nRUN inst\n") ==
        "inst is run, a script that this file writes and that is not read");
  const Detected joined("FROM a\n" + written + "RUN echo 'npm test' >> /x.sh\nRUN sh /x.sh\n");
  CHECK(Commands(joined.deps.stages[0]).starts_with("npm ci"));
  CHECK(joined.deps.stages[0].unknown.empty());
}

TEST_CASE("a function that nothing calls runs nothing", "[hidden]") {
  const auto commands = [](const std::string& run) {
    return Commands(Detected("FROM a\nRUN " + run + "\n").deps.stages[0]);
  };
  CHECK(commands("f() { npm ci; }; true").empty());
  CHECK(commands("f() { npm ci; }; f") == "npm ci");
  CHECK(commands("f() { npm ci; }; retry f") == "npm ci");
  CHECK(commands("f() { npm ci; }; g() { f; }; g") == "npm ci");
  CHECK(commands("f_a() { npm ci; }; f_$X") == "npm ci");
}

}  // namespace
}  // namespace cacheplan::test
