"""The toolchain image: Debian with Go, Python and a static busybox, made with debootstrap."""
import os
import shutil
import subprocess
import tempfile

from engine import EngineError

SUITE = "bookworm"
PACKAGES = "golang-go,python3-pip"

# Tells the counter that the command behind it really runs.
REPORT = """#!/bin/sh
exec /bin/busybox wget -q -O /dev/null "$1"
"""


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "cacheplan-e2e")


def mirror():
    """The mirror this machine installs from; debootstrap's own default where none is found."""
    lists = ["/etc/apt/sources.list"]
    folder = "/etc/apt/sources.list.d"
    if os.path.isdir(folder):
        lists += [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    for path in lists:
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as f:
            for line in f:
                for word in line.split():
                    if word.startswith("http") and word.rstrip("/").endswith("/debian"):
                        return [word]
    return []


def make_tar():
    """The path of the image's file tree as a tar; made once and kept."""
    path = os.path.join(cache_folder(), f"{SUITE}-{PACKAGES.replace(',', '-')}.tar")
    if os.path.exists(path):
        return path
    for program in ("debootstrap", "busybox"):
        if shutil.which(program) is None:
            raise EngineError(f"{program} is not installed")
    os.makedirs(cache_folder(), exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="cacheplan-base-") as folder:
        root = os.path.join(folder, "root")
        done = subprocess.run(["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, root, *mirror()],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            raise EngineError(f"debootstrap failed:\n{done.stdout[-2000:]}")
        shutil.copy(shutil.which("busybox"), os.path.join(root, "bin/busybox"))
        report = os.path.join(root, "usr/local/bin/report")
        with open(report, "w", encoding="utf-8") as f:
            f.write(REPORT)
        os.chmod(report, 0o755)
        part = path + f".{os.getpid()}"
        subprocess.run(["tar", "-C", root, "--exclude=./var/cache/apt/*", "--exclude=./var/lib/apt/lists/*",
                        "--exclude=./usr/share/doc/*", "--exclude=./proc/*", "--exclude=./sys/*",
                        "--exclude=./dev/*", "-cf", part, "."], check=True)
        os.replace(part, path)
    return path


def import_image(engine):
    """Puts the image into the daemon and the registry; gives its name."""
    name = f"{engine.registry}/toolchain:1"
    engine.docker("import", make_tar(), name)
    engine.docker("push", name)
    return name
