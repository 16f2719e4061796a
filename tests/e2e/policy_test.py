#!/usr/bin/env python3
"""How a policy comes into force: compiled by a child process, kept for the next start, and what goes wrong with either.

    policy_test.py BIN_DIR BUILD_DIR

Whatever becomes of the child or of the kept file, mail is judged, by the policy that was in force.
"""
import os
import pathlib
import random
import shutil
import signal
import stat
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging/quickstart"))
from lab import Lab, wait_until  # noqa: E402
import reporting  # noqa: E402
from reporting import check  # noqa: E402

MARKED = b"From: anna.adler@corp.example\r\nTo: x7k@post.chirper.example\r\nSubject: %d\r\n\r\n%s ships in May.\r\n"
COMPILED, KEPT, STAYS = "the policy was compiled in", "the policy was kept compiled", "the policy stays as it was"
sent = 0


def held(lab, word=b"Nightjar"):
    """Whether a mail with the word is held."""
    global sent
    sent += 1
    before = len(lab.holds())
    code, text = lab.send("anna.adler@corp.example", ["x7k@post.chirper.example"], MARKED % (sent, word))
    return code == 250 and len(lab.holds()) == before + 1


def kept(lab):
    return sorted((lab.dir / "postern/cache").glob("policy-*"))


def start(lab):
    """Starts the gate again; what it said since."""
    lab.stop_gate()
    before = len(lab.gate_log())
    lab.start_gate()
    return lab.gate_log()[before:]


def heavy_rules(seed):
    """Rules that take long to compile and are no literals: alternatives of counted classes."""
    draw = random.Random(seed)
    lines = ["apiVersion: postern/v1", "detectors:"]
    for i in range(120):
        a, b = ("".join(draw.choice("QXZJKV") for _ in range(2)) for _ in range(2))
        lines.append(f"  - {{id: heavy-{i}, primary: {{regex: '\\b(?:{a}|{b})[-/]?[0-9]{{4}}[-/][0-9]{{2,5}}[{a}][0-9]{{2,9}}'}}}}")
    lines.append("rules:")
    for i in range(120):
        lines.append(f"  - {{id: heavy.r{i}, title: Heavy, category: trade-secret, mode: audit, when: {{content: {{detector: heavy-{i}}}}}, "
                     "then: {action: quarantine}}")
    return "\n".join(lines) + "\n"


def child_of(lab):
    """The process id of the child that compiles, while there is one."""
    try:
        for pid in pathlib.Path(f"/proc/{lab.gate.pid}/task/{lab.gate.pid}/children").read_text().split():
            if b"--compile-policy" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
                return int(pid)
    except FileNotFoundError:
        pass
    return None


