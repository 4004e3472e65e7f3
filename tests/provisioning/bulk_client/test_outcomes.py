from typing import Any

import pytest

from provisioning.bulk_client.outcomes import read_outcome


def outcome(*issues: Any) -> dict[str, Any]:
    return {"resourceType": "OperationOutcome", "issue": list(issues)}


def issue(code: Any, severity: Any = "error") -> dict[str, Any]:
    return {"severity": severity, "code": code, "diagnostics": "Hr. Hemmelig"}


def test_an_outcome_is_shown_by_its_codes_alone():
    read = read_outcome(outcome(issue("processing"), issue("processing"), issue("x", "warning")))

    assert str(read) == "error/processing, warning/x"


@pytest.mark.parametrize("code", ["Hr. Holm", None, 7, "", "a" * 40, "010203-1234"])
def test_a_code_that_is_none_is_not_repeated(code: Any):
    assert str(read_outcome(outcome(issue(code)))) == "error/unknown"


@pytest.mark.parametrize(
    ("issues", "is_transient"),
    [
        ([issue("transient")], True),
        ([issue("throttled"), issue("x", "information")], True),
        ([issue("transient"), issue("processing")], False),
        ([issue("transient", "warning")], False),
        ([], False),
    ],
)
def test_only_faults_that_pass_are_worth_asking_again(issues: list[Any], *, is_transient: bool):
    read = read_outcome(outcome(*issues))

    assert read is not None
    assert read.is_transient is is_transient


@pytest.mark.parametrize("document", [None, [], {}, {"resourceType": "Patient"}, "x"])
def test_anything_else_is_no_outcome(document: Any):
    assert read_outcome(document) is None
