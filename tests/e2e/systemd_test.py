#!/usr/bin/env python3
"""The units of packaging/systemd under a systemd that is booted for them, in namespaces of its own.

    systemd_test.py BUILD_DIR

systemd_boot.sh makes the root and boots, systemd_inside.py looks. Needs root, an overlay filesystem and systemd;
exit 77, with the reason, where these are missing.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
NAMESPACES = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--net", "--uts", "--ipc", "--cgroup"]
SECONDS = 500


def reason_to_skip(directory):
    if os.geteuid() != 0:
        return "booting a systemd needs root"
    if not pathlib.Path("/lib/systemd/systemd").exists():
        return "systemd is not installed (apt-get install systemd)"
    # What no container without its rights can do.
    script = 'cd "$0" && mkdir m && mount -t tmpfs x m && mkdir m/c m/r m/u m/w && mount -t cgroup2 x m/c && ' \
        "mount -t overlay x -o lowerdir=/,upperdir=m/u,workdir=m/w m/r"
    done = subprocess.run([*NAMESPACES, "sh", "-c", script, str(directory)], capture_output=True, text=True)
    return "no overlay or cgroup2 can be mounted here: " + done.stderr.strip() if done.returncode != 0 else ""


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="postern-systemd-") as name:
        directory = pathlib.Path(name)
        why = reason_to_skip(directory)
        if why:
            print("skipped: " + why)
            return 77
        try:
            done = subprocess.run([*NAMESPACES, "sh", str(HERE / "systemd_boot.sh"), name, str(build), str(HERE.parents[1])], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=SECONDS)
            booted = f"status {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        except subprocess.TimeoutExpired as e:
            booted = f"not ended within {SECONDS} s\n{(e.stdout or b'')[-3000:].decode(errors='replace')}"
        report = directory / "out/report"
        text = report.read_text() if report.exists() else ""
        print(text, end="")
        well = text.endswith("end\n") and "FAILED" not in text and "ok " in text
        if not well:
            print("the boot: " + booted)
            for log in ("keys.log", "errors", "gate.log"):
                path = directory / "out" / log
                print(f"{log}: " + (path.read_text()[-2000:] if path.exists() else "none"))
        return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