def starts(lab):
    check("the first start compiles", COMPILED in lab.gate_log() and KEPT not in lab.gate_log(), lab.gate_log()[-800:])
    files = kept(lab)
    check("and keeps the policy", len(files) == 1, files)
    check("for nobody else", stat.S_IMODE(files[0].stat().st_mode) == 0o600, oct(files[0].stat().st_mode))
    said = start(lab)
    check("the second start does not compile", KEPT in said and COMPILED not in said, said)
    check("and judges alike", held(lab))

    for name, damage in (("damaged", lambda b: b[:len(b) // 2] + bytes([b[len(b) // 2] ^ 1]) + b[len(b) // 2 + 1:]),
                         ("cut short", lambda b: b[:-1]), ("empty", lambda b: b"")):
        good = files[0].read_bytes()
        files[0].write_bytes(damage(good))
        said = start(lab)
        check(f"a kept policy that is {name} is not used", "is not used" in said and COMPILED in said, said)
        check(f"and made anew: {name}", kept(lab) == files and len(files[0].read_bytes()) == len(good), kept(lab))
        check(f"mail is judged: {name}", held(lab))


def another_build(lab):
    built = lab.bin
    lab.bin = lab.dir / "bin"
    lab.bin.mkdir()
    for program in built.iterdir():
        (lab.bin / program.name).symlink_to(program)
    (lab.bin / "posternd").unlink()
    shutil.copy(built / "posternd", lab.bin / "posternd")  # of another time
    said = start(lab)
    check("another build of the program believes nothing that this one kept", COMPILED in said and KEPT not in said, said)
    said = start(lab)
    check("but what it has kept itself", KEPT in said and COMPILED not in said, said)
    lab.bin = built
    said = start(lab)
    check("and this one still has its own", KEPT in said and COMPILED not in said, said)


def reloads(lab):
    rules = lab.policy / "rules/company.yaml"
    good = rules.read_text()
    before, forced = lab.gate_log().count(COMPILED), lab.gate_log().count(" in force, ")
    lab.gate.send_signal(signal.SIGHUP)
    wait_until("the reload of the same", lambda: lab.gate_log().count(" in force, ") > forced)
    check("a reload of the same compiles nothing", lab.gate_log().count(COMPILED) == before)
    rules.write_text(good.replace("keywords: [Nightjar", "keywords: [Quokka, Nightjar"))
    wait_until("the changed policy", lambda: lab.gate_log().count(" in force, ") > forced + 1)
    check("a changed policy is compiled, and judges", lab.gate_log().count(COMPILED) > before and held(lab, b"Quokka"))
    rules.write_text(good)
    wait_until("the first policy again", lambda: lab.gate_log().count(" in force, ") > forced + 2)
    said = lab.gate_log().rsplit("have changed", 1)[1]
    check("going back to a kept policy compiles nothing", KEPT in said and COMPILED not in said, said)


def killed(lab):
    heavy = lab.policy / "rules/heavy.yaml"
    before = lab.gate_log().count(STAYS)
    heavy.write_text(heavy_rules(1))
    wait_until("the child", lambda: child_of(lab) is not None)
    child = child_of(lab)
    os.kill(child, signal.SIGSTOP)
    check("mail flows while a policy compiles", held(lab))
    os.kill(child, signal.SIGKILL)
    wait_until("word of the child's death", lambda: lab.gate_log().count(STAYS) > before)
    check("a killed child is told of", "killed by SIGKILL" in lab.gate_log(), lab.gate_log()[-800:])
    check("and the old policy stays", held(lab))
    lab.gate.send_signal(signal.SIGHUP)
    wait_until("the next try", lambda: " in force, " in lab.gate_log().rsplit(STAYS, 1)[1])
    check("the next try succeeds", held(lab))

    heavy.write_text(heavy_rules(2))
    wait_until("the child", lambda: child_of(lab) is not None)
    child = child_of(lab)
    os.kill(child, signal.SIGSTOP)
    check("a gate whose child hangs stops at once", lab.stop_gate() == 0)
    check("and takes the child along", not os.path.exists(f"/proc/{child}"))
    heavy.unlink()
    lab.start_gate()


def starved(lab):
    config = lab.config.read_text()
    lab.config.write_text(config.replace("policy:\n", "policy:\n  compile_memory: 128MiB\n"))
    said = start(lab)
    check("a kept policy needs no child", KEPT in said, said)
    words = lab.policy / "dictionaries/many.txt"
    words.parent.mkdir(exist_ok=True)
    words.write_text("".join(f"nightjar number {i}\n" for i in range(200_000)))
    (lab.policy / "rules/many.yaml").write_text(
        "apiVersion: postern/v1\ndetectors: [{id: many, primary: {dictionary: dictionaries/many.txt}}]\n"
        "rules: [{id: many.words, title: Many, category: trade-secret, mode: audit, when: {content: {detector: many}}, "
        "then: {action: quarantine}}]\n")
    wait_until("word of the child's death", lambda: "policy.compile_memory" in lab.gate_log(), seconds=60)
    check("a child without memory: the old policy stays", STAYS in said + lab.gate_log() and held(lab))
    (lab.policy / "rules/many.yaml").unlink()
    words.unlink()
    lab.config.write_text(config)


def without_a_folder(lab):
    config = lab.config.read_text()
    for name, text in (("none", "''"), ("one that cannot be", "'/nonexistent/postern/cache'"), ("a file", f"'{lab.config}'")):
        lab.config.write_text(config.replace(f"'{lab.dir}/postern/cache'", text))
        said = start(lab)
        check(f"without a folder the policy is compiled: {name}", COMPILED in said and KEPT not in said, said)
        check(f"which is warned of: {name}", (text == "''") != ("policy.cache_dir" in said or "is not kept" in said), said)
        check(f"mail is judged: {name}", held(lab))
    lab.config.write_text(config)


def main():
    with Lab(sys.argv[1], ROOT / "packaging/quickstart/policy", pathlib.Path(sys.argv[2]) / "policies", pathlib.Path(sys.argv[2]) / "notices") as lab:
        starts(lab)
        another_build(lab)
        reloads(lab)
        killed(lab)
        if "sanitize" not in sys.argv[3:]:
            starved(lab)
        else:
            print("skipped starved(): sanitizers need more address space than any limit")
        without_a_folder(lab)


if __name__ == "__main__":
    reporting.run(main)
