#!/usr/bin/env python3
"""Runs plans on a real engine, each time on a cold agent, and checks which commands really ran.

Usage: main.py CACHEPLAN-BINARY
Exit status 0 when everything held, 1 when not, 77 when no engine can be had here (1 where CI=true).
"""
import os
import shutil
import signal
import sys
import tempfile

import base_image
import story
from engine import BuildError, Engine, EngineError
from projects import GoProject, TwoProject
from servers import Servers

BUILDERS = ("classic", "docker")


class Failures:
    def __init__(self):
        self.passed, self.failed = 0, 0

    def check(self, holds, what):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what}", flush=True)


def show_table(project_name, builder, told):
    """What ran and the seconds it took, a column for each way."""
    print(f"\n{project_name}, builder {builder}: what ran on a cold agent, and seconds with push")
    print(f"  {'':<14}" + "".join(f"{name:<34}" for name in told))
    for number, rows in enumerate(zip(*told.values()), 1):
        cells = "".join(f"{', '.join(sorted(row.ran)) or '-':<26}{row.seconds:5.1f}   " for row in rows)
        print(f"  {number} {rows[0].chapter:<12}{cells}".rstrip())
    print(f"  {'all':<14}" + "".join(f"{'':<26}{sum(r.seconds for r in rows):5.1f}   " for rows in told.values()).rstrip(),
          flush=True)


def tell_all(project_class, builder, engine, binary, servers, base, scratch, failures):
    told = {}
    for way_class in story.WAYS:
        slug = "-".join((project_class.name, builder, way_class.__name__)).lower().replace("+", "-")
        project = project_class(os.path.join(scratch, slug), base, servers)
        way = way_class(engine, binary, builder, f"{engine.registry}/{slug}:latest", scratch)
        told[way.name] = story.tell(project, way, engine, {base})
        if way.planned:
            story.check(failures, f"{project.name}, {builder}, {way.name}", project, builder, told[way.name])
    show_table(project_class.name, builder, told)
    outcomes = {name: [row.ran for row in rows] for name, rows in told.items()}
    for name in ("run", "run PLAN"):
        failures.check(outcomes["script"] == outcomes[name],
                       f"{project_class.name}, {builder}: the script and '{name}' did not do the same")


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    # A terminated test still ends its daemon.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    binary = os.path.abspath(sys.argv[1])
    failures = Failures()
    scratch = tempfile.mkdtemp(prefix="cacheplan-e2e-")
    engine = Engine(scratch)
    try:
        engine.start()
        version = engine.docker("version", "--format", "{{.Server.Version}}").strip()
        print(f"Docker {version} ({engine.driver}), registry on loopback", flush=True)
        base = base_image.import_image(engine)
        servers = Servers()
        for project_class in (GoProject, TwoProject):
            for builder in BUILDERS:
                tell_all(project_class, builder, engine, binary, servers, base, scratch, failures)
    except EngineError as error:
        if os.environ.get("CI") == "true":
            print(f"FAILED: no engine: {error}")
            return 1
        print(f"skipped: real engines ({error})")
        return 77
    except BuildError as error:
        failures.check(False, str(error))
    finally:
        engine.stop()
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"\n{failures.passed} passed, {failures.failed} failed")
    return 1 if failures.failed else 0


if __name__ == "__main__":
    sys.exit(main())
