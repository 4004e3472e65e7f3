"""Find the programs some peers are."""

import shutil


def missing(*programs: str) -> str:
    """Name the programs that are not here, or nothing."""
    lacking = [program for program in programs if shutil.which(program) is None]
    return f"apt install {' '.join(lacking)}" if lacking else ""
