// What `cacheplan deps` says of each step: the files that it reads, what brings them, and what
// comes before it.
#include <string>

#include "cacheplan/report.h"

#include "support/cases.h"
#include "support/catch.h"
#include "support/detected.h"

namespace cacheplan::test {
namespace {

TEST_CASE("what is worth an image can have one", "[deps]") {
  const std::string go = "COPY go.mod go.sum ./\nRUN go mod download\n";
  const std::string end = "FROM b\nCOPY --from=0 /x /x\n";
  const auto says = [](const std::string& text) {
    const Detected detected(text);
    const std::string report = RenderDepsText(detected.file, detected.graph, detected.deps);
    const std::size_t at = report.find("Worth");
    return at == std::string::npos ? "" : report.substr(at);
  };
  CHECK(says("FROM a AS d\n" + go + end) == "Worth an image of its own: d\n");
  CHECK(says("FROM a\n" + go + end) ==
        "Worth an image of its own: stage 0 (once its FROM says AS NAME)\n");
  CHECK(says("FROM a AS d\n" + go) == "");
}

TEST_CASE("a step shows all its commands and the lines that bring its files", "[deps]") {
  const Detected detected(
      "FROM a\nCOPY go.mod go.sum ./\nRUN --mount=type=bind,source=go.work,target=go.work go mod "
      "download && go mod verify && go mod vendor\nRUN ./x.sh\n");
  const std::string text = RenderDepsText(detected.file, detected.graph, detected.deps);
  for (const char* part :
       {"      $ go mod download\n      $ go mod vendor\n",
        "Depends on go.work (mounted, line 3), go.mod (line 2), go.sum (line 2).",
        "Not known (a comment '# cacheplan: deps=…' above the line can say it):"}) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
  }
}

/// The report of a file, `part` in it.
void CheckSays(const std::string& text, const std::string& part) {
  const Detected detected("FROM a\nWORKDIR /w\n" + text);
  const std::string report = RenderDepsText(detected.file, detected.graph, detected.deps);
  INFO(report);
  INFO(part);
  CHECK(report.find(part) != std::string::npos);
}

TEST_CASE("of very many patterns the first are named", "[deps]") {
  CheckSays("COPY . .\nRUN dotnet build\n",
            "It reads *.csproj, *.fsproj, *.vbproj, *.vcxproj, *.sqlproj, *.esproj, *.dcproj, "
            "*.shproj, *.proj, *.sln and 13 more; what is there of them comes with . (line 3).");
}

TEST_CASE("files of configuration are no scripts", "[deps]") {
  CheckSays("COPY package.json tsconfig.json webpack.config.js ./\nRUN npm install\n",
            "only manifests and configuration came from the build context (package.json, ");
  CheckSays("COPY package.json install.sh ./\nRUN npm install\n",
            "only manifests, configuration and scripts came from the build context");
  CheckSays("COPY php.ini ./\nRUN composer install\n", "only configuration came from the build");
}

TEST_CASE("everything that came before the step is named", "[deps]") {
  CheckSays("COPY nginx.conf .env ./\nCOPY prisma/ prisma/\nCOPY package.json ./\nRUN npm i\n",
            "Before it, only manifests, configuration and scripts came from the build context "
            "(package.json, nginx.conf, .env, prisma/): a change of other files does not run it "
            "again.\n");
  CheckSays(
      "COPY a.conf b.conf c.conf d.conf e.conf f.conf g.conf h.conf go.mod ./\n"
      "RUN go mod download\n",
      "(go.mod, a.conf, b.conf, c.conf, d.conf, e.conf and 3 more)");
  CheckSays("COPY --from=x.org/i /data /data\nCOPY go.mod ./\nRUN go mod download\n",
            "(go.mod): a change of its other files does not run it again.");
  CheckSays("COPY install.sh ./\nRUN npm ci\n",
            "only configuration and scripts came from the build context (install.sh): a change");
}

TEST_CASE("a download with the manifests alone is named, in whatever order they stand", "[deps]") {
  for (const char* run :
       {"go get ./...", "go get ./... && go mod download", "go mod download && go get ./..."}) {
    CheckSays("COPY . .\nRUN " + std::string(run) + "\n",
              "with the manifests alone brings nothing; `go mod download` with them, above . (line "
              "3), would stay cached");
  }
}

TEST_CASE("where the files that a step reads come from", "[deps]") {
  CheckSays("COPY req.txt ./\nRUN pip install -r req.txt\n", "Depends on req.txt (line 3).");
  CheckSays("RUN echo flask > r.txt && pip install -r r.txt\n",
            "Depends on r.txt (written, line 3).");
  CheckSays("COPY . .\nRUN npm ci\n",
            "It reads package.json, package-lock.json, npm-shrinkwrap.json; what is there of them "
            "comes with . (line 3).");
  CheckSays(
      "COPY deno.json deno.lock ./\nCOPY src src\nRUN deno cache src/main.ts\n",
      "Depends on deno.json (line 3), deno.lock (line 3); it reads src/main.ts, what is there "
      "of it with src (line 4).\n");
  CheckSays("COPY deps.ts ./\nRUN deno cache deps.ts\n", "Depends on deps.ts (line 3).\n");
  CheckSays("COPY . .\nRUN deno cache main.ts\n",
            "It reads main.ts, deno.json, deno.jsonc, deps.ts, import_map.json, package.json, "
            "deno.lock; what is there of them comes with . (line 3).");
  CheckSays("RUN npm ci\n", "npm-shrinkwrap.json; no line of the file names one of them.");
  CheckSays("COPY web/package.json web/\nRUN npm --prefix api ci\n",
            "It reads api/package.json, api/package-lock.json, api/npm-shrinkwrap.json where it "
            "works; web/package.json (line 3) is in another folder.");
  std::string many;
  for (int i = 0; i < 45; ++i) {
    many += "COPY p" + std::to_string(i) + "/package.json p" + std::to_string(i) + "/\n";
  }
  CheckSays(many + "RUN npm i\n", "p7/package.json (line 10) and 37 more.");
}

TEST_CASE("the lock file of another manager is not read", "[deps]") {
  CheckSays("COPY package.json package-lock.json ./\nRUN pnpm install\n",
            "Depends on package.json (line 3).\n"
            "      pnpm does not read package-lock.json (line 3): another manager's lock file.\n");
  CheckSays("COPY go.mod go.sum Gopkg.lock ./\nRUN go mod download\n",
            "Depends on go.mod (line 3), go.sum (line 3).\n"
            "      go does not read Gopkg.lock (line 3): another manager's lock file.\n");
  CheckSays(
      "COPY Gopkg.toml Gopkg.lock ./\nRUN dep ensure -vendor-only\nCOPY . .\nRUN go build\n",
      "go does not read Gopkg.toml (line 3), Gopkg.lock (line 3): files of another manager.\n"
      "      It reads go.mod, go.work, go.sum, go.work.sum; what is there of them comes with . "
      "(line 5).\n");
  CheckSays("COPY package.json yarn.lock ./\nRUN npm install\n",  // npm takes it over
            "Depends on package.json (line 3), yarn.lock (line 3).");
}

TEST_CASE("a command reads its own manager's files, and no lock file where it has none", "[deps]") {
  CheckSays("RUN rush install\n", "It reads rush.json; no line");
  CheckSays("RUN devbox install\n", "It reads devbox.json, devbox.lock; no line");
  CheckSays("RUN Rscript -e 'devtools::install_deps()'\n",
            "It reads DESCRIPTION, packrat.lock, manifest.json; no line");
  CheckSays("RUN maturin build\n", "It reads Cargo.toml, Cargo.lock; no line");
}

TEST_CASE("what the lack of a lock file means", "[deps]") {
  for (const auto& [run, locks] :
       {std::pair<std::string, std::string>{"COPY package.json ./\nRUN npm ci\n",
                                            "package-lock.json or npm-shrinkwrap.json"},
        {"COPY package.json ./\nRUN pnpm install --frozen-lockfile\n", "pnpm-lock.yaml"},
        {"COPY Cargo.toml ./\nRUN cargo fetch --locked\n", "Cargo.lock"},
        {"COPY pyproject.toml ./\nRUN uv sync --frozen\n", "uv.lock"},
        {"COPY Pipfile ./\nRUN pipenv sync\n", "Pipfile.lock"},
        {"COPY Gemfile ./\nRUN bundle install --deployment\n", "Gemfile.lock or gems.locked"}}) {
    CheckSays(run, "! no lock file: it fails without " + locks + "\n");
  }
  CheckSays("COPY package.json ./\nRUN yarn install --frozen-lockfile\n",
            "! no lock file: yarn.lock is not among the files, so what is not pinned may differ");
  CheckSays("COPY go.mod ./\nRUN go mod download\n",
            "! no checksums: go.sum or go.work.sum is not among the files; the manifests fix the "
            "versions, but the project does not say what they must hold\n");
  CheckSays(
      "COPY a/package.json a/yarn.lock a/\nCOPY b/package.json b/\n"
      "RUN (cd a && yarn) && (cd b && yarn)\n",
      "! no lock file in /w/b: yarn.lock");
}

TEST_CASE("a lock file may come with the source", "[deps]") {
  CheckSays("COPY package.json ./\nCOPY . .\nRUN yarn install\n",
            "Depends on package.json (line 3); yarn.lock, if there is one, comes with . (line 4).");
  CheckSays("COPY package.json yarn.lock ./\nCOPY . .\nRUN yarn install\n",
            "Depends on package.json (line 3), yarn.lock (line 3).");
  CheckSays("COPY package.json ./\nCOPY a.js ./\nRUN yarn install\n",
            "Depends on package.json (line 3).");
}

TEST_CASE("all that came from other stages is named", "[deps]") {
  CheckSays("COPY --from=b /a/yarn.lock /a/package.json /a/x.tar.gz ./\nRUN yarn install\n",
            "Before it, only /a/yarn.lock, /a/package.json, /a/x.tar.gz came, from another stage "
            "(line 3).");
  CheckSays(
      "COPY --from=b /go.mod ./\nCOPY --from=c /go.sum ./\nCOPY x.sh ./\nRUN go mod download\n",
      "Before it, only /go.mod, /go.sum came, from other stages (line 3 and others), and x.sh "
      "from the build context.");
}

TEST_CASE("what a command does is said by what it names", "[deps]") {
  CheckSays("RUN git clone -b v1 https://x.org/r.git /r\n",
            "/r` brings https://x.org/r.git from the network.");
  CheckSays("RUN curl -O https://x.org/a -O https://x.org/b\n",
            "` brings https://x.org/a and 1 more from the network.");
  CheckSays("RUN wget http://x.org/a http://x.org/b http://x.org/a ftp://c/d\n",
            "` brings http://x.org/a and 2 more from the network.");
  CheckSays("RUN php -r \"copy('https://x.org/i', 'j');\"\n",
            "` brings https://x.org/i from the network.");
  CheckSays("RUN curl -d '{\"a\":\"b\"}' $URL\n", "` brings something from the network.");
  CheckSays("COPY . .\nRUN pip install --no-deps .\n",
            "--no-deps .` builds, and fetches at most what the build itself requires.");
  CheckSays("COPY . .\nRUN pip install .\n",
            "install .` builds, and fetches what is missing of the project's dependencies.");
  CheckSays("COPY . .\nRUN ant jar\n",
            "`ant jar` builds, and fetches what its manifests tell it to, if anything.");
  CheckSays("COPY . .\nRUN ant resolve\n",
            "resolve` fetches what the project's manifests declare.");
  CheckSays("RUN git pull\n", "`git pull` brings something from the network.");
  CheckSays("RUN apk upgrade\n", "`apk upgrade` upgrades packages of the operating system.");
  CheckSays("RUN apt-get -y dist-upgrade\n", "dist-upgrade` upgrades packages");
  CheckSays("RUN yum update -y vim\n", "vim` installs packages");
}

TEST_CASE("a command is shown with the quotes that it needs", "[deps]") {
  CheckSays("RUN go build -ldflags \"-s -w\" -o '/x' .\n", "$ go build -ldflags '-s -w' -o /x .\n");
  CheckSays("RUN apk add 'curl>7.61.0' \"a*b\"\n", "$ apk add 'curl>7.61.0' 'a*b'\n");
  CheckSays("RUN curl -O 'http://x.org/?a&b' ''\n", "$ curl -O 'http://x.org/?a&b' ''\n");
  CheckSays("RUN php -r \"copy('https://x.org', 'y');\"\n",
            "$ php -r \"copy('https://x.org', 'y');\"\n");
  CheckSays("RUN pip install \"it's \\$a\" \n", "$ pip install \"it's \\$a\"\n");
  CheckSays("RUN curl -O \"https://x.org/$(a \"b c\")\" \"$X y\" \"${Z:-a b}\" \"`e f`\"\n",
            "$ curl -O https://x.org/$(a \"b c\") \"$X y\" ${Z:-a b} `e f`\n");
  CheckSays("RUN go build -ldflags \"-X \\\"a=$(b \"c\")\\\"\"\n",
            "$ go build -ldflags \"-X \\\"a=$(b \"c\")\\\"\"\n");
  CheckSays("RUN [\"pip\", \"install\", \"a<2\", \"b c\"]\n", "$ pip install 'a<2' 'b c'\n");
  CheckSays("RUN pip install a[b] $X {c,d}\n", "$ pip install a[b] $X {c,d}\n");
  CheckSays("SHELL [\"powershell\"]\nRUN iwr x -OutFile 'it''s a' -A \"$b c\"\n",
            "$ iwr x -OutFile 'it''s a' -A \"$b c\"\n");
  CheckSays("SHELL [\"cmd\"]\nRUN npm ci --prefix \"a b\" \"c\"\n",
            "$ npm ci --prefix \"a b\" c\n");
}

TEST_CASE("a command of PowerShell is shown with its expressions", "[deps]") {
  const std::string shell = "SHELL [\"powershell\", \"-Command\"]\n";
  CheckSays(shell +
                "RUN Invoke-WebRequest $('https://x.org/{0}.exe' -f $env:V) -OutFile 'a.exe' ; \\\n"
                "  Start-Process a.exe\n",
            "$ Invoke-WebRequest $('https://x.org/{0}.exe' -f $env:V) -OutFile 'a.exe'\n");
  CheckSays(
      shell +
          "RUN Invoke-WebRequest -Uri ('https://x.org/' + $v + '; | x') -OutFile a | Out-Null\n",
      "$ Invoke-WebRequest -Uri ('https://x.org/' + $v + '; | x') -OutFile a\n");
  CheckSays(shell + "RUN if ($x) { Invoke-WebRequest (Get-It) } ; y\n",
            "$ Invoke-WebRequest (Get-It)\n");
  // Its line ends it, but within parentheses and where the next one is joined to it.
  CheckSays(shell + "RUN <<E\nnpm ci (Get-It)\nchoco install git\nE\n", "$ npm ci (Get-It)\n");
  CheckSays(shell + "RUN <<E\nnpm ci (\n  Get-It) `\n  -a\nWrite-Host x\nE\n",
            "$ npm ci ( Get-It) -a\n");
  CheckSays(shell + "RUN npm ci (Get-It) \\\n  # c\n  -a ; \\\n  x\n", "$ npm ci (Get-It) -a\n");
  CheckSays(shell + "RUN npm ci (" + std::string(600, 'a') + "\n", std::string(180, 'a') + "…\n");
}

TEST_CASE("a command whose words another one adds is shown as it is written", "[deps]") {
  CheckSays("RUN cat pk.txt | xargs -r \\\n    pip install\n", "$ xargs -r pip install\n");
}

}  // namespace
}  // namespace cacheplan::test
