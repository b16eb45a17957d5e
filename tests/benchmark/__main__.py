"""`python -m tests.benchmark [part ...] [--rounds N] [--quick]`: measures the parts named, or all,
prints what was found and writes docs/performance.md."""

import argparse
import importlib
import sys
import time
from dataclasses import dataclass

from . import databases, findings, machine, peers

PARTS = (
    *("delivery", "render", "freshness", "publishing", "growth"),
    *("memory", "start", "weight", "servers"),
)


@dataclass
class Options:
    """How much is measured: `rounds` of `seconds` for each peer; `quick` counts less often."""

    rounds: int
    seconds: float
    quick: bool
    databases: list[str]

    def times(self, full: int, quick: int) -> int:
        return quick if self.quick else full


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--quick", action="store_true", help="a few minutes, for a first look")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    if why := peers.why_no_tools():
        print(f"Nothing was measured: {why}.")
        return 0
    peers.set_up_environment()
    options = Options(
        rounds=arguments.rounds or (3 if arguments.quick else 5),
        seconds=1 if arguments.quick else 2,
        quick=arguments.quick,
        databases=databases.available(),
    )
    failed = []
    for part in arguments.parts or PARTS:
        began = time.monotonic()
        try:
            found = importlib.import_module(f".{part}", __package__).measure(options)
        except Exception as error:
            failed.append(part)
            print(f"\n{part} could not be measured: {error}", file=sys.stderr)
            continue
        findings.keep(part, found, seconds=time.monotonic() - began, rounds=options.rounds)
        print(f"\n## {found.title}\n\n" + "\n\n".join(found.text))
        for verdict in found.verdicts:
            print(
                f"\n{ {True: 'met', False: 'NOT MET', None: 'not measured'}[verdict.met] }: "
                f"{verdict.target}: {verdict.measured}"
            )
    findings.write_report(PARTS, versions())
    return 1 if failed else 0


def versions() -> str:
    """Of what was measured."""
    names = ("django", "wagtail", "granian", "gunicorn", "uvicorn")
    ask = f"from importlib.metadata import version; print(*map(version, {names}))"
    found = machine.version(peers.PYTHON, "-c", ask).split()
    told = [f"{name} {number}" for name, number in zip(names, found, strict=True)]
    nginx = machine.version(peers.which("nginx"), "-v").rpartition("/")[2]
    return ", ".join([*told, f"nginx {nginx}"])


if __name__ == "__main__":
    sys.exit(main())
