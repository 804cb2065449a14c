"""A story: a project that changes, built again and again on a cold agent, in one way or another."""
import collections
import os
import subprocess
import time

from engine import BuildError

# What happens to the project before each build. With dependencies unchanged several builds in a row must
# leave them alone: an engine that loses its cache now and then loses it every second time. A dependency that
# came with source that does not compile must be there when the source is mended.
CHAPTERS = ("first", "nothing", "source", "source", "nothing", "dependency", "nothing", "broken", "mended")

# chapter, what really ran and how often, seconds
Row = collections.namedtuple("Row", "chapter ran seconds")


def run(argv, env, cwd):
    done = subprocess.run(argv, env=env, cwd=cwd, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        raise BuildError(f"{' '.join(argv)} ended with status {done.returncode}:\n{done.stdout[-4000:]}")
    return done.stdout


class Way:
    """A way to build and publish the image of a project."""

    name = ""
    planned = True

    def __init__(self, engine, binary, builder, image, scratch):
        self.binary, self.builder, self.image, self.scratch = binary, builder, image, scratch
        self.env = dict(engine.env)

    def options(self, project):
        return [project.folder, "-t", self.image, "--builder", self.builder, "--network", "host"]

    def run(self, *argv):
        run(argv, self.env, self.scratch)


class NoPlan(Way):
    """What a CI job does that knows nothing of caches."""

    name = "no plan"
    planned = False

    def build(self, project):
        self.env["DOCKER_BUILDKIT"] = "0" if self.builder == "classic" else "1"
        self.run("docker", "build", "--network", "host", "-t", self.image, project.folder)
        self.run("docker", "push", self.image)


class Script(Way):
    """The emitted script."""

    name = "script"

    def build(self, project):
        path = os.path.join(self.scratch, "build.sh")
        self.run(self.binary, "plan", *self.options(project), "-o", path)
        self.run("sh", path)


class Run(Way):
    """cacheplan run, with plan's options."""

    name = "run"

    def build(self, project):
        self.run(self.binary, "run", *self.options(project))


class RunFile(Way):
    """cacheplan run, with a plan in a file."""

    name = "run PLAN"

    def build(self, project):
        path = os.path.join(self.scratch, "plan.json")
        self.run(self.binary, "plan", *self.options(project), "--format", "json", "-o", path)
        self.run(self.binary, "run", path)


WAYS = (NoPlan, Script, Run, RunFile)


def tell(project, way, engine, bases):
    """Builds through the story. The image of each build must show the project as it is then."""
    rows = []
    for chapter in CHAPTERS:
        if chapter == "source":
            project.change_source()
        elif chapter == "dependency":
            project.add_dependency()
        elif chapter == "broken":
            project.add_dependency()
            project.break_source()
        elif chapter == "mended":
            project.mend_source()
        engine.make_cold(bases)
        project.servers.take_ran()
        begin = time.monotonic()
        try:
            way.build(project)
            failed = False
        except BuildError:
            if not project.broken:
                raise
            failed = True
        seconds = time.monotonic() - begin
        rows.append(Row(chapter, project.servers.take_ran(), seconds))
        if project.broken:
            if not failed:
                raise BuildError(f"{way.image} was built of source that does not compile, and its status was 0")
            continue
        said = engine.docker("run", "--rm", "--network", "none", way.image).split("\n")
        if [line for line in said if line] != project.says():
            raise BuildError(f"{way.image} says {said} after '{chapter}', not {project.says()}")
    return rows


def check(failures, where, project, builder, rows):
    """What a plan promises of what runs."""
    for number, row in enumerate(rows, 1):
        here = f"{where}, build {number} ({row.chapter})"
        for command in project.downloads:
            wanted = 1 if row.chapter in ("first", "dependency", "broken") else 0
            ran = row.ran.get(command, 0)
            failures.check(ran == wanted, f"{here}: {command} ran {ran} times, not {wanted}")
        if row.chapter == "nothing" and builder == "docker":
            failures.check(not row.ran, f"{here}: nothing was to run, and this did: {row.ran}")
        if row.chapter != "nothing":
            compiled = row.ran.get("compile", 0)
            failures.check(compiled == 1, f"{here}: the source was compiled {compiled} times, not once")
