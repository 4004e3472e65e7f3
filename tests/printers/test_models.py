import pytest

from printers.models import JobStage, PrintJob

PDF = b"%PDF-1.7"


@pytest.mark.parametrize("print_id", ["7F3A", "7F3A-B001-1", "a", "x" * 64])
def test_opaque_id_is_accepted(print_id: str) -> None:
    assert PrintJob(print_id, PDF, 1).print_id == print_id


@pytest.mark.parametrize(
    "print_id", ["", ".", "../x", "a/b", "Agnes Holm", "Bjørn", "-rf", "x" * 65, "a\n"]
)
def test_id_that_is_a_path_or_could_be_a_name_is_refused(print_id: str) -> None:
    with pytest.raises(ValueError, match="print_id"):
        PrintJob(print_id, PDF, 1)


def test_job_without_pages_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one page"):
        PrintJob("7F3A", PDF, 0)


def test_job_that_is_no_pdf_is_refused() -> None:
    with pytest.raises(ValueError, match="one PDF"):
        PrintJob("7F3A", b"<html>", 1)


def test_only_final_stages_are_over() -> None:
    assert {stage for stage in JobStage if stage.is_over} == {
        JobStage.DONE,
        JobStage.UNKNOWN,
        JobStage.CANCELLED,
        JobStage.FAILED,
    }
