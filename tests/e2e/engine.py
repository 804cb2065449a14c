"""A docker daemon and a registry of the test's own, on loopback, ended by their process ids."""
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

START_SECONDS = 60


class EngineError(Exception):
    """The engine cannot be had here; the text says why."""


class BuildError(Exception):
    """A command that was to work did not."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, ready, process):
    """Polls until `ready()`; an ended process or START_SECONDS without success is an error."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise EngineError(f"{what} ended with status {process.returncode} while starting")
        if ready():
            return
        time.sleep(0.1)
    raise EngineError(f"{what} was not ready after {START_SECONDS} seconds")


class Engine:
    def __init__(self, folder):
        self.folder = folder
        self.socket = os.path.join(folder, "docker.sock")
        self.registry_port = free_port()
        self.registry = f"127.0.0.1:{self.registry_port}"
        self.processes = []
        self.driver = ""
        self.env = dict(os.environ, DOCKER_HOST=f"unix://{self.socket}", DOCKER_CONFIG=os.path.join(folder, "client"))
        # The client of the daemon's own package: another one that comes first on PATH may lack BuildKit.
        self.env["PATH"] = os.pathsep.join(["/usr/bin", "/usr/sbin", self.env.get("PATH", "")])
        for name in ("DOCKER_BUILDKIT", "DOCKER_CONTEXT", "BUILDKIT_PROGRESS"):
            self.env.pop(name, None)

    def start(self):
        if os.geteuid() != 0:
            raise EngineError("a docker daemon needs root")
        for program in ("dockerd", "docker", "docker-registry"):
            if shutil.which(program) is None:
                raise EngineError(f"{program} is not installed")
        self._start_registry()
        failures = []
        for driver in ("overlay2", "vfs"):
            try:
                self._start_daemon(driver)
                self.driver = driver
                return
            except EngineError as error:
                failures.append(f"{driver}: {error}")
        raise EngineError("; ".join(failures))

    def _spawn(self, name, argv):
        log = open(os.path.join(self.folder, name + ".log"), "ab")
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        log.close()
        self.processes.append(process)
        return process

    def _start_registry(self):
        config = os.path.join(self.folder, "registry.yml")
        with open(config, "w", encoding="utf-8") as f:
            f.write(
                "version: 0.1\n"
                "log: {level: error}\n"
                f"storage: {{filesystem: {{rootdirectory: {self.folder}/registry}}}}\n"
                f"http: {{addr: '{self.registry}'}}\n"
            )

        def ready():
            try:
                return urllib.request.urlopen(f"http://{self.registry}/v2/", timeout=1).status == 200
            except (urllib.error.URLError, OSError):
                return False

        wait_for("docker-registry", ready, self._spawn("registry", ["docker-registry", "serve", config]))

    def _start_daemon(self, driver):
        argv = [
            "dockerd", "--data-root", f"{self.folder}/data-{driver}", "--exec-root", f"{self.folder}/exec",
            "--pidfile", f"{self.folder}/dockerd-{driver}.pid", "--host", f"unix://{self.socket}",
            "--storage-driver", driver, "--bridge", "none", "--iptables=false", "--ip-forward=false",
        ]
        process = self._spawn("dockerd", argv)

        def ready():
            done = subprocess.run(["docker", "info"], env=self.env, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, check=False)
            return done.returncode == 0

        wait_for(f"dockerd with {driver}", ready, process)

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(timeout=30)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
        self.processes.clear()
        for mount in self._mounts():
            subprocess.run(["umount", "-l", mount], stderr=subprocess.DEVNULL, check=False)

    def _mounts(self):
        """What a killed daemon may leave mounted, the innermost first."""
        with open("/proc/mounts", encoding="utf-8") as f:
            mounts = [line.split()[1] for line in f if line.split()[1].startswith(self.folder + "/")]
        return sorted(mounts, reverse=True)

    def docker(self, *words, check=True, **kwargs):
        done = subprocess.run(["docker", *words], env=self.env, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **kwargs)
        if check and done.returncode != 0:
            raise BuildError(f"docker {' '.join(words)} ended with status {done.returncode}:\n{done.stdout}")
        return done.stdout

    def make_cold(self, keep):
        """A fresh machine: no image but the bases, no build cache."""
        self.docker("container", "prune", "--force")  # a step that fails leaves its container to the classic builder
        listing = self.docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}").split()
        drop = [image for image in listing if image not in keep and "<none>" not in image]
        if drop:
            self.docker("image", "rm", "--force", *drop)
        self.docker("image", "prune", "--force")
        self.docker("builder", "prune", "--all", "--force")
        left = set(self.docker("image", "ls", "--all", "--quiet", "--no-trunc").split())
        wanted = {self.docker("image", "inspect", "--format", "{{.Id}}", image).strip() for image in keep}
        if left != wanted:
            raise BuildError(f"the agent is not cold: {sorted(left - wanted)} are left")
