"""A private mail system for the quickstart and the end-to-end tests.

Lab starts, on loopback and free high ports, with everything under one
temporary directory and nothing of the machine's own mail system touched:

  - Postfix, its own instance: `mail` takes mail from people, through the milter
    and relays every recipient to the sink; `plain` takes notices, without the milter;
    with sasl=..., `submission` takes mail from people who log in (cyrus-sasl, a database of its own);
  - posternd, as the milter, with an SQLite store and the policy it is given;
  - sink.py, the world: everything that Postfix delivers ends there.

    with Lab(bin_dir, policy_dir) as lab:
        reply = lab.send("a@corp.example", ["b@out.example"], message_bytes)
        lab.settle()
        lab.delivered()
"""
import glob
import grp
import json
import os
import pathlib
import pwd
import random
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent

MAIN_CF = """compatibility_level = 3.6
queue_directory = {dir}/queue
data_directory = {dir}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.corp.example
mydestination =
local_recipient_maps =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relayhost = [127.0.0.1]:{sink}
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
smtp_tls_security_level = none
smtpd_tls_security_level = none
alias_maps =
alias_database =
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
anvil_rate_time_unit = 1s
in_flow_delay = 0
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
message_size_limit = 209715200
mailbox_size_limit = 0
smtputf8_enable = yes
smtpd_milters = {{ {milter}, connect_timeout=5s, content_timeout=120s, default_action=tempfail }}
non_smtpd_milters = {milter}
milter_protocol = 6
milter_default_action = tempfail
maillog_file = {dir}/maillog
maillog_file_prefixes = {dir}
{extra}
"""

MASTER_CF = """127.0.0.1:{mail} inet n - n - - smtpd
127.0.0.1:{plain} inet n - n - - smtpd
  -o smtpd_milters=
pickup    unix  n - n 1 1 pickup
  -o queue_run_delay=1s
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 1 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""

# Logins for one more listener (Debian package sasl2-bin makes the database).
SUBMISSION_CF = """127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_sasl_type=cyrus
  -o smtpd_sasl_path=smtpd
  -o smtpd_sasl_security_options=noanonymous
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
"""

SASL_CONF = """pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {dir}/sasl/sasldb2
mech_list: PLAIN LOGIN
"""

CONFIG = """milter:
  listen: ['unix:{dir}/run/milter.sock', 'inet:{milter_inet}@127.0.0.1']
  socket_mode: '0660'
  socket_group: postfix
gate:
  spool_dir: '{dir}/postern/spool'
policy:
  dir: '{policy}'
  packs_dir: '{packs}'
  cache_dir: '{dir}/postern/cache'
extract:
  worker: '{bin}/postern-extract'
  ocr: true
store:
  url: 'sqlite://{dir}/postern/postern.db'
  key_file: '{dir}/postern/master.key'
notice:
  from: 'Mail Gate <postern@corp.example>'
  smtp: '127.0.0.1:{plain}'
  hello: mail.corp.example
  contact: 'ip-office@corp.example'
  templates_dir: '{notices}'
  max_per_rule: 1000
  max_per_sender: 10000
release:
  smtp: '127.0.0.1:{mail}'
"""


class LabError(Exception):
    """The lab itself failed: the text says what and where to look."""


def free_ports(count):
    """Ports that nobody listens on now, and that the kernel gives to no outgoing connection meanwhile."""
    first_outgoing = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    candidates = range(10_000, first_outgoing) if first_outgoing > 15_000 else range(61_000, 65_536)
    sockets = []
    while len(sockets) < count:
        s = socket.socket()
        try:
            s.bind(("127.0.0.1", random.choice(candidates)))
        except OSError:
            s.close()
            continue
        sockets.append(s)
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def wait_until(what, condition, seconds=90):
    """Polls for a condition of another process; LabError when it does not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise LabError(f"{what}: not within {seconds} s")


