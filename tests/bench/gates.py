"""The filters under test, each a private instance under the bench's own folder, on a unix socket."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

from measuring import BenchError

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging/quickstart"))
from lab import LabError, free_ports, wait_until  # noqa: E402,F401

GATE = """milter:
  listen: ['unix:{dir}/milter.sock', 'inet:{port}@127.0.0.1']
  socket_mode: '0666'
gate:
  spool_dir: '{dir}/spool'
policy:
  dir: '{policy}'
  packs_dir: '{build}/policies'
  cache_dir: '{dir}/cache'
extract:
  worker: '{build}/bin/postern-extract'
store:
  url: 'sqlite://{dir}/postern.db'
  key_file: '{dir}/master.key'
notice:
  from: 'Mail Gate <postern@corp.example>'
  smtp: '127.0.0.1:{sink}'
  hello: mail.corp.example
  templates_dir: '{build}/notices'
release:
  smtp: '127.0.0.1:{sink}'
"""

RSPAMD = """lua = "{dir}/rspamd.lua";
options {{
  pidfile = "{dir}/rspamd.pid";
  filters = "regexp";
  cache_file = "{dir}/db/symbols.cache";
  hs_cache_dir = "{dir}/db";
  control_socket = "{dir}/control.sock mode=0600";
  stats_file = "{dir}/db/stats.ucl";
  history_rows = 20;
  tempdir = "{dir}";
  url_tld = "/usr/share/rspamd/effective_tld_names.dat";
  max_message = 100M;
  check_all_filters = true;
  allow_raw_input = true;
  task_timeout = 60s;
  dns {{ nameserver = ["127.0.0.1:65353"]; timeout = 1ms; retransmits = 1; sockets = 1; }}
  disable_monitoring = true;
}}
logging {{ type = "file"; filename = "{dir}/log"; level = "notice"; log_buffered = true; log_format = "id: <$mid>, $filename, $action $scores"; }}
actions {{ reject = 15; }}
metric {{ actions {{ reject = 15; }} }}
regexp {{ max_size = 10M; }}
worker "rspamd_proxy" {{
  bind_socket = "{dir}/milter.sock mode=0666";
  milter = yes;
  timeout = 120s;
  count = {workers};
  upstream "local" {{ self_scan = yes; default = yes; }}
  quarantine_on_reject = true;
  discard_on_reject = false;
  max_retries = 1;
}}
worker "hs_helper" {{ count = 1; }}
"""


class Sink:
    """An SMTP server that takes every mail and forgets it: smtp-sink of Postfix, which serves root only as another user."""

    def __init__(self):
        self.port = free_ports(1)[0]
        user = ["-u", "postfix"] if os.geteuid() == 0 else []
        self.process = subprocess.Popen(["/usr/sbin/smtp-sink", *user, f"127.0.0.1:{self.port}", "1000"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until("smtp-sink", self._answers)

    def _answers(self):
        if self.process.poll() is not None:
            raise BenchError(f"smtp-sink ended with status {self.process.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Filter:
    """A program that serves the milter protocol on `socket`. Stopped by its own process id."""

    def __init__(self, name, folder, command, socket_path=None):
        self.name = name
        self.dir = pathlib.Path(folder)
        self.dir.mkdir(parents=True, exist_ok=True)
        self.path = socket_path or self.dir / "milter.sock"
        self.socket = f"unix:{self.path}"
        self.command = [str(c) for c in command]
        self.process = None

    @property
    def pid(self):
        return self.process.pid

    def start(self, seconds=300):
        self.path.unlink(missing_ok=True)
        with open(self.dir / "log.stderr", "ab") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(f"{self.name} on its socket", self._answers, seconds)
        return self

    def _answers(self):
        if self.process.poll() is not None:
            raise BenchError(f"{self.name} ended with status {self.process.returncode}: {self.log()[-1000:]}")
        try:
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(str(self.path))
                return True
        except OSError:
            return False

    def log(self):
        return (self.dir / "log.stderr").read_text(errors="replace")

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=90)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None


class Posternd(Filter):
    """The gate, with its store, its keys and a sink for its notices."""

    def __init__(self, name, folder, build, policy, sink_port, extra=""):
        folder = pathlib.Path(folder)
        (folder / "spool").mkdir(parents=True, exist_ok=True)
        for private in (folder, folder / "spool"):
            os.chmod(private, 0o711)
        self.port = free_ports(1)[0]
        self.config = folder / "postern.yaml"
        self.config.write_text(GATE.format(dir=folder, policy=policy, build=build, port=self.port, sink=sink_port) + extra)
        self.policy = pathlib.Path(policy)
        super().__init__(name, folder, [build / "bin/posternd", "--config", self.config, "--foreground"])
        done = subprocess.run([build / "bin/postern", "--config", self.config, "setup", "keys"], capture_output=True, text=True)
        if done.returncode != 0:
            raise BenchError(f"postern setup keys: {done.stderr}")

    def policies_in_force(self):
        """How often a policy came into force since the log began."""
        return self.log().count(" in force, ")

    def reload(self):
        """Reads the policy again; how long it took until it was in force."""
        before, begin = self.policies_in_force(), time.monotonic()
        self.process.send_signal(signal.SIGHUP)
        wait_until("the reload", lambda: self.policies_in_force() > before, 300)
        return time.monotonic() - begin


def rspamd(folder, rules, workers):
    """rspamd as a milter that does nothing but match the same rules on the text parts, all else off."""
    folder = pathlib.Path(folder)
    (folder / "db").mkdir(parents=True, exist_ok=True)
    lua = ['require "global_functions" ()', "config['regexp'] = {}"]
    for line in pathlib.Path(rules).read_text(encoding="utf-8").splitlines():
        name, flags, regex, _ = line.split("\t")
        lua.append("config['regexp']['%s'] = { re = [==[/%s/P%s]==], score = 100.0, group = 'dlp' }" %
                   (name, regex.replace("/", "\\/"), "i" if flags == "i" else ""))
    (folder / "rspamd.lua").write_text("\n".join(lua) + "\n", encoding="utf-8")
    (folder / "rspamd.conf").write_text(RSPAMD.format(dir=folder, workers=workers))
    program = shutil.which("rspamd") or "/usr/bin/rspamd"
    return Filter("rspamd", folder, [program, "-i", "-f", "-c", folder / "rspamd.conf"])
