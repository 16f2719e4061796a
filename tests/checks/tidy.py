#!/usr/bin/env python3
"""Runs clang-tidy over the sources, each one again only when something that it includes has changed.

    tidy.py BUILD_DIR [FILE...]

BUILD_DIR has a compile_commands.json of clang. Without FILE, all sources that git tracks outside tests/. What was clean
is remembered in BUILD_DIR/tidy under a hash of the preprocessed source with its comments, of .clang-tidy and of
clang-tidy's version, so a second run reads only what differs. Exit 1 when any file has findings, 2 when it cannot run.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIDY = "clang-tidy-14"


def preprocess_command(entry):
    """The entry's compile command, printing the preprocessed source with its comments."""
    words = shlex.split(entry["command"]) if "command" in entry else list(entry["arguments"])
    while words and pathlib.Path(words[0]).name in ("ccache", "launcher"):
        words = words[1:]
    out, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word in ("-o", "-MF", "-MT", "-MQ"):
            skip = True
        elif word not in ("-c", "-MD", "-MMD"):
            out.append(word)
    return [*out, "-E", "-CC"]


def key_of(entry, common):
    done = subprocess.run(preprocess_command(entry), cwd=entry["directory"], capture_output=True)
    if done.returncode != 0:
        return None  # clang-tidy will say why
    return hashlib.sha256(common + done.stdout).hexdigest()


def judge(entry, build, stamps, common):
    key = key_of(entry, common)
    if key and (stamps / key).exists():
        return None
    done = subprocess.run([TIDY, "-quiet", f"-p={build}", entry["file"]], capture_output=True, text=True)
    if done.returncode == 0 and not done.stdout.strip():
        if key:
            (stamps / key).touch()
        return ""
    return (done.stdout + done.stderr).strip() or f"{entry['file']}: {TIDY} ended with {done.returncode}"


def main():
    if len(sys.argv) < 2:
        print(__doc__.strip())
        return 2
    build = pathlib.Path(sys.argv[1]).resolve()
    try:
        entries = {e["file"]: e for e in json.loads((build / "compile_commands.json").read_text())}
        version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    except (OSError, ValueError, subprocess.CalledProcessError) as e:
        print(f"tidy.py: {e}; build the preset clang first, and install {TIDY}", file=sys.stderr)
        return 2
    if len(sys.argv) > 2:
        wanted = [str(pathlib.Path(f).resolve()) for f in sys.argv[2:]]
    else:
        listed = subprocess.run(["git", "ls-files", "*.cpp"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        wanted = [str(ROOT / f) for f in listed.splitlines() if not f.startswith("tests/")]
    unknown = [f for f in wanted if f not in entries]
    for f in unknown:
        print(f"tidy.py: {f} is in no target of {build}")
    stamps = build / "tidy"
    stamps.mkdir(exist_ok=True)
    common = version + (ROOT / ".clang-tidy").read_bytes()
    known = clean = found = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for said in pool.map(lambda f: judge(entries[f], build, stamps, common), [f for f in wanted if f in entries]):
            if said is None:
                known += 1
            elif said == "":
                clean += 1
            else:
                found += 1
                print(said, flush=True)
    print(f"clang-tidy: {len(wanted)} files: {clean} clean, {known} unchanged since they were, {found} with findings, "
          f"{len(unknown)} not built")
    return 1 if found or unknown else 0


if __name__ == "__main__":
    sys.exit(main())
