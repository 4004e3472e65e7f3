"""Keep the keeper's memory to itself: no core dumps, no debugger, no swapping of the key.

Changes the whole process and cannot be undone; called once, by the keeper program, before any key
is read. What the kernel refuses is logged and not fatal, apart from core dumps: a box that opens
at 03:00 is worth more, and the check of the RAM folder stands in any case.
"""

import ctypes
import logging
import os
import resource

_LOG = logging.getLogger(__name__)
_PR_SET_DUMPABLE = 4
_MCL_CURRENT = 1
_MCL_FUTURE = 2
# Lock pages when they are touched: without it every thread's 8 MiB stack would be filled in.
_MCL_ONFAULT = 4
_UMASK = 0o027


def protect_process() -> None:
    """Do all of it."""
    os.umask(_UMASK)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    refuse_debuggers(libc)
    lock_memory(libc, resource.getrlimit(resource.RLIMIT_MEMLOCK)[0])


def refuse_debuggers(libc: ctypes.CDLL) -> bool:
    """Make the process non-dumpable; tell whether the kernel agreed."""
    return _is_done(libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "making the process non-dumpable")


def lock_memory(libc: ctypes.CDLL, allowance_bytes: int) -> bool:
    """Lock all memory, now and later, into RAM; tell whether the kernel agreed.

    Only with an unlimited allowance: under a limit, locking would succeed now and make Argon2's
    64 MiB fail later.
    """
    if allowance_bytes != resource.RLIM_INFINITY:
        _LOG.warning(
            "memory is not locked: LimitMEMLOCK is %d bytes, not infinity", allowance_bytes
        )
        return False
    return _is_done(libc.mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT), "locking memory")


def _is_done(result: int, what: str) -> bool:
    if result != 0:
        _LOG.warning("%s was refused: %s", what, os.strerror(ctypes.get_errno()))
    return result == 0
