"""Two small projects whose commands report to the counter when they really run."""
import base64
import hashlib
import os


def write(folder, path, text):
    full = os.path.join(folder, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(full, 0o644)


def h1(lines):
    """Go's directory hash: a digest of the digests of the files, by name."""
    text = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(lines))
    return "h1:" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class Project:
    """A folder with a Dockerfile; its source and its dependencies can be changed."""

    name = ""
    downloads = ()         # the commands that download dependencies, by what they report

    def __init__(self, folder, base, servers):
        self.folder, self.base, self.servers = folder, base, servers
        self.numbers = [1]     # the modules it depends on
        self.revision = 1      # of its source
        self.broken = False    # its source does not compile
        os.makedirs(folder)
        self.write_all()

    def says(self):
        """The lines that the finished image prints."""
        return [f"{self.revision} {sum(self.numbers)}"]

    def change_source(self):
        self.revision += 1
        self.write_all()

    def break_source(self):
        self.broken = True
        self.write_all()

    def mend_source(self):
        self.broken = False
        self.write_all()

    def add_dependency(self):
        self.numbers.append(len(self.numbers) + 1)
        self.write_all()

    def run_line(self, name, command):
        return f"RUN report {self.servers.url}/ran/{name} && {command}\n"

    def write_go(self):
        requires, sums, imports, sum_of = "", "", "", "missing" if self.broken else "0"
        for number in self.numbers:
            module, version = self.servers.add_go_module(number)
            zip_path = f"/go/{module}/@v/{version}.zip"
            requires += f"require {module} {version}\n"
            files = self._zip_files(self.servers.files[zip_path])
            mod = self.servers.files[f"/go/{module}/@v/{version}.mod"]
            sums += f"{module} {version} {h1(files)}\n{module} {version}/go.mod {h1([('go.mod', mod)])}\n"
            imports += f'import dep{number} "{module}"\n'
            sum_of += f" + dep{number}.Value()"
        write(self.folder, "go.mod", f"module example.test/server\n\ngo 1.19\n\n{requires}")
        write(self.folder, "go.sum", sums)
        write(self.folder, "cmd/server/main.go",
              f"package main\n\n{imports}\nfunc main() {{ println({self.revision}, {sum_of}) }}\n")

    @staticmethod
    def _zip_files(data):
        import io
        import zipfile
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            return [(name, z.read(name)) for name in z.namelist()]

    def go_environment(self):
        return f"ENV GOPROXY={self.servers.url}/go GOSUMDB=off\n"


class GoProject(Project):
    """Dependencies, compilation and result in a stage each."""

    name = "go"
    downloads = ("deps",)

    def write_all(self):
        self.write_go()
        write(self.folder, "Dockerfile",
              f"FROM {self.base} AS builder\n" + self.go_environment() +
              "WORKDIR /src\nCOPY go.mod go.sum ./\n" + self.run_line("deps", "go mod download") +
              "\nFROM builder AS compile\nCOPY . .\n" +
              self.run_line("compile", "CGO_ENABLED=0 go build -o /out/server ./cmd/server") +
              "\nFROM scratch AS server\nCOPY --from=compile /out/server /server\nENTRYPOINT [\"/server\"]\n")


class TwoProject(Project):
    """Two dependency stages of different ecosystems below one result.

    They start with different steps: where both start alike, Docker 20.10 now and then loses the cache of
    one, which the plan says among its assumptions."""

    name = "go+python"
    downloads = ("modules", "wheels")

    def says(self):
        return super().says() * 2

    def write_all(self):
        self.write_go()
        pins = "".join("{}=={}\n".format(*self.servers.add_wheel(n)) for n in self.numbers)
        write(self.folder, "requirements.txt", pins)
        imports = "".join(f"import dep{n}\n" for n in self.numbers)
        values = ", ".join(f"dep{n}.value()" for n in self.numbers)
        write(self.folder, "app.py", f"{imports}print({self.revision}, sum([{values}]))\n")
        install = f"pip install --index-url {self.servers.url}/simple --target /deps -r requirements.txt"
        write(self.folder, "Dockerfile",
              f"FROM {self.base} AS modules\n" + self.go_environment() +
              "WORKDIR /src\nCOPY go.mod go.sum ./\n" + self.run_line("modules", "go mod download") +
              f"\nFROM {self.base} AS wheels\nWORKDIR /wheels\nCOPY requirements.txt ./\n" +
              self.run_line("wheels", install) +
              "\nFROM modules AS compile\nCOPY cmd cmd\n" +
              self.run_line("compile", "CGO_ENABLED=0 go build -o /out/server ./cmd/server") +
              f"\nFROM {self.base}\nCOPY --from=wheels /deps /deps\n"
              "COPY --from=compile /out/server /server\nCOPY app.py /app.py\n"
              # One stream: what docker shows of two may be interleaved.
              "ENV PYTHONPATH=/deps\nCMD /server 2>&1 && python3 /app.py\n")
