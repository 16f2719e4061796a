#!/usr/bin/env python3
"""Measures what docs/performance.md speaks of, beside the yardsticks, and says of each figure whether it is reached.

    sudo tests/bench/run.py [--rows NAME,NAME] [--rounds 5] [--json FILE] [--build DIR] [--no-install] [--list]

Installs the Debian packages that only this needs (nothing is started), builds the preset `bench` (what is installed,
without fault points), makes the corpus, and runs the rows. In a row the sides take turns, five rounds each; a figure is
the median over the rounds, a ratio being taken within its round.

    --rows NAME,NAME   only these
    --rounds N         of each row (5)
    --json FILE        keeps the results there; rows that are not measured now stay as they were in it
    --report           measures nothing and prints the table of --json
    --build DIR        measures the programs of this build folder, which is not built
    --dir DIR          where corpus, stores and queue lie (a new folder under /tmp): the disk that is written to
    --no-install       installs nothing
    --list             prints the rows

Exit 0 when everything that was measured is reached, 1 when not, 2 when it could not be measured.
"""
import argparse
import json
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import rows_load
import rows_postfix
import rows_readers
import rows_state
from bench import Bench
from gates import LabError
from measuring import BenchError
from table import as_lines, as_record

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROWS = rows_readers.ROWS + rows_load.ROWS + rows_postfix.ROWS + rows_state.ROWS


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="ascii") if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} processors ({model}), {memory:.0f} GiB, Linux {platform.release()}"


def install():
    script = '. packaging/packages.sh; postern_install $postern_build_packages $postern_test_packages $postern_bench_packages'
    if subprocess.run(["bash", "-c", script], cwd=ROOT).returncode != 0:
        raise BenchError("packages are missing")


def build():
    for command in (["cmake", "--preset", "bench"], ["cmake", "--build", "build/bench", "--target", "bench_programs", "-j", str(os.cpu_count())]):
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise BenchError(f"{' '.join(command)}:\n{done.stdout[-3000:]}")
    return ROOT / "build/bench"


def commit():
    done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip()


def measure(bench, row):
    begin = time.monotonic()
    try:
        record = as_record(row, row.measure(bench))
    except (BenchError, LabError, subprocess.TimeoutExpired) as e:
        record = {"failed": str(e)}
    finally:
        bench.stop_filters()  # the next row begins with empty stores
    return record | {"seconds": round(time.monotonic() - begin), "rounds": bench.rounds, "commit": commit(),
                     "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())}


def status(rows, kept):
    if any("figures" not in kept.get(row.name, {}) for row in rows):
        return 2
    return 0 if all(f["met"] for row in rows for f in kept[row.name]["figures"].values()) else 1


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json")
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--build")
    parser.add_argument("--dir")
    parser.add_argument("--no-install", action="store_true")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


def main():
    chosen = arguments()
    names = [n for n in chosen.rows.split(",") if n]
    unknown = set(names) - {r.name for r in ROWS}
    if unknown:
        sys.exit(f"run.py: no such row: {', '.join(sorted(unknown))}; there are {', '.join(r.name for r in ROWS)}")
    rows = [r for r in ROWS if not names or r.name in names]
    if chosen.list:
        for row in rows:
            print("\n".join(f"{row.name:14} {f.title} ({f.bound(f.reach)})" for f in row.figures))
        return 0
    kept = json.loads(pathlib.Path(chosen.json).read_text()) if chosen.json and os.path.exists(chosen.json) else {}
    if not chosen.report:
        # As Ctrl-C does: the filters and Postfix are stopped on the way out.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            if not chosen.no_install:
                install()
            built = chosen.build or build()
        except BenchError as e:
            print(f"run.py: {e}", file=sys.stderr)
            return 2
        folder = chosen.dir or tempfile.mkdtemp(prefix="postern-bench-")
        os.makedirs(folder, exist_ok=True)
        os.chmod(folder, 0o755)
        bench = Bench(built, folder, chosen.rounds)
        try:
            for row in rows:
                kept[row.name] = measure(bench, row)
                print(f"{row.name}: {kept[row.name]['seconds']} s", file=sys.stderr, flush=True)
                if chosen.json:
                    pathlib.Path(chosen.json).write_text(json.dumps(kept, indent=1) + "\n")
        finally:
            bench.close()
            if not chosen.dir:
                shutil.rmtree(folder, ignore_errors=True)
    print(f"{machine()}\n")
    print("\n".join(as_lines(rows, kept)))
    return status(rows, kept)


if __name__ == "__main__":
    sys.exit(main())
