"""Try the medication lists of one snapshot after the other, in a process that may be lost.

A record that makes the typesetting hang, or eat all memory, must not cost the night its run: so
this is a process of its own, at low priority, that the hub ends when it must. Reads what to try
from standard input, one JSON line for a snapshot, and answers in JSON lines: whose list it is at,
what came of it, and the end. Opens no network and writes no file. Started by `proving`.
"""

import contextlib
import json
import logging
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from appliance.clock import parse_time
from appliance.paper.citizen_sheets import medication_list
from appliance.paper.proof import Trial
from appliance.paper.proving import proof_context, tasks, tried
from appliance.paper.sheet_kind import Material
from appliance.records.store import RecordStore

_NICER = 10
_MOST_MEMORY = 2**30


def main() -> None:
    """Answer until standard input ends."""
    logging.disable()  # what a sheet says of itself is in the answers
    with contextlib.suppress(OSError, ValueError):
        os.nice(_NICER)
        resource.setrlimit(resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))
    for line in sys.stdin:
        for answer in answers(json.loads(line)):
            _say(sys.stdout, answer)


def answers(asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Try the lists of some units of a snapshot; yield what is to be told."""
    context = proof_context(parse_time(asked["printed_at"]), "")
    with contextlib.closing(RecordStore(Path(asked["records"]))) as store:
        material = Material(store)
        wanted = [
            task
            for task in tasks(material, [medication_list.KIND])
            if task.unit_id in asked["units"] and task.citizen_id not in asked["known"]
        ]
        for task in wanted:
            yield {"at": [task.unit_id, task.citizen_id]}
            yield {"trial": _plain(tried(material, task, context))}
    yield {"end": True}


def _plain(trial: Trial) -> dict[str, Any]:
    return {
        "unit": trial.unit_id,
        "citizen": trial.citizen_id,
        "typeset": trial.grade,
        "fields": [[flaw.field, list(flaw.characters)] for flaw in trial.flaws],
        "error": trial.error,
    }


def _say(sink: TextIO, answer: dict[str, Any]) -> None:
    sink.write(json.dumps(answer) + "\n")
    sink.flush()


if __name__ == "__main__":
    main()
