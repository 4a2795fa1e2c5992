"""Run nginx in front of several Streamlit processes on this machine.

``python -m deploy.replicas --replicas 4 --port 8080`` serves until it is interrupted, to this machine only unless
``--listen`` names another of its addresses. Needs nginx (Debian: ``apt-get install nginx-light``).
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "deploy" / "nginx.conf"
LOOPBACK = "127.0.0.1"
SECONDS_TO_START = 90
SECONDS_TO_STOP = 20


def configuration(listen: str, ports: Sequence[int], state: Path) -> str:
    """Fill in nginx's configuration.

    Args:
        listen: Address and port that nginx listens on.
        ports: Of the Streamlit processes on this machine.
        state: A folder for nginx's own files.
    """
    servers = "\n        ".join(f"server {LOOPBACK}:{port} max_fails=1 fail_timeout=5s;" for port in ports)
    values = {"@PORT@": listen, "@REPLICAS@": servers, "@STATE@": str(state)}
    text = "\n".join(line for line in TEMPLATE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    for name, value in values.items():
        text = text.replace(name, value)
    return text + "\n"


@dataclass
class Replica:
    """One Streamlit process."""

    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it answers, past nginx."""
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start the process; ``wait_until_healthy`` waits for it."""
        command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.address={LOOPBACK}"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--server.port", str(self.port)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def stop(self, how: int = signal.SIGTERM) -> None:
        """End the process."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Cluster:
    """nginx and the processes behind it."""

    address: str
    replicas: list[Replica]
    state: Path
    nginx: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def stop(self) -> None:
        """End nginx, then every process."""
        if self.nginx is not None and self.nginx.poll() is None:
            self.nginx.terminate()
            self.nginx.wait(SECONDS_TO_STOP)
        for replica in self.replicas:
            replica.stop()


def wait_until_healthy(address: str, process: subprocess.Popen[bytes] | None = None) -> None:
    """Return when an address answers as healthy; raises ``RuntimeError`` when it does not."""
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and (process is None or process.poll() is None):
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"expected an answer from {address} within {SECONDS_TO_START} s; got none")


@contextmanager
def cluster(replicas: int, port: int, *, listen: str = LOOPBACK) -> Iterator[Cluster]:
    """Run nginx on a port, and the processes behind it on the ports that follow.

    Raises:
        RuntimeError: nginx is missing, a port is taken, or something did not start.
    """
    executable = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if executable is None:
        raise RuntimeError("expected nginx on this machine; got none. Debian: apt-get install nginx-light")
    with tempfile.TemporaryDirectory(prefix="softviz-") as folder:
        state = Path(folder)
        state.chmod(0o755)  # nginx's workers are somebody else's
        started = Cluster(
            f"http://{listen}:{port}",
            [Replica(port + place, state / f"{port + place}.log") for place in range(1, replicas + 1)],
            state,
        )
        try:
            _refuse_taken([(listen, port), *((LOOPBACK, one.port) for one in started.replicas)])
            _start(started, executable, f"{listen}:{port}")
            yield started
        finally:
            started.stop()


def _refuse_taken(places: Sequence[tuple[str, int]]) -> None:
    for place in places:
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(place)
            except OSError as error:
                raise RuntimeError(f"expected {place[0]}:{place[1]} to be free; {error.strerror}") from None


def _start(started: Cluster, executable: str, listen: str) -> None:
    for replica in started.replicas:
        replica.start()
    for replica in started.replicas:
        wait_until_healthy(replica.address, replica.process)
    path = started.state / "nginx.conf"
    path.write_text(configuration(listen, [one.port for one in started.replicas], started.state), encoding="utf-8")
    started.nginx = subprocess.Popen([executable, "-c", str(path), "-p", str(started.state)], stdin=subprocess.DEVNULL)
    wait_until_healthy(started.address, started.nginx)


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m deploy.replicas", description=__doc__)
    parser.add_argument("--replicas", type=int, default=2, help="how many Streamlit processes; one a core (default 2)")
    parser.add_argument("--port", type=int, default=8080, help="of nginx; the processes take those that follow")
    parser.add_argument("--listen", default=LOOPBACK, help="address of nginx; the processes stay on loopback")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with cluster(options.replicas, options.port, listen=options.listen) as running:
            sys.stdout.write(f"{running.address} before {options.replicas} processes; Ctrl+C ends them\n")
            sys.stdout.flush()
            while running.nginx is not None and running.nginx.poll() is None:
                time.sleep(1)
    except KeyboardInterrupt:
        return
    except RuntimeError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
