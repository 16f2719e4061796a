#!/usr/bin/env python3
"""Runs as a service of the systemd that systemd_boot.sh boots, and says on standard output how Postern's units behave there.

The gate must serve mail inside its confinement, be told apart from one that is stuck, and be started again or left alone as
the unit says.
"""
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import time
import traceback

RUNTIME, SPOOL = "/run/postern/milter.sock", "/var/spool/postfix/postern/milter.sock"
CONFIGURATION = pathlib.Path("/etc/postern/postern.yaml")
DROP_IN = pathlib.Path("/run/systemd/system/postern.service.d/test.conf")


def check(what, condition, saw=""):
    print(("ok      " if condition else "FAILED  ") + what + ("" if condition else f": saw {saw!r}"), flush=True)


def systemctl(*args):
    return subprocess.run(["systemctl", *args], capture_output=True, text=True)


def show(name, unit="postern.service"):
    return systemctl("show", "--value", "-p", name, unit).stdout.strip()


def main_pid():
    pid = int(show("MainPID"))
    if pid == 0:
        raise RuntimeError("the gate does not run\n" + systemctl("status", "--no-pager", "postern.service").stdout)
    return pid


def wait_until(what, condition, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise RuntimeError(f"{what}: not within {seconds} s\n" + systemctl("status", "--no-pager", "-n", "50", "postern.service").stdout)


def packet(letter, payload=b""):
    return struct.pack(">I", len(payload) + 1) + letter + payload


def read_packet(connection):
    def exactly(count):
        out = b""
        while len(out) < count:
            more = connection.recv(count - len(out))
            if not more:
                return None
            out += more
        return out
    head = exactly(4)
    return exactly(struct.unpack(">I", head)[0]) if head else None


def begin(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(120)
    connection.connect(path)
    connection.sendall(packet(b"O", struct.pack(">III", 6, 0x1FF, 0x1FFFFF)))
    return connection


def send(path, subject, text, connection=None):
    """The letters of the gate's answer, None when it hung up."""
    with connection or begin(path) as connection:
        if not (read_packet(connection) or b"").startswith(b"O"):
            return None
        for letter, payload in ((b"C", b"c.corp.example\0004" + struct.pack(">H", 40_000) + b"127.0.0.1\0"), (b"H", b"c\0"), (b"D", b"Mi\0TEST\0"),
                                (b"M", b"<anna.adler@corp.example>\0"), (b"R", b"<x7k@post.chirper.example>\0"),
                                (b"L", b"From\0 anna.adler@corp.example\0"), (b"L", b"Subject\0 " + subject + b"\0"), (b"B", text), (b"E", b"")):
            connection.sendall(packet(letter, payload))
        while True:
            got = read_packet(connection)
            if got is None or got[:1] not in b"p-mhi+":
                return got and got[:1]


def holds():
    return len(subprocess.run(["runuser", "-u", "_postern", "--", "postern", "quarantine", "list"], capture_output=True, text=True, check=True)
               .stdout.strip().splitlines())


def drop_in(text):
    DROP_IN.parent.mkdir(parents=True, exist_ok=True)
    DROP_IN.write_text("[Service]\n" + text)
    systemctl("daemon-reload")


def serves():
    done = systemctl("start", "postern.service")
    check("the unit starts, and the gate says that it is ready", done.returncode == 0 and show("ActiveState") == "active" and show("StatusText") != "",
          (done.stderr, show("StatusText")))
    main = main_pid()
    user = os.stat(f"/proc/{main}").st_uid
    check("as _postern", user == int(subprocess.run(["id", "-u", "_postern"], capture_output=True, text=True).stdout), user)
    before = holds()
    check("inside its confinement it reads mail: an honest one passes", send(RUNTIME, b"Hello", b"Hello.\r\n") == b"c")
    check("and holds a marked one", send(RUNTIME, b"Plan", b"Nightjar ships in May.\r\n") == b"d" and holds() > before, holds())
    done = systemctl("reload", "postern.service")
    check("it is told to reload", done.returncode == 0, done.stderr)
    # The signal is all that `systemctl reload` waits for: the gate is "reloading" until it has read its policy anew.
    wait_until("the end of the reload", lambda: show("ActiveState") != "reloading")
    check("it reloads", show("ActiveState") == "active" and int(show("MainPID")) == main, (show("ActiveState"), show("MainPID"), main))


def killed():
    main, before = main_pid(), int(show("NRestarts"))
    os.kill(main, signal.SIGKILL)
    wait_until("the gate after its death", lambda: show("ActiveState") == "active" and int(show("MainPID")) not in (0, main))
    check("a killed gate is started again", int(show("NRestarts")) == before + 1, show("NRestarts"))
    check("and serves", send(RUNTIME, b"Hello", b"Hello.\r\n") == b"c")


def stuck():
    systemctl("stop", "postern.service")
    drop_in("Environment=POSTERN_FAULT=spooled:1:spin\nWatchdogSec=4s\n")
    systemctl("start", "postern.service")
    main, before = main_pid(), int(show("NRestarts"))
    # The watchdog's first time is over, and it was fed.
    wait_until("feeding the watchdog", lambda: int(show("WatchdogTimestampMonotonic")) > int(show("ActiveEnterTimestampMonotonic")) + 4_000_000)
    check("a gate that is well is left alone", int(show("MainPID")) == main, show("MainPID"))
    check("a gate whose loop is stuck answers nothing", send(RUNTIME, b"Hello", b"Hello.\r\n") is None)
    wait_until("the watchdog", lambda: int(show("NRestarts")) > before and show("ActiveState") == "active")
    check("and is started again by the watchdog", int(show("MainPID")) not in (0, main), show("MainPID"))


def stopped():
    DROP_IN.unlink()
    systemctl("daemon-reload")
    systemctl("restart", "postern.service")
    check("mail is answered again", send(RUNTIME, b"Hello", b"Hello.\r\n") == b"c")
    systemctl("stop", "postern.service")
    check("it stops well", (show("ActiveState"), show("Result"), show("ExecMainStatus")) == ("inactive", "success", "0"),
          (show("ActiveState"), show("Result"), show("ExecMainStatus")))


def passed_in():
    """The socket stands before the gate and through its restarts: a client waits instead of failing."""
    done = systemctl("start", "postern.socket")
    info = os.stat(SPOOL)
    names = subprocess.run(["stat", "-c", "%U:%G %a", SPOOL], capture_output=True, text=True).stdout.strip()
    check("the socket unit makes a socket that Postfix can open", done.returncode == 0 and names == "_postern:postfix 660", (done.stderr, names, info))
    check("a connection starts the gate, and is served", show("ActiveState") == "inactive" and send(SPOOL, b"Hello", b"Hello.\r\n") == b"c"
          and show("ActiveState") == "active", show("ActiveState"))
    check("milter.listen gives way", not os.path.exists(RUNTIME))
    systemctl("stop", "postern.service")
    waiting = begin(SPOOL)
    check("a client that comes while the gate is down waits for it", send(SPOOL, b"Hello", b"Hello.\r\n", waiting) == b"c")
    systemctl("stop", "postern.socket", "postern.service")


def bad_configuration():
    good = CONFIGURATION.read_text()
    CONFIGURATION.write_text(good + "mitler: {}\n")
    systemctl("reset-failed", "postern.service")
    done = systemctl("start", "postern.service")
    wait_until("the end of the start", lambda: show("ActiveState") == "failed")
    check("a bad configuration fails with 78 and is not tried again", done.returncode != 0 and show("ExecMainStatus") == "78"
          and int(show("NRestarts")) == 0, (show("ExecMainStatus"), show("NRestarts")))
    CONFIGURATION.write_text(good)
    systemctl("reset-failed", "postern.service")
    check("a good one starts", systemctl("start", "postern.service").returncode == 0)
    systemctl("stop", "postern.service")


def main():
    for part in (serves, killed, stuck, stopped, passed_in, bad_configuration):
        try:
            part()
        except Exception as e:  # the report must say it: nobody else hears of it
            check(part.__name__, False, f"{e}\n{traceback.format_exc()}")
    print("end", flush=True)


if __name__ == "__main__":
    sys.exit(main())
