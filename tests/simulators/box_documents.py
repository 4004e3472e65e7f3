"""Photos and documents of the simulated box: what lies sealed on it, and the rows that name it."""

from appliance.records.models import Attachment

# What lies sealed on the box, by the name of its object.
CONTENT = {"1" * 64: b"%PDF-1.7 invented", "2" * 64: b"\x89PNG\r\n\x1a\n invented"}


def attachment(name: str, *, is_pdf: bool = True, **fields: object) -> Attachment:
    """Return an attachment whose content is one of the two."""
    digest = ("1" if is_pdf else "2") * 64
    media_type = "application/pdf" if is_pdf else "image/png"
    whole = {"id": f"d-{name}", "title": name, "media_type": media_type,
             "object_sha256": digest, "size_bytes": len(CONTENT[digest])}  # fmt: skip
    return Attachment(**(whole | fields))  # type: ignore[arg-type]
