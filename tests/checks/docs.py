#!/usr/bin/env python3
"""Fails where the documentation says what is not so.

    docs.py SOURCE_DIR POSTERN [--update]

Looks at README.md, CHANGELOG.md, docs/ and the man pages, for:

  - links and paths of the tree that do not exist;
  - verbs of `postern`, and options of those verbs, that its --help does not know;
  - options of postern.yaml that the program does not know;
  - words that something is missing, when it is there (MISSING below);
  - closed lists of words that are not those of the policy's schema;
  - an options section of postern.yaml(5) that is not what the program prints (--update writes it);
  - tests that docs/format-tests.md names and that do not exist, and sections of docs/formats.md that it leaves out;
  - the README's policy, whose tests must pass, and the configuration of the operations page, which must be good.
"""
import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile

FOLDERS = "base|message|extractors|policy|store|response|pipeline|milter|cli|tests|packaging|docs|cmake"
# MIME types that begin like a folder of ours.
MESSAGE_TYPE = re.compile(r"`?message/(?:rfc822|partial|external-body|global|delivery-status)`?")
PATH = re.compile(rf"(?<![\w./*-])((?:{FOLDERS})/[\w.*/-]*\w/?)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
# Files of the reader's own policy folder.
THEIRS = {"policy/policy.yaml", "policy/rules/company.yaml", "tests/plan.xlsx"}
# Verbs for this check only; --help does not name them.
HIDDEN = {("config", "manual")}
# What the pages say is missing, and a path that is there once it is not: whoever adds it must find the sentence.
MISSING = {
    "no web console": "console/*.cpp", "no reports": "cli/report.cpp", "PostgreSQL, and several gates": "store/postgres*", "no Debian package": "debian/control",
    "no metrics": "milter/metrics.h", "no systemd unit": "packaging/systemd/*.service", "OCR are not there": "extractors/pixels/letters.h",
    "the page on which the sender gives a reason does not exist": "console/*", "no verb that walks the chain": "cli/audit.cpp",
    "not yet run on a booted system": "tests/e2e/systemd_test.py",
}
POLICY_MANUAL = "docs/man/postern-policy.5.scd"
MARKS = ("; begin of the options\n", "; end of the options\n")
MANUAL = "docs/man/postern.yaml.5.scd"


class Checker:
    def __init__(self, root, postern):
        self.root = root
        self.postern = postern
        self.wrong = []
        self.looked_at = 0
        self.helps = {}
        manual = self.run("config", "manual")
        if manual.returncode != 0:
            sys.exit(f"cannot run {postern}: {manual.stderr}")
        self.manual = manual.stdout.strip("\n") + "\n"
        self.options = set(re.findall(r"^\*([a-z_]+\.[a-z_]+)\*", self.manual, re.M))
        sections = "|".join(sorted({o.split(".")[0] for o in self.options}))
        self.option = re.compile(rf"(?<![\w./@-])((?:{sections})\.[a-z_]+)\b(?![./@])")
        self.verbs = {v: self.subverbs(v) for v in self.subverbs()}

    def run(self, *args):
        return subprocess.run([self.postern, *args], capture_output=True, text=True)

    def help(self, *verb):
        if verb not in self.helps:
            self.helps[verb] = self.run(*verb, "--help").stdout
        return self.helps[verb]

    def subverbs(self, *verb):
        _, _, listed = self.help(*verb).partition("Subcommands:\n")
        return set(re.findall(r"^  ([\w-]+)", listed, re.M))

    def complain(self, file, number, text):
        self.wrong.append(f"{file.relative_to(self.root)}:{number}: {text}")

    # ---- one page

    def page(self, file):
        in_block = False
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("```"):
                in_block = not in_block
                continue
            if file.suffix == ".scd":
                line = line.replace("\\", "")
                whole = in_block or line.startswith("*postern ")
                code = [line.replace("*", "").replace("_", " ")] if whole else re.findall(r"\*([^*]+)\*", line)
            else:
                code = [line] if in_block or line.startswith("    ") else re.findall(r"`([^`]+)`", line)
                self.links(file, number, line)
            self.paths(file, number, line)
            for span in code:
                self.commands(file, number, span)
                self.option_names(file, number, span)

    def links(self, file, number, line):
        for target in LINK.findall(line):
            if "://" in target or target.startswith("#"):
                continue
            self.looked_at += 1
            if not (file.parent / target.split("#")[0]).exists():
                self.complain(file, number, f"the link {target} leads nowhere")

    def paths(self, file, number, line):
        line = MESSAGE_TYPE.sub("", line)
        for path in PATH.findall(line):
            if path in THEIRS or re.search(r"[A-Z]{3}", path.replace("README", "")):
                continue
            self.looked_at += 1
            if not any(True for _ in self.root.glob(path)):
                self.complain(file, number, f"there is no {path}")

    def commands(self, file, number, span):
        for command in re.findall(r"(?:^|[\s(])postern ((?!--config)[a-z].*)", span):
            words = command.split()
            verb = words[0]
            self.looked_at += 1
            if verb not in self.verbs:
                self.complain(file, number, f"postern knows no verb '{verb}'")
                continue
            path, rest = (verb,), words[1:]
            if self.verbs[verb] and rest and re.fullmatch(r"[a-z]+(?:-[a-z]+)*", rest[0]):
                if rest[0] not in self.verbs[verb] and (verb, rest[0]) not in HIDDEN:
                    self.complain(file, number, f"postern {verb} knows no verb '{rest[0]}'")
                    continue
                path = (verb, rest[0])
                if len(rest) > 1 and rest[1] in self.subverbs(*path):
                    path += (rest[1],)
            known = set(re.findall(r"--[a-z-]+", self.help(*path)))
            for option in re.findall(r"(?<![\w-])--[a-z-]+", command):
                if option not in known:
                    self.complain(file, number, f"postern {' '.join(path)} knows no option {option}")

    def option_names(self, file, number, span):
        for name in self.option.findall(span):
            if name.split(".")[1] in ("yaml", "h", "cpp", "md", "db", "cf", "mc"):
                continue
            self.looked_at += 1
            if name not in self.options:
                self.complain(file, number, f"there is no option {name}")

    # ---- what is said of the program as a whole

    def missing(self, file):
        text = " ".join(file.read_text(encoding="utf-8").split())
        for words, path in MISSING.items():
            if words in text:
                self.looked_at += 1
                if any(True for _ in self.root.glob(path)):
                    self.complain(file, 1, f"says '{words}', and there is {path}")

    def lists(self):
        """The closed lists of the manual of policies against the schema that the program prints."""
        file = self.root / POLICY_MANUAL
        text = file.read_text(encoding="utf-8")
        definitions = json.loads(self.run("policy", "schema", "rules").stdout)["definitions"]
        actions = text[text.index("Actions, from lax to strict:"):text.index("The strictest action counts")]
        outcomes = re.search(r"Outcomes of reading, for [^:]*:\*? in a rule: ([^.]*)\.", text)
        for what, said, known in (
                ("actions", re.findall(r"^\*(\w+)\*$", actions, re.M), definitions["then"]["properties"]["action"]["enum"]),
                ("outcomes", re.split(r",\s+", outcomes[1]) if outcomes else [], definitions["content"]["properties"]["outcome"]["anyOf"][0]["enum"])):
            self.looked_at += 1
            if said != known:
                self.complain(file, 1, f"the {what} are {' '.join(known)}; it says {' '.join(said)}")

    def format_tests(self):
        """The tests that are said to hold the claims of docs/formats.md: `Suite.Name`, names of ctest, paths."""
        file = self.root / "docs/format-tests.md"
        sources = "\n".join(p.read_text(encoding="utf-8") for p in (self.root / "tests").rglob("*_test.cpp"))
        known = {f"{suite}.{name}" for suite, name in re.findall(r"^TEST(?:_[PF])?\(\s*(\w+),\s*(\w+)\)", sources, re.M)}
        lists = "\n".join(p.read_text(encoding="utf-8") for p in (self.root / "tests").rglob("CMakeLists.txt"))
        known |= set(re.findall(r"(?:add_test\(NAME |postern_test\()([\w-]+)", lists))
        sections = []
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("## "):
                sections.append(line[3:])
            if not line.startswith("| ") or line.startswith("| what |"):
                continue
            named = re.findall(r"`([^`]+)`", line.strip("| ").rsplit(" | ", 1)[1])
            if not named:
                self.complain(file, number, "names no test")
            for test in named:
                self.looked_at += 1
                if test not in known and not test.startswith("-") and not (self.root / test).exists():
                    self.complain(file, number, f"there is no test {test}")
        headings = re.findall(r"^## (.+)$", (self.root / "docs/formats.md").read_text(encoding="utf-8"), re.M)
        formats = [re.sub(r" ?\([^()]*\)", "", heading) for heading in headings]
        for said, section in itertools.zip_longest(sections[1:len(formats) + 1], formats, fillvalue=""):
            self.looked_at += 1
            if not said or not section.startswith(said):
                self.complain(file, 1, f"has the section '{said}' where formats.md has '{section}'")

    # ---- what is shown must work

    def manual_section(self, update):
        file = self.root / MANUAL
        text = file.read_text(encoding="utf-8")
        before, _, rest = text.partition(MARKS[0])
        inside, mark, after = rest.partition(MARKS[1])
        if not mark:
            self.complain(file, 1, "the marks of the options section are missing")
        elif inside.strip("\n") != self.manual.strip("\n"):
            if update:
                file.write_text(f"{before}{MARKS[0]}\n{self.manual}\n{MARKS[1]}{after}", encoding="utf-8")
                print(f"{MANUAL}: options section written")
            else:
                self.complain(file, before.count("\n") + 1, "the options section has drifted; write it with: tests/checks/docs.py SOURCE POSTERN --update")

    def examples(self):
        readme = (self.root / "README.md").read_text(encoding="utf-8")
        blocks = re.findall(r"^```yaml\n(.*?)^```", readme, re.M | re.S)
        operations = (self.root / "docs/operations.md").read_text(encoding="utf-8")
        configurations = re.findall(r"^```yaml\n(.*?)^```", operations, re.M | re.S)
        if len(blocks) != 2 or len(configurations) != 1:
            self.wrong.append("README.md has two blocks of YAML, a policy and its rules, docs/operations.md one: not found so")
            return
        with tempfile.TemporaryDirectory() as folder:
            policy = pathlib.Path(folder) / "policy"
            (policy / "rules").mkdir(parents=True)
            (policy / "policy.yaml").write_text(blocks[0], encoding="utf-8")
            (policy / "rules/company.yaml").write_text(blocks[1], encoding="utf-8")
            main = pathlib.Path(folder) / "postern.yaml"
            main.write_text(configurations[0], encoding="utf-8")
            for args in (("policy", "lint", policy), ("policy", "test", policy), ("--config", main, "config", "check")):
                self.looked_at += 1
                packs = ["--packs", str(self.root / "policy/packs")] if args[0] == "policy" else []
                done = self.run(*map(str, args), *packs)
                if done.returncode != 0:
                    self.wrong.append(f"an example of the documentation: postern {args[-2]} {args[-1]}:\n{done.stdout}{done.stderr}")


def main():
    arguments = [a for a in sys.argv[1:] if a != "--update"]
    if len(arguments) != 2:
        sys.exit(__doc__)
    root = pathlib.Path(arguments[0]).resolve()
    checker = Checker(root, arguments[1])
    checker.manual_section("--update" in sys.argv)
    pages = [root / "README.md", root / "CHANGELOG.md", *sorted((root / "docs").rglob("*.md")), *sorted((root / "docs/man").glob("*.scd"))]
    for page in pages:
        checker.page(page)
        checker.missing(page)
    checker.lists()
    checker.format_tests()
    checker.examples()
    print("\n".join(checker.wrong))
    print(f"{len(pages)} pages read, {checker.looked_at} statements looked at, {len(checker.wrong)} wrong")
    return 1 if checker.wrong or checker.looked_at < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
