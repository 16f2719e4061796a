"""Whether a series of samples stays where it is: the medians of its first and last third are compared."""
import dataclasses
from statistics import median


@dataclasses.dataclass(frozen=True)
class Growth:
    """What a series may grow by: a share of its first third, and so much in any case."""
    share: float
    slack: float


@dataclasses.dataclass(frozen=True)
class Trend:
    name: str
    first: float
    last: float
    allowed: float

    @property
    def flat(self):
        return self.last <= self.allowed


def trend(name, values, growth):
    """Needs three samples at least, so that a third is more than none."""
    if len(values) < 3:
        raise ValueError(f"{name}: {len(values)} samples are too few")
    third = len(values) // 3
    first, last = median(values[:third]), median(values[-third:])
    return Trend(name, first, last, max(first * (1 + growth.share), first + growth.slack))
