"""A Request Tracker of its own for the tests, with a database of its own: started and ended with them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")
SETUP = "rt-setup-database-5"
ACCOUNT, PASSWORD = "complaints", "from-the-tests"

SITE = """
Set($rtname, 'complaints.example');
Set($Organization, 'complaints.example');
Set($Timezone, 'America/New_York');
Set($WebDomain, '127.0.0.1');
Set($WebPort, {port});
Set($WebPath, '');
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '{folder}/rt.db');
Set($DatabaseUser, '');
Set($DatabasePassword, '');
Set($DatabaseHost, '');
Set($DatabasePort, '');
Set($BcryptCost, 4);
Set($MailCommand, 'testfile');
Set($LogToSyslog, undef);
Set($LogToFile, undef);
Set($LogToSTDERR, 'error');
Set($MasonDataDir, '{folder}/mason');
Set($MasonSessionDir, '{folder}/session');
1;
"""

# What an administrator sets up once: the account with its rights, and the custom fields that are written to.
DATA = f"""
@Users = (
    {{ Name => '{ACCOUNT}', Password => '{PASSWORD}', Privileged => 1, EmailAddress => 'complaints@rt.example' }},
    {{ Name => 'onlooker', Password => '{PASSWORD}', Privileged => 1, EmailAddress => 'onlooker@rt.example' }},
);
@ACL = (
    (map {{ {{ UserId => '{ACCOUNT}', Right => $_ }} }} qw(SeeQueue ShowTicket ShowTicketComments ModifyTicket
        CommentOnTicket SeeCustomField ModifyCustomField)),
    (map {{ {{ UserId => 'onlooker', Right => $_ }} }} qw(SeeQueue ShowTicket SeeCustomField)),
);
@CustomFields = (
    {{ Name => 'Tier', Type => 'Freeform', MaxValues => 1 }},
    {{ Name => 'Duty', Type => 'Freeform', MaxValues => 1 }},
    {{ Name => 'Severity', Type => 'Select', MaxValues => 1, Values => [{{ Name => 'low' }}, {{ Name => 'high' }}] }},
    {{ Name => 'Breaches', Type => 'Freeform', MaxValues => 0 }},
    {{ Name => 'Complaint due', Type => 'DateTime', MaxValues => 1 }},
    (map {{ {{ Name => $_, Type => 'Freeform', MaxValues => 1 }} }} qw(Kind Product Amount)),
);
$_->{{LookupType}} = 'RT::Queue-RT::Ticket', $_->{{Queue}} = 0 for @CustomFields;
1;
"""


def installed() -> bool:
    """Whether Debian's Request Tracker is here."""
    return SERVER.exists() and shutil.which(SETUP) is not None


@contextmanager
def started() -> Iterator[str]:
    """The URL of a new Request Tracker whose clock stands in New York. Root's password is `password`."""
    with tempfile.TemporaryDirectory(prefix="rt") as name:
        folder = Path(name)
        port = _free_port()
        for part in ("site.d", "mason", "session"):
            (folder / part).mkdir()
        (folder / "site.pm").write_text(SITE.format(folder=folder, port=port), encoding="utf-8")
        (folder / "data.pm").write_text(DATA, encoding="utf-8")
        _run(folder, SETUP, "--action", "init", "--skip-create", "--dba", "", "--dba-password", "")
        _run(folder, SETUP, "--action", "insert", "--datafile", folder / "data.pm", "--dba", "", "--dba-password", "")
        with open(folder / "said", "w") as said:
            command = [str(SERVER), "--port", str(port), "--host", "127.0.0.1"]
            server = subprocess.Popen(
                command, cwd=folder, env=_environment(folder), stdout=said, stderr=said, start_new_session=True
            )
            try:
                url = f"http://127.0.0.1:{port}/"
                _wait(url, server, folder / "said")
                yield url
            finally:
                _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    """Ends the server, whose workers are of its own group."""
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(20)


def _wait(url: str, server: subprocess.Popen[bytes], said: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, said.read_text(errors="replace")
        try:
            urllib.request.urlopen(f"{url}REST/2.0/rt", timeout=60).close()
        except urllib.error.HTTPError as error:
            error.close()
            return  # it answers, and asks who we are
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"Request Tracker did not start: {said.read_text(errors='replace')}")


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the system's own Request Tracker: its configuration names another database."""
    given = {"RT_SITE_CONFIG": str(folder / "site.pm"), "RT_SITE_CONFIG_DIR": str(folder / "site.d")}
    return {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C.UTF-8", **given}


def _run(folder: Path, *command: str | Path) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
