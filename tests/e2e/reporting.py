"""What every end-to-end test says, and the status that it ends with."""
import sys

from lab import LabError

failures = []


def check(what, condition, saw=""):
    print(("ok      " if condition else "FAILED  ") + what + ("" if condition else f": saw {saw!r}"), flush=True)
    if not condition:
        failures.append(what)


def report(lab, failed):
    """Adds what the ledger finds wrong to `failed` and says it. Gives the status to end with."""
    wrong = lab.wrong()
    for line in wrong[:20]:
        print("FAILED  " + line)
    if failed or wrong:
        print(lab.gate_log()[-4000:])
    print(f"{len(lab.ledger.mails)} mails, {failed + len(wrong)} wrong", flush=True)
    return 1 if failed or wrong else 0


def run(main):
    """Ends the process by what main() gives (a status, None for well) and what was checked."""
    try:
        status = main()
    except LabError as e:
        print(f"the lab: {e}")
        sys.exit(1)
    if failures:
        print(f"{len(failures)} failed")
    sys.exit(status or (1 if failures else 0))
