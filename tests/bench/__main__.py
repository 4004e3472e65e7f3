"""`make bench ONLY=word`: run the cases whose name holds the word; print and write the results."""

import json
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.bench.cases import (
    build,
    delta,
    feed,
    lists,
    page,
    paper,
    search,
    sheet,
    thousand_boxes,
    unlock,
    vault,
    web,
)
from tests.bench.harness import (
    Case,
    Comparison,
    Result,
    Skipped,
    measure,
    run_as_child,
    table,
)
from tests.bench.stage import prepare

CASES: tuple[Case | Comparison, ...] = (
    *build.CASES,
    *delta.CASES,
    *unlock.CASES,
    *page.CASES,
    *paper.CASES,
    *search.CASES,
    *sheet.CASES,
    *lists.CASES,
    *feed.CASES,
    *vault.CASES,
    *web.CASES,
    *thousand_boxes.CASES,
)
REPORT = Path(__file__).resolve().parents[2] / "build" / "bench.json"


def main(words: list[str]) -> int:
    """Run what was asked for; return 1 if a goal does not hold."""
    if words and words[0] == "--child":
        name, side, folder = words[1:]
        measured = (case for case in CASES if isinstance(case, Case))
        run_as_child(next(case for case in measured if case.name == name), side, Path(folder))
        return 0
    named = [case for case in CASES if all(word in case.name for word in words)]
    chosen = [case for case in named if words or not case.only_asked]
    if not chosen:
        print(f"bench: no case is called {' '.join(words)}; there are: {_names()}")
        return 2
    results = run(chosen)
    REPORT.parent.mkdir(exist_ok=True)
    lines = [asdict(each) for each in results]
    REPORT.write_text(json.dumps(lines, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(table(results))
    return int(not all(each.holds for each in results))


def run(cases: list[Case | Comparison]) -> list[Result]:
    """Measure the cases in a folder of their own, on the same file system as the box's state."""
    folder = Path(tempfile.mkdtemp(prefix="nodboks-bench-"))
    results: list[Result] = []
    try:
        prepare(folder)
        for case in cases:
            print(f"bench: {case.name}, against {case.peer}: {case.why}", file=sys.stderr)
            try:
                own_way = isinstance(case, Comparison)
                results += case.measure(folder) if own_way else measure(case, folder)
            except Skipped as reason:
                print(f"bench: {case.name} is skipped: {reason}", file=sys.stderr)
    finally:
        shutil.rmtree(folder)
    return results


def _names() -> str:
    return ", ".join(case.name for case in CASES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
