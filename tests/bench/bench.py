"""Bench: what the rows share. It makes the corpus, starts filters when a row asks for them, and plays mail to them."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from gates import Filter, Posternd, Sink, rspamd
from measuring import BenchError, cpu_seconds, run_json

HERE = pathlib.Path(__file__).resolve().parent
MAILS = 1000
# Long enough that start and end do not count, short enough for five rounds.
LOAD_SECONDS = 2.5


class Bench:
    def __init__(self, build, folder, rounds):
        self.build = pathlib.Path(build).resolve()
        self.dir = pathlib.Path(folder)  # what can be used again: corpora and policies
        self.state = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=folder))  # stores, queues, sockets of this run
        os.chmod(self.state, 0o755)
        self.rounds = rounds
        self.filters = {}
        self.sink = None
        self.plays = 0

    def program(self, name):
        for folder in (self.build / "bin", self.build / "tests/milter"):
            if (folder / name).exists():
                return folder / name
        raise BenchError(f"{name} was not built: its library is missing, see postern_bench_packages in packaging/packages.sh")

    # ---- the corpus

    def corpus(self, seed=1):
        """A folder as make_corpus.py writes it, and beside mail/ one folder for each shape of mail."""
        folder = self.dir / f"corpus-{seed}"
        if not folder.exists():
            self._run(sys.executable, HERE / "make_corpus.py", "--seed", seed, "--count", MAILS, "--parts", folder)
            for line in (folder / "expected.tsv").read_text().splitlines()[1:]:
                fields = line.split("\t")
                (folder / fields[7]).mkdir(exist_ok=True)
                os.link(folder / "mail" / fields[0], folder / fields[7] / fields[0])
        return folder

    def rules(self, count):
        return self.corpus() / f"rules-{count}.tsv"

    def policy(self, count):
        return self.policy_for(self.rules(count), self.dir / f"policy-{count}")

    def policy_for(self, rules, folder, *options):
        if not folder.exists():
            self._run(sys.executable, HERE / "corpus_policy.py", *options, rules, folder)
        return folder

    def mails(self, shape="plain", keep=lambda envelope: True):
        """A folder of the corpus's mails of that shape whose (sender, recipients) `keep` wants."""
        folder = self.corpus() / shape
        return [p for p in sorted(folder.iterdir()) if keep(self.envelopes()[p.name])]

    def envelopes(self):
        out = {}
        for line in (self.corpus() / "envelopes.tsv").read_text().splitlines():
            name, sender, recipients = line.split("\t")
            out[name] = (sender, recipients.split(","))
        return out

    def folder_of(self, name, mails):
        folder = self.dir / name
        if not folder.exists():
            folder.mkdir()
            for mail in mails:
                os.link(mail, folder / mail.name)
        return folder

    @staticmethod
    def _run(*command):
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
        if done.returncode != 0:
            raise BenchError(f"{command[1]}: {done.stderr[-500:]}")

    # ---- filters

    def gate(self, count, policy=None, name=None):
        """posternd with so many rules of the corpus, started at the first call and kept."""
        name = name or f"gate-{count}"
        return self._kept(name, lambda: Posternd(name, self.state / name, self.build, policy or self.policy(count), self.notice_sink()))

    def noop(self):
        path = self.state / "noop/milter.sock"
        return self._kept("noop", lambda: Filter("noop", self.state / "noop", [self.program("noop_milter"), f"unix:{path}"], path))

    def accept_all(self):
        path = self.state / "accept/milter.sock"
        return self._kept("accept", lambda: Filter("accept", self.state / "accept", [self.program("accept_all"), f"unix:{path}"], path))

    def rspamd(self, count):
        if not shutil.which("rspamd") and not os.path.exists("/usr/bin/rspamd"):
            raise BenchError("rspamd is not installed: run.py without --no-install installs postern_bench_packages")
        return self._kept(f"rspamd-{count}", lambda: rspamd(self.state / f"rspamd-{count}", self.rules(count), os.cpu_count()))

    def _kept(self, name, make):
        if name not in self.filters:
            made = make()
            made.start()
            self.filters[name] = made
        return self.filters[name]

    def notice_sink(self):
        """The port of the sink for notices."""
        if self.sink is None:
            self.sink = Sink()
        return self.sink.port

    def stop_filters(self):
        """Stops all, with what they kept."""
        for one in self.filters.values():
            one.stop()
            shutil.rmtree(one.dir, ignore_errors=True)
        self.filters = {}

    def close(self):
        self.stop_filters()
        if self.sink is not None:
            self.sink.stop()
        shutil.rmtree(self.state, ignore_errors=True)

    # ---- load

    def play(self, target, folder, connections, passes=1, **options):
        """Plays a folder so many times; what milter_load says, with the CPU milliseconds of the filter a message."""
        self.plays += 1
        count = sum(1 for p in os.scandir(folder) if p.name.endswith(".eml"))
        more = [str(x) for key, value in options.items() for x in ("--" + key, value)]
        before = cpu_seconds(target.pid)
        out = run_json(self.program("milter_load"), "--connections", connections, "--messages", count * passes, "--unique",
                       f"{self.plays}x{int(time.time()) % 100000}n", *more, target.socket, folder, self.corpus() / "envelopes.tsv")[0]
        out["cpu_ms"] = (cpu_seconds(target.pid) - before) * 1e3 / out["messages"]
        if "tempfail" in out["answers"]:
            raise BenchError(f"{target.name} answered {out['answers']}: a gate that fails is not measured")
        return out

    def passes(self, target, folder, connections):
        """Warms a filter up, and says how many passes over the folder take LOAD_SECONDS."""
        warm = self.play(target, folder, connections)
        again = self.play(target, folder, connections)
        return max(1, round(LOAD_SECONDS / min(warm["seconds"], again["seconds"])))

    def paired(self, targets, folder, connections):
        """{name: [what milter_load says, a round each]}: in each round every filter once, one after the other."""
        passes = {t.name: self.passes(t, folder, connections) for t in targets}
        out = {t.name: [] for t in targets}
        for number in range(self.rounds):
            for target in targets if number % 2 == 0 else reversed(targets):
                out[target.name].append(self.play(target, folder, connections, passes[target.name]))
        return out
