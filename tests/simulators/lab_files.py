"""Write the configuration of a private cupsd and end what a killed one left running.

The texts are those of the production configuration with everything opened to the tester. Refuses
to write outside the folder it is given. Called by `tests/simulators/cups_lab.py`.
"""

import contextlib
import grp
import os
import pwd
import signal
from pathlib import Path

CUPSD = """\
LogLevel debug
MaxLogSize 0
AccessLogLevel none
Listen {base}/run/cups.sock
Browsing No
WebInterface No
DefaultAuthType None
DefaultPaperSize A4
PreserveJobHistory Yes
PreserveJobFiles No
MaxJobTime 0
ErrorPolicy {error_policy}
DirtyCleanInterval 0
ReloadTimeout 0
IdleExitTimeout 0
LimitRequestBody 2m
<Location />
  Order allow,deny
</Location>
<Location /admin>
  Order allow,deny
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues none
  SubscriptionPrivateAccess default
  SubscriptionPrivateValues none
{denied}  <Limit All>
    Order allow,deny
  </Limit>
</Policy>
"""
# ConfigFilePerm: queues' PPD files must be readable by the user the filters run as.
CUPS_FILES = """\
User {user}
Group {group}
SystemGroup {system_group}
FileDevice Yes
ServerRoot {base}/etc
StateDir {base}/run
CacheDir {base}/cache
RequestRoot {base}/spool
TempDir {base}/spool/tmp
ServerBin /usr/lib/cups
DataDir /usr/share/cups
DocumentRoot /usr/share/cups/doc-root
ServerKeychain {base}/ssl
CreateSelfSignedCerts no
AccessLog {base}/log/access
ErrorLog {base}/log/error
PageLog {base}/log/page
ConfigFilePerm 0640
LogFilePerm 0600
SyncOnClose Yes
Printcap
"""
DENIED = """\
  <Limit {operations}>
    Require user somebody-else
    Order deny,allow
  </Limit>
"""
DBUS = """\
<busconfig><type>system</type><listen>unix:path={base}/run/dbus.sock</listen>
<auth>EXTERNAL</auth><policy context="default"><allow user="*"/>
<allow send_destination="*" eavesdrop="false"/><allow receive_sender="*"/><allow own="*"/>
</policy></busconfig>
"""
FOLDERS = ("etc/ppd", "run", "cache", "spool/tmp", "ssl", "log", "printers")


def write_configuration(base: Path, error_policy: str, forbidden: str) -> None:
    """Lay out the folders and the three configuration files of the lab."""
    for name in FOLDERS:
        (base / name).mkdir(parents=True)
    is_root = os.geteuid() == 0
    user = "lp" if is_root else pwd.getpwuid(os.geteuid()).pw_name
    group = "lp" if is_root else grp.getgrgid(os.getegid()).gr_name
    system_group = "root" if is_root else group
    names = {"user": user, "group": group, "system_group": system_group}
    denied = DENIED.format(operations=forbidden) if forbidden else ""
    cupsd = CUPSD.format(base=base, error_policy=error_policy, denied=denied)
    (base / "etc/cupsd.conf").write_text(cupsd)
    (base / "etc/cups-files.conf").write_text(CUPS_FILES.format(base=base, **names))
    (base / "etc/dbus.conf").write_text(DBUS.format(base=base))
    if is_root:
        _let_lp_in(base)


def _let_lp_in(base: Path) -> None:
    """Open the folders to the user that a root cupsd lets its filters and backends run as."""
    lp = grp.getgrnam("lp").gr_gid
    base.chmod(0o755)
    for name, mode in {"cache": 0o770, "spool": 0o710, "spool/tmp": 0o1770, "run": 0o775}.items():
        os.chown(base / name, 0, lp)
        (base / name).chmod(mode)
    os.chown(base / "etc/ppd", 0, lp)


def end_session(session: int) -> None:
    """Kill what still runs in a session this lab opened: orphaned filters and backends."""
    for process in processes_of(session):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def processes_of(session: int) -> list[int]:
    """List the living processes of a session."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        # A process may end between the listing and the reading.
        with contextlib.suppress(OSError):
            # Fields after the command's name, which may itself hold spaces: state, ppid, pgrp, sid.
            state, _, _, sid = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(sid) == session and state != "Z":
                found.append(int(entry.name))
    return found
