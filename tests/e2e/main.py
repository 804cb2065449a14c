#!/usr/bin/env python3
"""Runs plans on a real engine, each time on a cold agent, and checks which commands really ran.

Usage: main.py CACHEPLAN-BINARY
Exit status 0 when everything held, 1 when not, 77 when no engine can be had here.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time

import base_image
from engine import BuildError, Engine, EngineError
from projects import GoProject, TwoProject
from servers import Servers

BUILDERS = ("classic", "docker")
# What happens to the project before each build; every build is on a cold agent.
STORY = ("first", "nothing", "source", "source", "nothing", "dependency", "nothing")
SHORT_STORY = ("first", "nothing", "source", "dependency")


class Failures:
    def __init__(self):
        self.passed, self.failed = 0, []

    def check(self, holds, what):
        if holds:
            self.passed += 1
        else:
            self.failed.append(what)
            print(f"FAILED: {what}", flush=True)


def run(argv, env, cwd):
    done = subprocess.run(argv, env=env, cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    if done.returncode != 0:
        raise BuildError(f"{' '.join(argv)} ended with status {done.returncode}:\n{done.stdout[-4000:]}")
    return done.stdout


class Way:
    """A way to build: its name, and the commands for a project."""

    def __init__(self, name, engine, binary, builder, image):
        self.name, self.engine, self.binary, self.builder, self.image = name, engine, binary, builder, image
        self.env = dict(engine.env)

    def options(self, project):
        return [project.folder, "-t", self.image, "--builder", self.builder, "--network", "host"]

    def build(self, project, scratch):
        if self.name == "no plan":
            self.env["DOCKER_BUILDKIT"] = "0" if self.builder == "classic" else "1"
            run(["docker", "build", "--network", "host", "-t", self.image, project.folder], self.env, scratch)
            run(["docker", "push", self.image], self.env, scratch)
        elif self.name == "script":
            script = os.path.join(scratch, "build.sh")
            run([self.binary, "plan", *self.options(project), "-o", script], self.env, scratch)
            run([script], self.env, scratch)
        else:
            run([self.binary, "run", *self.options(project)], self.env, scratch)


def tell(project, story, way, engine, keep, scratch):
    """Builds through the story; a row for each chapter: what ran, and the seconds it took."""
    rows = []
    for chapter in story:
        if chapter == "source":
            project.change_source()
        elif chapter == "dependency":
            project.add_dependency()
        engine.make_cold(keep)
        project.servers.take_ran()
        begin = time.monotonic()
        way.build(project, scratch)
        seconds = time.monotonic() - begin
        rows.append((chapter, project.servers.take_ran(), seconds))
    return rows


def check_plan(failures, project, builder, way, rows):
    for number, (chapter, ran, _) in enumerate(rows, 1):
        where = f"{project.name}, {builder}, {way}, build {number} ({chapter})"
        for command in project.downloads:
            wanted = 1 if chapter in ("first", "dependency") else 0
            failures.check(ran.get(command, 0) == wanted,
                           f"{where}: {command} ran {ran.get(command, 0)} times, not {wanted}")
        if chapter == "nothing" and builder == "docker":
            failures.check(not ran, f"{where}: nothing was to run, and this did: {ran}")
        if chapter in ("first", "source", "dependency"):
            failures.check(ran.get("compile", 0) == 1, f"{where}: the source was not compiled once: {ran}")


def show(ran):
    return ", ".join(sorted(ran)) or "-"


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    binary = os.path.abspath(sys.argv[1])
    failures = Failures()
    table = []
    scratch = tempfile.mkdtemp(prefix="cacheplan-e2e-")
    engine = Engine(scratch)
    try:
        base_image.make_tar()
        engine.start()
        version = engine.docker("version", "--format", "{{.Server.Version}}").strip()
        print(f"Docker {version}, registry on loopback", flush=True)
        servers = Servers()
        keep = {base_image.import_image(engine)}
        for project_class in (GoProject, TwoProject):
            for builder in BUILDERS:
                outcomes = {}
                for way_name in ("no plan", "script", "run"):
                    slug = f"{project_class.name}-{builder}-{way_name}".replace("+", "-").replace(" ", "-")
                    project = project_class(os.path.join(scratch, slug), next(iter(keep)), servers)
                    image = f"{engine.registry}/{slug}:latest"
                    way = Way(way_name, engine, binary, builder, image)
                    story = SHORT_STORY if way_name == "no plan" else STORY
                    rows = tell(project, story, way, engine, keep, scratch)
                    outcomes[way_name] = [(chapter, ran) for chapter, ran, _ in rows]
                    for number, (chapter, ran, seconds) in enumerate(rows, 1):
                        table.append((project.name, builder, way_name, number, chapter, show(ran), seconds))
                        print("{:<10} {:<8} {:<8} {} {:<11} ran: {:<28} {:6.1f} s".format(*table[-1]), flush=True)
                    if way_name != "no plan":
                        check_plan(failures, project, builder, way_name, rows)
                failures.check(outcomes["script"] == outcomes["run"],
                               f"{project_class.name}, {builder}: the script and 'cacheplan run' did not do the same")
    except EngineError as error:
        print(f"no engine: {error}", file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else 77
    except BuildError as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    finally:
        engine.stop()
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"\ne2e: {failures.passed} passed, {len(failures.failed)} failed")
    return 1 if failures.failed else 0


if __name__ == "__main__":
    sys.exit(main())
