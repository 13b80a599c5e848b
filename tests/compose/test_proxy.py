"""config/nginx.conf.template in a real nginx, in front of a server that tells what it was asked."""

import http.server
import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request

import pytest

from launcher.odoo_process import free_port
from launcher.paths import ROOT

HEADERS = (
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
)


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with the headers of the request as JSON; /missing answers 404."""

    def do_GET(self):
        if self.path.endswith("/gone"):
            return  # closes the connection without a word, as a server that is killed does
        body = json.dumps(dict(self.headers)).encode()
        self.send_response(404 if self.path.startswith("/missing") else 200)
        self.send_header("X-Frame-Options", "SAMEORIGIN")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    """A function that asks the proxy for a path and returns (status, headers, body)."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not nginx:
        pytest.skip("no nginx: sudo apt-get install nginx-light")
    folder = tmp_path_factory.mktemp("proxy")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-keyout", str(folder / "tls_key"), "-out",
         str(folder / "tls_certificate")],
        check=True, capture_output=True,
    )  # fmt: skip
    upstream = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    port, plain = free_port(), free_port()
    template = (ROOT / "config" / "nginx.conf.template").read_text(encoding="utf-8")
    template = template.replace("/var/cache/nginx/", f"{folder}/")
    values = {
        "SERVER_NAME": "localhost",
        "HTTP_PORT": f"127.0.0.1:{plain}",
        "HTTPS_PORT": f"127.0.0.1:{port}",
        "TLS_DIR": str(folder),
    }
    for name, value in values.items():
        template = template.replace(f"${{{name}}}", value)
    for inner in ("8069", "8072"):
        template = template.replace("${ODOO_HOST}:" + inner, f"127.0.0.1:{upstream.server_port}")
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; pid {folder}/pid; worker_processes 1;\n"
        f"events {{}}\nhttp {{ access_log off;\n"
        + "".join(f"{k}_temp_path {folder}/{k};\n" for k in ("fastcgi", "uwsgi", "scgi"))
        + f"{template}\n}}\n",
        encoding="utf-8",
    )
    words = [nginx, "-c", str(config), "-p", str(folder), "-e", str(folder / "error.log")]
    check = subprocess.run([*words, "-t"], capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stderr
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as process:
        _wait(port)
        context = ssl.create_default_context(cafile=str(folder / "tls_certificate"))

        def ask(path, scheme="https", **headers):
            address = f"{scheme}://localhost:{port if scheme == 'https' else plain}{path}"
            request = urllib.request.Request(address, headers=headers)
            try:
                answer = urllib.request.build_opener(
                    urllib.request.HTTPSHandler(context=context), _NoRedirect
                ).open(request, timeout=10)
            except urllib.error.HTTPError as error:
                answer = error
            return answer.status, answer.headers, answer.read()

        yield ask
        process.terminate()
    upstream.shutdown()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def _wait(port):
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not answer")


@pytest.mark.parametrize(
    "path",
    ["/web/database/manager", "/web/database/selector", "/xmlrpc/2/common", "/jsonrpc",
     "/json/2/res.partner/read", "/html_editor/link_preview_external", "/website/form/x"],
)  # fmt: skip
def test_closed_paths(proxy, path):
    status, headers, body = proxy(path)
    assert status == 404
    assert b"Host" not in body, "the request reached Odoo"


@pytest.mark.parametrize("path", ["/", "/missing", "/jsonrpc", "/embassy/is"])
def test_headers_stand_once_on_every_page(proxy, path):
    """Also on pages of Odoo's errors and of the proxy's own."""
    _status, headers, _body = proxy(path)
    for name in HEADERS:
        assert len(headers.get_all(name, [])) == 1, name
    assert headers["X-Frame-Options"] == "DENY"
    assert "nginx/" not in headers.get("Server", "")


def test_r24_a_silent_odoo_is_told_as_not_sent(proxy):
    """Whoever sends a request reads that nothing was kept, on a page with all the headers."""
    status, headers, body = proxy("/embassy/gone")
    assert status == 502
    for words in ("Не адпраўлена", "Not sent", "Не отправлено"):
        assert words in body.decode()
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    for name in HEADERS:
        assert len(headers.get_all(name, [])) == 1, name
    assert "Cache-Control" not in proxy("/embassy/is")[1]
    assert b"Not sent" not in proxy("/not-sent")[2]
    assert b"Not sent" not in proxy("/web/gone")[2]


def test_visitor_of_public_pages_is_unknown_to_odoo(proxy):
    _status, _headers, body = proxy(
        "/embassy/is", **{"User-Agent": "Probe", "X-Real-IP": "9.9.9.9"}
    )
    assert "127.0.0.1" not in json.loads(body).values()
    for name in ("X-Forwarded-For", "X-Real-Ip", "X-Real-IP", "User-Agent"):
        assert name not in json.loads(body)


def test_staff_pages_are_told_who_asks_and_by_tls(proxy):
    _status, _headers, body = proxy("/odoo", **{"X-Forwarded-For": "6.6.6.6"})
    seen = json.loads(body)
    assert seen["X-Forwarded-For"] == "127.0.0.1"
    assert seen["X-Forwarded-Proto"] == "https"


def test_database_cannot_be_chosen_by_header(proxy):
    for path in ("/odoo", "/embassy/is", "/web/login"):
        _status, _headers, body = proxy(path, **{"X-Odoo-Database": "other"})
        assert "X-Odoo-Database" not in json.loads(body), path


def test_plain_http_leads_to_tls(proxy):
    status, headers, _body = proxy("/embassy", scheme="http")
    assert status == 301 and headers["Location"].startswith("https://localhost")


def test_login_has_a_limit(proxy):
    statuses = [proxy("/web/login")[0] for _ in range(30)]
    assert statuses[:5] == [200] * 5
    assert statuses[-1] == 429
