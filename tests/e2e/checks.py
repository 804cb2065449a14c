#!/usr/bin/env python3
"""Holds `cacheplan lint` against `docker build --check` of a Docker that has it, live.

Usage: checks.py CACHEPLAN-BINARY FOLDER
FOLDER is kept between runs: a Debian unstable tree with Docker, made by debootstrap when it is not there.
Every Dockerfile of docs/rules/*.md goes through both; rule, line, message and link must be the same.
Exit status 0 when they were, 1 when not, 77 when such a Docker cannot be had here.
"""
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

from engine import EngineError, wait_for

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# The images that the pages build from, all of them the same one without any variable.
IMAGES = ("alpine:3.20", "debian:12", "golang:1.22", "node", "node:22", "node:22.11", "python:3.12")
# An archive that stands still says that its lists have expired.
APT = ["apt-get", "-o", "Acquire::Check-Valid-Until=false"]


def run(argv, **kwargs):
    done = subprocess.run(argv, text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **kwargs)
    if done.returncode != 0:
        raise EngineError(f"{' '.join(argv)} ended with status {done.returncode}: {done.stdout[-500:]}")
    return done.stdout


class NewDocker:
    """A dockerd in a folder and a mount namespace of its own."""

    def __init__(self, folder):
        self.tree = os.path.join(folder, "tree")
        self.process = None

    def make(self):
        if os.geteuid() != 0:
            raise EngineError("a docker daemon needs root")
        if shutil.which("debootstrap") is None:
            raise EngineError("debootstrap is not installed")
        if os.path.exists(os.path.join(self.tree, "usr/sbin/dockerd")):
            return
        shutil.rmtree(self.tree, ignore_errors=True)
        print("making a tree with a new Docker", flush=True)
        run(["debootstrap", "--variant=minbase", "sid", self.tree])
        run(["chroot", self.tree, *APT, "update"])
        run(["chroot", self.tree, "env", "DEBIAN_FRONTEND=noninteractive", *APT, "install", "-y",
             "--no-install-recommends", "docker.io", "docker-cli", "docker-buildx"])

    def start(self):
        script = (
            'set -e; mount --bind "$0" "$0"; for d in proc sys dev; do mount --rbind /$d "$0/$d"; done; '
            'mkdir -p "$0/run/checks"; exec chroot "$0" dockerd --data-root /run/checks/data --exec-root /run/checks/exec '
            "--pidfile /run/checks/pid --host unix:///run/checks/socket --storage-driver vfs --bridge none "
            "--iptables=false --ip6tables=false --ip-forward=false"
        )
        shutil.rmtree(os.path.join(self.tree, "run/checks"), ignore_errors=True)
        log = open(os.path.join(self.tree, "run", "checks.log"), "wb")
        self.process = subprocess.Popen(["unshare", "--mount", "sh", "-c", script, self.tree], stdin=subprocess.DEVNULL,
                                        stdout=log, stderr=log, start_new_session=True)
        log.close()
        wait_for("dockerd", lambda: self.docker("info").returncode == 0, self.process)

    def docker(self, *words, **kwargs):
        """Runs the client of the tree within the daemon's own root."""
        enter = ["nsenter", "--target", str(self.process.pid), "--mount", "--root", "--wd=/"]
        return subprocess.run([*enter, "docker", "--host", "unix:///run/checks/socket", *words], check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kwargs)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)

    def import_base(self):
        with tempfile.TemporaryDirectory() as folder:
            run(["tar", "-C", folder, "-cf", os.path.join(self.tree, "base.tar"), "."])
        done = self.docker("import", "/base.tar", IMAGES[0])
        for image in IMAGES[1:]:
            done = self.docker("tag", IMAGES[0], image) if done.returncode == 0 else done
        if done.returncode != 0:
            raise EngineError(f"the base image cannot be made: {done.stderr}")

    def check(self, context):
        """The build checks of a folder below the tree, as (rule, line, message, link)."""
        inside = "/" + os.path.relpath(context, self.tree)
        done = self.docker("build", "--call=check,format=json", inside)
        try:
            answer = json.loads(done.stdout)
        except ValueError as error:
            raise EngineError(f"docker build --check gave no JSON: {done.stdout[:200]}{done.stderr[-500:]}") from error
        return sorted(
            (w["ruleName"], w["location"]["ranges"][0]["start"]["line"], w["detail"], w.get("url", ""))
            for w in answer.get("warnings") or []
        )


def examples(page):
    """The sections of a page: its Dockerfile and, where there is one, its ignore file."""
    sections, name, fence = {}, "", None
    for line in open(page, encoding="utf-8"):
        if line.startswith("## "):
            name = line[3:].strip()
        if line.startswith("```"):
            fence = line[3:].strip() if fence is None else None
        elif fence:
            section = sections.setdefault(name, {})
            section[fence] = section.get(fence, "") + line
    return {name: section for name, section in sections.items() if "dockerfile" in section}


def lint(binary, context):
    done = subprocess.run(
        [binary, "lint", "--select", "buildkit", "--base-env", "empty", "--no-config", "--fail-on", "never", "--format", "json",
         "--context", context, os.path.join(context, "Dockerfile")],
        text=True, check=False, stdout=subprocess.PIPE)
    findings = json.loads(done.stdout)["diagnostics"]
    return sorted((f["rule"], f["line"], f["message"], f["url"]) for f in findings if f["code"] == f["rule"])


def compare(binary, docker):
    passed, failed = 0, 0
    context = os.path.join(docker.tree, "context")
    for page in sorted(glob.glob(os.path.join(ROOT, "docs/rules/*.md"))):
        for name, section in examples(page).items():
            if "# cacheplan " in section["dockerfile"]:
                continue  # our comments say nothing to docker
            shutil.rmtree(context, ignore_errors=True)
            os.makedirs(context)
            for fence, file in (("dockerfile", "Dockerfile"), ("dockerignore", ".dockerignore")):
                if fence in section:
                    with open(os.path.join(context, file), "w", encoding="utf-8") as f:
                        # Releases differ in which checks are experimental.
                        f.write("# check=experimental=all\n" * (fence == "dockerfile") + section[fence])
            wanted, got = docker.check(context), lint(binary, context)
            if wanted == got:
                passed += 1
            else:
                failed += 1
                print(f"FAILED: {os.path.basename(page)}, {name}:\n  docker says    {wanted}\n  cacheplan says {got}")
    print(f"{passed} Dockerfiles: the same build checks as docker build --check")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


def main():
    binary, folder = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    docker = NewDocker(folder)
    try:
        docker.make()
        docker.start()
        print(docker.docker("version", "--format", "Docker {{.Server.Version}}").stdout.strip(), flush=True)
        docker.import_base()
        return compare(binary, docker)
    except EngineError as error:
        print(f"skipped: build checks against docker build --check ({error})", flush=True)
        return 77
    finally:
        docker.stop()


if __name__ == "__main__":
    sys.exit(main())
