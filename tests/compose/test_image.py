"""The Dockerfile built and started for real, without a Docker engine.

buildah builds it on a stand-in for the official image: Debian 12 by debootstrap with Odoo from the
launcher's cache at the places where the official image has it. What the official image does
differently inside is not proved here; the files, the entry program, the first start on an empty
database prepared by our script, and the second start are.
"""

import json
import os
import secrets
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from hashlib import sha256

import pytest

from launcher import addons, debian
from launcher.downloads import lock
from launcher.odoo_process import free_port
from launcher.paths import CACHE, OURS, ROOT

BUILDAH = ["buildah", "--storage-driver", "vfs"]
# The official image: Ubuntu's Python with Odoo as a Debian package, and PostgreSQL's client. The
# server is here to run our script of the first start against.
DEBIAN = "python3,python3-pip,postgresql,ca-certificates"
NAME = "localhost/embassy-test"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="debootstrap needs root: run with sudo")


def run(*words, **options):
    """Run a command; a failure shows the end of what it said."""
    done = subprocess.run(words, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, (
        f"{' '.join(words[:4])} …\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    )
    return done.stdout


@pytest.fixture(scope="module")
def stand_in(odoo):
    """The folder of the stand-in's file system; made once, kept in the cache."""
    for program in ("debootstrap", "buildah"):
        if not shutil.which(program):
            pytest.skip(f"no {program}: sudo apt-get install {program}")
    requirements = (ROOT / "requirements.txt").read_bytes()
    key = sha256(requirements + str((DEBIAN, odoo.version, _modules(odoo))).encode()).hexdigest()
    folder = CACHE / "stand-in" / key[:12]
    with lock("stand-in"):
        if not folder.exists():
            shutil.rmtree(folder.parent, ignore_errors=True)
            part = folder.with_suffix(".part")
            part.mkdir(parents=True)
            _fill(part, odoo)
            part.rename(folder)
    return folder


def _fill(folder, odoo):
    run("debootstrap", "--variant=minbase", f"--include={DEBIAN}", "bookworm", str(folder),
        debian.mirrors()[0])  # fmt: skip
    shutil.copy("/etc/resolv.conf", folder / "etc/resolv.conf")
    _trust(folder)
    shutil.copy(ROOT / "requirements.txt", folder / "opt/requirements.txt")
    run("chroot", str(folder), "pip", "install", "--quiet", "--no-cache-dir",
        "--break-system-packages", "-r", "/opt/requirements.txt")  # fmt: skip
    target = folder / "usr/lib/python3/dist-packages/odoo"
    source = odoo.root / "odoo"
    shutil.copytree(source, target, symlinks=False, ignore=_skip(_modules(odoo), source),
                    ignore_dangling_symlinks=True)  # fmt: skip
    program = folder / "usr/bin/odoo"
    program.write_text(
        "#!/usr/bin/python3\nimport odoo.cli\n\nif __name__ == '__main__':\n    odoo.cli.main()\n"
    )
    program.chmod(0o755)
    run("chroot", str(folder), "useradd", "--system", "--home", "/var/lib/odoo", "odoo")
    for name in ("etc/odoo", "var/lib/odoo", "mnt/extra-addons"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        run("chroot", str(folder), "chown", "odoo", f"/{name}")


def _trust(folder):
    """Let pip in there trust what this machine trusts (its registry may have its own authority)."""
    bundle = os.environ.get("PIP_CERT") or "/etc/ssl/certs/ca-certificates.crt"
    shutil.copy(bundle, folder / "etc/ssl/certs/ca-certificates.crt")
    (folder / "etc/pip.conf").write_text(
        "[global]\ncert = /etc/ssl/certs/ca-certificates.crt\nroot-user-action = ignore\n"
        + "".join(f"{k} = {v}\n" for k, v in _index().items())
    )


def _index():
    """The package index of this machine, when it is not the usual one."""
    listed = run("python3", "-m", "pip", "config", "list")
    found = dict(line.split("=", 1) for line in listed.splitlines() if "=" in line)
    value = os.environ.get("PIP_INDEX_URL") or found.get("global.index-url", "").strip("'")
    return {"index-url": value} if value else {}


def _modules(odoo):
    """Odoo's own modules that ours need, with all they depend on, sorted."""
    known, queue = set(), addons.depends()
    while queue:
        name = queue.pop()
        folder = odoo.root / "odoo/addons" / name
        if name not in known and folder.exists():
            known.add(name)
            queue += addons.manifest(folder).get("depends", ["base"])
    return tuple(sorted(known | {"base", "web"}))


def _skip(modules, source):
    """What of Odoo stays away: tests, and of other modules what no import reaches."""

    def skip(folder, names):
        inside = os.path.relpath(folder, source / "addons").split(os.sep)
        away = {"tests", "__pycache__"}
        if inside[0] not in (*modules, "..", "."):
            away |= {"static", "i18n", "demo", "data", "views"}
        return away.intersection(names)

    return skip


@pytest.fixture(scope="module")
def image(stand_in, tmp_path_factory):
    """The name of the image that our Dockerfile makes."""
    storage = tmp_path_factory.mktemp("buildah")
    words = [*BUILDAH, "--root", str(storage / "root"), "--runroot", str(storage / "run")]
    base = run(*words, "from", "scratch").strip()
    # Not "buildah copy": it gives every file to root.
    run("cp", "-a", f"{stand_in}/.", run(*words, "mount", base).strip())
    run(*words, "umount", base)
    run(*words, "commit", "--quiet", base, f"{NAME}-base")
    run(*words, "rm", base)
    run(*words, "build", "--isolation", "chroot", "--layers=false", "--build-arg",
        f"BASE={NAME}-base", "--tag", NAME, str(ROOT))  # fmt: skip
    yield words, NAME
    shutil.rmtree(storage, ignore_errors=True)


@pytest.fixture(scope="module")
def container(image):
    """A function that runs a command in a container of the image and returns the process."""
    words, name = image
    work = run(*words, "from", name).strip()

    def execute(*command, user="odoo", volumes=(), environment=None, **options):
        extra = [part for volume in volumes for part in ("--volume", volume)]
        for key, value in (environment or {}).items():
            extra += ["--env", f"{key}={value}"]
        line = [
            *words,
            "run",
            "--isolation",
            "chroot",
            "--user",
            user,
            *extra,
            work,
            "--",
            *command,
        ]
        return subprocess.run(line, capture_output=True, text=True, check=False, **options)

    yield execute
    run(*words, "rm", work)


def test_image_has_what_it_needs_and_no_more(container):
    listing = container("ls", "/mnt/extra-addons", "/mnt/oca/odoo/addons")
    assert listing.returncode == 0, listing.stderr
    assert set(OURS) | {"helpdesk_mgmt", "helpdesk_mgmt_sla"} <= set(listing.stdout.split())
    assert container("sh", "-c", "command -v age; command -v pg_dump").stdout.count("\n") == 2
    found = container("find", "/mnt/extra-addons", "-name", "tests").stdout
    assert found == "", "tests went into the image"
    assert container("id", "-un").stdout.strip() == "odoo"


def test_entry_refuses_to_start_without_secrets(image, container):
    words, name = image
    entry = run(*words, "inspect", "--type", "image", "--format",
                "{{.OCIv1.Config.Entrypoint}} {{.OCIv1.Config.Cmd}} {{.OCIv1.Config.User}}",
                name)  # fmt: skip
    assert entry.split() == ["[/usr/local/bin/entrypoint.py]", "[serve]", "odoo"]
    result = container("/usr/local/bin/entrypoint.py", "serve")
    assert result.returncode == 78 and "db_password" in result.stderr


@pytest.fixture
def secret_folder(tmp_path):
    folder = tmp_path / "secrets"
    folder.mkdir()
    folder.chmod(0o755)
    for name in ("db_password", "master_password", "admin_password", "pepper"):
        text = "".join(secrets.choice("BCFGHJKLTVXZ2789") for _ in range(32))
        (folder / name).write_text(text)
        (folder / name).chmod(0o644)
    return folder


START = """
set -eu
mkdir -p /run/pg /run/odoo && chown postgres /run/pg && chmod 1777 /run/odoo
programs=$(dirname "$(ls /usr/lib/postgresql/*/bin/postgres)")
su postgres -c "$programs/initdb -D /run/pg/data --auth-host=scram-sha-256 --encoding=UTF8 \
    --locale=C.UTF-8 > /dev/null"
su postgres -c "$programs/pg_ctl -D /run/pg/data -w -l /run/pg/log \
    -o '-p $PGPORT -k /run/pg -h 127.0.0.1' start > /dev/null"
su postgres -c "POSTGRES_USER=postgres PGHOST=/run/pg PGPORT=$PGPORT sh /postgres-init.sh"
trap 'su postgres -c "$programs/pg_ctl -D /run/pg/data -m immediate stop" > /dev/null' EXIT
for number in first second; do
    HOME=/var/lib/odoo setpriv --reuid=odoo --regid=odoo --clear-groups \\
        /usr/local/bin/entrypoint.py serve > /run/pg/odoo.$number 2>&1 &
    while [ ! -e /answers/$number ]; do
        sleep 0.2
        kill -0 $! || { cat /run/pg/odoo.$number; exit 1; }
    done
    # This process only: a name of a user is a number, and may be another user's outside.
    kill $!
    wait $! || true
    cat /run/pg/odoo.$number
done
"""


def test_first_and_second_start(image, secret_folder, tmp_path):
    """The whole way: empty server, our script, our addons, the admin's own password, again."""
    words, name = image
    answers = tmp_path / "answers"
    answers.mkdir()
    port, pg_port = free_port(), free_port()
    work = run(*words, "from", name).strip()
    environment = {
        "PGPORT": pg_port,
        "EMBASSY_OPTION_db_host": "127.0.0.1",
        "EMBASSY_OPTION_db_port": pg_port,
        "EMBASSY_OPTION_http_interface": "127.0.0.1",
        "EMBASSY_OPTION_http_port": port,
        "EMBASSY_OPTION_gevent_port": free_port(),
        "EMBASSY_OPTION_workers": 2,
    }
    extra = [part for key, value in environment.items() for part in ("--env", f"{key}={value}")]
    for volume in (
        f"{secret_folder}:/run/secrets:ro",
        f"{ROOT}/config/postgres-init.sh:/postgres-init.sh:ro",
        f"{answers}:/answers",
    ):
        extra += ["--volume", volume]
    line = [*words, "run", "--isolation", "chroot", "--user", "root", *extra, work, "--", "sh"]
    with subprocess.Popen(
        [*line, "-c", START], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        times = []
        for number in ("first", "second"):
            started = time.monotonic()
            _wait(f"http://127.0.0.1:{port}/web/health", process)
            times.append(time.monotonic() - started)
            _check_served(port, secret_folder)
            (answers / number).touch()
            _wait_down(port)
        output = process.communicate(timeout=60)[0]
    run(*words, "rm", work)
    assert process.returncode == 0, output[-3000:]
    assert times[1] < times[0] / 2, f"the second start installed again: {times}"
    password = (secret_folder / "db_password").read_text()
    assert password not in output


def _check_served(port, secret_folder):
    base = f"http://127.0.0.1:{port}"
    for path in ("/web/database/manager", "/embassy"):
        assert _ask(base + path)[0] in (200, 303, 404), path
    assert "embassy" not in _ask(base + "/web/database/selector")[1].lower().split("<title>")[0]
    for path in ("/xmlrpc/2/common", "/jsonrpc"):
        assert _ask(base + path)[0] == 404, path
    assert _login(base, "admin", "admin") is False
    assert _login(base, "admin", (secret_folder / "admin_password").read_text()) is True


def _ask(address, data=None, headers=None):
    request = urllib.request.Request(address, data=data, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")


def _login(base, login, password):
    """Whether Odoo takes this password, by its JSON route; then it asks for the second factor."""
    body = {"params": {"db": "embassy", "login": login, "password": password}}
    _status, text = _ask(
        f"{base}/web/session/authenticate",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    return "result" in json.loads(text)


def _wait(address, process):
    for _ in range(1200):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
        if process.poll() is not None:
            raise AssertionError(process.stdout.read()[-4000:])
    raise AssertionError("Odoo does not answer within four minutes")


def _wait_down(port):
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health", timeout=2)
        except urllib.error.HTTPError:
            pass
        except OSError:
            return
        time.sleep(0.1)
    raise AssertionError("Odoo does not end")
