"""What stands in front of the app: the files agree with each other and with the app."""

import re
import socket
import tomllib
from pathlib import Path

import pytest

from deploy.replicas import LOOPBACK, cluster, configuration

ROOT = Path(__file__).parents[1]
KUBERNETES = (ROOT / "deploy" / "kubernetes.yaml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()


@pytest.fixture
def nginx() -> str:
    return configuration("127.0.0.1:8080", [8081, 8082, 8083], Path("/tmp/here"))


def test_the_configuration_names_every_process_and_leaves_no_place_open(nginx: str) -> None:
    assert re.findall(r"server 127\.0\.0\.1:(\d+) ", nginx) == ["8081", "8082", "8083"]
    assert "listen 127.0.0.1:8080;" in nginx
    assert "@" not in re.sub(r"#.*", "", nginx)


def test_a_learner_stays_with_one_process_and_websockets_pass(nginx: str) -> None:
    assert "hash $seat consistent;" in nginx
    assert "proxy_set_header Upgrade $http_upgrade;" in nginx
    assert "proxy_set_header Connection $connection_header;" in nginx


def test_a_page_may_load_from_its_own_origin_only(nginx: str) -> None:
    policy = " ".join(re.findall(r'set \$policy "(?:\$policy; )?([^"]*)"', nginx))
    assert "default-src 'self'" in policy
    assert not re.search(r"https?:|\*", policy)


def test_uploads_pass_nginx_up_to_the_apps_own_limit(nginx: str) -> None:
    limit = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["server"]["maxUploadSize"]
    allowed = int(re.search(r"client_max_body_size (\d+)m;", nginx).group(1))
    assert limit < allowed <= limit + 2
    assert f"proxy-body-size: {allowed}m" in KUBERNETES


def test_container_and_cluster_speak_of_one_port_one_user_and_one_health_check() -> None:
    assert "EXPOSE 8501" in DOCKERFILE
    assert "containerPort: 8501" in KUBERNETES
    assert "USER 10001" in DOCKERFILE
    assert "runAsUser: 10001" in KUBERNETES
    assert "/_stcore/health" in DOCKERFILE
    assert KUBERNETES.count("path: /_stcore/health") == 3


def test_the_image_holds_what_the_app_imports() -> None:
    copied = set(re.findall(r"^COPY (\S+)", DOCKERFILE, re.MULTILINE))
    assert {"requirements.txt", ".streamlit", "softviz", "pages", "app.py"} <= copied
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied <= allowed


def test_a_taken_port_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: "/usr/sbin/nginx")
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(RuntimeError, match=f"expected {LOOPBACK}:{port} to be free"), cluster(1, port):
            pass


def test_a_machine_without_nginx_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(RuntimeError, match="apt-get install nginx-light"), cluster(1, 18700):
        pass
