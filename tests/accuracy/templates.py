"""The data files: templates of mails, words and pieces of text. data/en/planted.txt says what they look like."""
import functools
import pathlib
from dataclasses import dataclass, field

DATA = pathlib.Path(__file__).parent / "data"
LANGUAGES = ("en", "de", "fr", "es")


@dataclass
class Table:
    heading: list
    repeated: list  # cells of the row that is repeated


@dataclass
class Template:
    label: str    # what stands behind "===": a rule, "near CATEGORY", "everyday" ...
    subject: str
    blocks: list = field(default_factory=list)  # paragraphs (str) and tables, in order
    number: int = 0  # among those of the same label

    @property
    def tables(self):
        return [block for block in self.blocks if isinstance(block, Table)]


def sections(path):
    """(label, lines) of each "=== label" of a file; lines that begin with '# ' before the first one are remarks."""
    label, lines = None, []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("=== "):
            if label is not None:
                yield label, lines
            label, lines = line[4:].strip(), []
        elif label is not None:
            lines.append(line)
    yield label, lines


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").removeprefix("*").split("|")]


def blocks_of(lines):
    blocks, paragraph = [], []
    for line in [*lines, ""]:
        if line.startswith("| "):
            blocks.append(Table(cells(line), []))
        elif line.startswith("|* "):
            blocks[-1].repeated = cells(line)
        elif line.strip():
            paragraph.append(line)
        elif paragraph:
            blocks.append("\n".join(paragraph))
            paragraph = []
    return blocks


@functools.cache
def templates(language, name):
    """All of data/LANGUAGE/NAME.txt."""
    path, out, numbers = DATA / language / f"{name}.txt", [], {}
    for label, lines in sections(path) if path.exists() else ():
        number = numbers[label] = numbers.get(label, -1) + 1
        out.append(Template(label, lines[0], blocks_of(lines[1:]), number))
    return out


@functools.cache
def words(language):
    """KEY -> values of data/LANGUAGE/words.txt."""
    out = {}
    for line in (DATA / language / "words.txt").read_text(encoding="utf-8").splitlines():
        key, colon, values = line.partition(": ")
        if colon and not line.startswith("#"):
            out.setdefault(key, []).extend(value.strip() for value in values.split(" | "))
    return out


@functools.cache
def pieces(name):
    """(label, text) of data/NAME.txt."""
    return [(label, "\n".join(lines).strip("\n")) for label, lines in sections(DATA / f"{name}.txt")]