class Lab:
    def __init__(self, bin_dir, policy_dir, packs_dir, notices_dir, refuse=(), extra_main="", extra_config="", keep=False,
                 sasl=None, more_config=None):
        """`sasl`: {login: password}. `more_config`: {file name: text}, put into conf.d; {dir} stands for the lab's directory."""
        self.bin = pathlib.Path(bin_dir).resolve()
        self.policy_from = pathlib.Path(policy_dir).resolve()
        self.packs = pathlib.Path(packs_dir).resolve()
        self.notices = pathlib.Path(notices_dir).resolve()
        self.refuse = list(refuse)
        self.extra_main = extra_main
        self.extra_config = extra_config
        self.sasl = dict(sasl or {})
        self.more_config = dict(more_config or {})
        self.has_page = any("{metrics}" in text for text in self.more_config.values())
        self.keep = keep
        self.dir = None
        self.gate = None
        self.sink = None
        self.postfix_runs = False

    # ---- start and stop

    def __enter__(self):
        if os.geteuid() != 0:
            raise LabError("a private Postfix needs root: its daemons change their user")
        if not shutil.which("postfix"):
            raise LabError("postfix is not installed: apt-get install --no-install-recommends postfix")
        # SIGTERM ends the program as Ctrl-C does, so that Postfix is stopped and the directory removed.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="postern-lab-"))
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def _start(self):
        os.chmod(self.dir, 0o755)
        for name in ("etc", "queue", "data", "run", "postern", "postern/spool", "sink"):
            (self.dir / name).mkdir()
        for name in ("postern", "postern/spool"):
            os.chmod(self.dir / name, 0o700)
        # A copy, so that tests may change it while the gate runs.
        self.policy = self.dir / "policy"
        shutil.copytree(self.policy_from, self.policy)
        postfix = pwd.getpwnam("postfix")
        os.chown(self.dir / "data", postfix.pw_uid, postfix.pw_gid)
        os.chown(self.dir / "run", 0, grp.getgrnam("postfix").gr_gid)
        os.chmod(self.dir / "run", 0o750)
        self.mail_port, self.plain_port, self.milter_port, self.submission_port, self.metrics_port = free_ports(5)
        self._start_sink()
        self.config = self.dir / "postern.yaml"
        self.config.write_text(CONFIG.format(dir=self.dir, policy=self.policy, packs=self.packs, notices=self.notices, bin=self.bin, plain=self.plain_port,
                                             mail=self.mail_port, milter_inet=self.milter_port) + self.extra_config)
        for name, text in self.more_config.items():
            path = self.dir / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.replace("{dir}", str(self.dir)).replace("{metrics}", str(self.metrics_port)))
        self.cli("setup", "keys", check=True)
        self.start_gate()
        self._start_postfix()

    def _start_sink(self):
        self.sink = subprocess.Popen([sys.executable, str(HERE / "sink.py"), "0", str(self.dir / "sink")]
                                     + [x for a in self.refuse for x in ("--refuse", a)], stdout=subprocess.PIPE, text=True)
        line = self.sink.stdout.readline()
        if not line.startswith("ready "):
            raise LabError("the sink did not start")
        self.sink_port = int(line.split()[1])

    def _make_logins(self):
        sasl = self.dir / "sasl"
        sasl.mkdir()
        # Debian's Postfix looks here, whatever cyrus_sasl_config_path says.
        (self.dir / "etc/sasl").mkdir()
        (self.dir / "etc/sasl/smtpd.conf").write_text(SASL_CONF.format(dir=self.dir))
        for login, password in self.sasl.items():
            name, _, realm = login.partition("@")
            done = subprocess.run(["saslpasswd2", "-p", "-c", "-f", str(sasl / "sasldb2"), "-u", realm or "mail.corp.example", name], input=password,
                                  capture_output=True, text=True)
            if done.returncode != 0:
                raise LabError("saslpasswd2: " + done.stderr)
        os.chown(sasl / "sasldb2", 0, grp.getgrnam("postfix").gr_gid)
        os.chmod(sasl / "sasldb2", 0o640)

    def _start_postfix(self):
        (self.dir / "etc/main.cf").write_text(MAIN_CF.format(dir=self.dir, sink=self.sink_port, milter=f"unix:{self.dir}/run/milter.sock",
                                                             extra=self.extra_main))
        master = MASTER_CF.format(mail=self.mail_port, plain=self.plain_port)
        ports = [self.mail_port, self.plain_port]
        if self.sasl:
            self._make_logins()
            master += SUBMISSION_CF.format(submission=self.submission_port)
            ports.append(self.submission_port)
        (self.dir / "etc/master.cf").write_text(master)
        done = subprocess.run(["postfix", "-c", str(self.dir / "etc"), "start"], capture_output=True, text=True)
        if done.returncode != 0:
            raise LabError("postfix did not start:\n" + done.stdout + done.stderr)
        self.postfix_runs = True
        for port in ports:
            wait_until(f"postfix on port {port}", lambda: self._answers(port))

    @staticmethod
    def _answers(port):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as s:
                return s.recv(4).startswith(b"220")
        except OSError:
            return False

    def start_gate(self, environment=None):
        with open(self.dir / "gate.log", "ab") as log:
            self.gate = subprocess.Popen([str(self.bin / "posternd"), "--config", str(self.config), "--foreground"], stderr=log,
                                         stdout=log, stdin=subprocess.DEVNULL, env={**os.environ, **(environment or {})})
        socket_path = self.dir / "run/milter.sock"

        def up():
            if self.gate.poll() is not None:
                raise LabError(f"posternd ended with status {self.gate.returncode}:\n{self.gate_log()[-3000:]}")
            try:
                with socket.socket(socket.AF_UNIX) as s:
                    s.connect(str(socket_path))
                # The page is opened last.
                if self.has_page:
                    socket.create_connection(("127.0.0.1", self.metrics_port), timeout=5).close()
                return True
            except OSError:
                return False
        wait_until("posternd on its socket", up)

    def stop_gate(self, sig=signal.SIGTERM):
        """Ends posternd and gives its exit status."""
        if self.gate is None:
            return None
        if self.gate.poll() is None:
            self.gate.send_signal(sig)
        try:
            status = self.gate.wait(timeout=90)
        except subprocess.TimeoutExpired:
            self.gate.kill()
            raise LabError("posternd did not stop within 90 s")
        self.gate = None
        return status

    def stop(self):
        if self.postfix_runs:
            subprocess.run(["postfix", "-c", str(self.dir / "etc"), "stop"], capture_output=True, check=False)
            self.postfix_runs = False
        if self.gate is not None:
            try:
                self.stop_gate()
            except LabError:
                pass
        if self.sink is not None:
            self.sink.terminate()
            self.sink.wait()
            self.sink.stdout.close()
            self.sink = None
        if self.dir is not None and not self.keep:
            shutil.rmtree(self.dir, ignore_errors=True)

    # ---- use

    def send(self, sender, recipients, message, options=()):
        """Sends by SMTP and gives (code, text) of the last answer, with refused recipients as they were refused."""
        with smtplib.SMTP("127.0.0.1", self.mail_port, local_hostname="client.corp.example", timeout=120) as smtp:
            smtp.ehlo()
            if "SMTPUTF8" in options:
                smtp.command_encoding = "utf-8"
            code, text = smtp.mail(sender, list(options))
            if code != 250:
                return code, text.decode()
            for recipient in recipients:
                code, text = smtp.rcpt(recipient)
                if code not in (250, 251):
                    return code, text.decode()
            code, text = smtp.data(message)
            return code, text.decode("utf-8", "replace")

    def cli(self, *args, check=False, environment=None):
        done = subprocess.run([str(self.bin / "postern"), "--config", str(self.config), *args], capture_output=True, text=True,
                              env={**os.environ, **(environment or {})})
        if check and done.returncode != 0:
            raise LabError(f"postern {' '.join(args)} ended with status {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def queue_files(self):
        found = []
        for name in ("maildrop", "incoming", "active", "deferred"):
            found += [p for p in glob.glob(f"{self.dir}/queue/{name}/**", recursive=True) if os.path.isfile(p)]
        return found

    def outbox_pending(self):
        return json.loads(self.cli("status", "--format", "json", check=True).stdout)["outbox_pending"]

    def settle(self, seconds=120):
        """Waits until Postfix's queue and the gate's outbox are empty."""
        wait_until("the queues to empty", lambda: not self.queue_files() and self.outbox_pending() == 0 and not self.queue_files(), seconds)

    def delivered(self):
        """What reached the world, in order: [{sender, recipients, lines, data}]."""
        out = []
        for path in sorted(glob.glob(str(self.dir / "sink/*.json"))):
            row = json.loads(pathlib.Path(path).read_text())
            row["data"] = pathlib.Path(path[:-5] + ".eml").read_bytes()
            out.append(row)
        return out

    def holds(self, state="open"):
        return [json.loads(line) for line in self.cli("quarantine", "list", "--state", state, "--format", "json", check=True).stdout.splitlines()]

    def gate_log(self):
        try:
            return (self.dir / "gate.log").read_text(errors="replace")
        except OSError:
            return ""
