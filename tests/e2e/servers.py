"""What the builds talk to on loopback: a counter of commands that really ran, a Go module proxy and a
Python package index, all made for the test."""
import base64
import collections
import hashlib
import http.server
import io
import threading
import zipfile

MODULE = "example.test/dep"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.server.answer(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        if self.path.startswith("/simple/"):
            self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *args):
        pass


class Servers(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.port = self.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.lock = threading.Lock()
        self.ran = collections.Counter()
        self.files = {}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def answer(self, path):
        path = path.split("?")[0]
        if path.startswith("/ran/"):
            with self.lock:
                self.ran[path[len("/ran/"):]] += 1
            return b"ok\n"
        return self.files.get(path)

    def take_ran(self):
        """The commands that ran since the last call."""
        with self.lock:
            ran, self.ran = dict(self.ran), collections.Counter()
        return ran

    def add_go_module(self, number):
        """MODULE<number> v1.0.0, one package with one function."""
        module, version = f"{MODULE}{number}", "v1.0.0"
        go_mod = f"module {module}\n\ngo 1.19\n"
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as z:
            z.writestr(f"{module}@{version}/go.mod", go_mod)
            z.writestr(f"{module}@{version}/dep.go", f"package dep{number}\n\nfunc Value() int {{ return {number} }}\n")
        base = f"/go/{module}/@v"
        self.files[f"{base}/list"] = f"{version}\n".encode()
        self.files[f"{base}/{version}.info"] = f'{{"Version":"{version}","Time":"2024-01-01T00:00:00Z"}}'.encode()
        self.files[f"{base}/{version}.mod"] = go_mod.encode()
        self.files[f"{base}/{version}.zip"] = archive.getvalue()
        return module, version

    def add_wheel(self, number):
        """dep<number> 1.0.0, one module with one function."""
        name, version = f"dep{number}", "1.0.0"
        info = f"{name}-{version}.dist-info"
        files = {
            f"{name}.py": f"def value():\n    return {number}\n",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(
            f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}\n"
            for path, text in files.items()
        )
        files[f"{info}/RECORD"] = record + f"{info}/RECORD,,\n"
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as z:
            for path, text in files.items():
                z.writestr(path, text)
        wheel = f"{name}-{version}-py3-none-any.whl"
        self.files[f"/wheels/{wheel}"] = archive.getvalue()
        self.files[f"/simple/{name}/"] = f'<a href="{self.url}/wheels/{wheel}">{wheel}</a>'.encode()
        return name, version
