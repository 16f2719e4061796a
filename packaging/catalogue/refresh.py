#!/usr/bin/env python3
"""Makes policy/packs/destinations/{freemail,disposable}-lists.txt from the lists that package.json pins.

    packaging/catalogue/refresh.py [--check]

`npm ci` fetches the packages into a folder of its own; nothing of them runs. A mail provider is listed when three
lists agree, for each of them alone has companies in it; a throw-away domain when the list that tries each service says so, or two of
the others. What the upstream lists
have wrongly stands in not-listed.txt; what they lack, in freemail.txt and disposable.txt beside the made lists.
--check: writes nothing, exit 1 when the files are not what would be made.
To take newer lists: `npm update` here, run this, read the difference, and run the tests.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LISTS = HERE.parent.parent / "policy/packs/destinations"
DOMAIN = re.compile(r"(?=.{4,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
# Whole schools and administrations give mailboxes to their own.
NEVER = re.compile(r"(^|\.)(edu|gov|mil|int|ac|gob|gouv)(\.[a-z]{2})?$")


def lines_of(path):
    return {line.split("#")[0].strip().lower() for line in path.read_text(encoding="utf-8").splitlines()} - {""}


def packages():
    """The folder of each package, in a folder that the caller removes."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="postern-lists-"))
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
    return folder


def made_of(folder):
    modules = folder / "node_modules"

    def of_json(path):
        return {str(domain).strip().lower() for domain in json.loads((modules / path).read_text(encoding="utf-8"))}

    def of_text(path):
        return lines_of(modules / path)

    tried = of_text("fakefilter/txt/data.txt")
    disposable = tried | (of_json("disposable-email-domains-js/dist/dict/disposable_email_blocklist.json") & of_text("freemail/data/disposable.txt"))
    free = of_json("email-providers/all.json") & of_json("free-email-domains/domains.json") & of_text("freemail/data/free.txt")
    # No mail provider of ours is to be on any list of throw-away domains.
    free -= disposable | of_text("freemail/data/disposable.txt") | of_json("disposable-email-domains-js/dist/dict/disposable_email_blocklist.json")
    left_out = lines_of(HERE / "not-listed.txt")
    own = {"freemail": lines_of(LISTS / "freemail.txt"), "disposable": lines_of(LISTS / "disposable.txt")}

    def kept(domains, other):
        return sorted(domain for domain in domains - left_out - own["freemail"] - own["disposable"] - other
                      if DOMAIN.fullmatch(domain) and not NEVER.search(domain))

    throw_away = kept(disposable, set())
    return {"freemail": kept(free, set(throw_away)), "disposable": throw_away}


def head(kind, names, versions):
    title = {"freemail": "Mail providers where anybody can have a mailbox: class personal.", "disposable": "Throw-away mail services: class disposable."}[kind]
    sources = ", ".join(f"{name} {versions[name]['version']} ({versions[name]['license']})" for name in names)
    return (f"# {title}\n# Made by packaging/catalogue/refresh.py from {sources};\n# their notices are in COPYING.lists. "
            f"Not edited by hand: what is missing goes into {kind}.txt, what is wrong into packaging/catalogue/not-listed.txt.\n")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true")
    check = arguments.parse_args().check
    folder = packages()
    try:
        made = made_of(folder)
        versions = {name: json.loads((folder / "node_modules" / name / "package.json").read_text(encoding="utf-8"))
                    for name in json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]}
    finally:
        shutil.rmtree(folder)
    sources = {"freemail": ("email-providers", "free-email-domains", "freemail"), "disposable": ("fakefilter", "disposable-email-domains-js", "freemail")}
    wrong = 0
    for kind, domains in made.items():
        path = LISTS / f"{kind}-lists.txt"
        text = head(kind, sources[kind], versions) + "".join(domain + "\n" for domain in domains)
        same = path.exists() and path.read_text(encoding="utf-8") == text
        print(f"{path.name}: {len(domains)} domains, {'as before' if same else 'differs' if check else 'written'}")
        wrong += not same
        if not check:
            path.write_text(text, encoding="utf-8")
    return 1 if check and wrong else 0


if __name__ == "__main__":
    sys.exit(main())
