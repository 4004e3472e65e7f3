import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from provisioning.attachments.content import media_type_of
from provisioning.errors import UnfitAttachmentError
from tests.provisioning.attachments.files import JPEG, pdf, png


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (pdf(), "application/pdf"),
        (b"scanned by x\r\n" + pdf(), "application/pdf"),
        (JPEG, "image/jpeg"),
        (png(), "image/png"),
    ],
)
def test_a_file_is_what_its_bytes_are(content: bytes, media_type: str) -> None:
    assert media_type_of(content) == media_type


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is no PDF, JPEG or PNG"),
        (b"<html>%PDF", "is no PDF, JPEG or PNG"),
        (b"PK\x03\x04 a document of an office program", "is no PDF, JPEG or PNG"),
        (b"GIF89a", "is no PDF, JPEG or PNG"),
        (b" " * 2000 + pdf(), "is no PDF, JPEG or PNG"),
        (b"%PDF-1.7\n", "is a PDF that cannot be opened"),
        (pdf()[:150], "is a PDF that cannot be opened"),
        (pdf(password="hemmelig"), "is a PDF that is locked with a password"),
    ],
)
def test_what_no_phone_could_show_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(UnfitAttachmentError, match=reason):
        media_type_of(content)


def test_a_pdf_without_a_page_is_refused() -> None:
    empty = pdf().replace(b"/Count 1", b"/Count 0").replace(b"/Kids [ 4 0 R ]", b"/Kids [       ]")

    with pytest.raises(UnfitAttachmentError, match="without a page"):
        media_type_of(empty)


@given(st.integers(0, len(pdf())), st.binary(max_size=40), st.integers(0, 60))
@example(0, b"", 5)
def test_a_damaged_pdf_is_a_pdf_or_refused_and_never_a_traceback(
    at: int, noise: bytes, gone: int
) -> None:
    content = pdf()[:at] + noise + pdf()[at + gone :]

    try:
        found = media_type_of(content)
    except UnfitAttachmentError as error:
        found = error.code

    assert found in {"application/pdf", "image/jpeg", "image/png", "N-715"}
