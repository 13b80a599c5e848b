"""Downloads: whole or not there, checked, and without a network one line."""

import os
import shutil
import subprocess
import sys
from hashlib import sha256

import pytest

from launcher import debian, downloads
from launcher.console import Fault, disk_fault
from launcher.paths import ROOT

NO_NETWORK = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]


def can_unshare() -> bool:
    """Say whether this machine lets us make a network namespace."""
    return (
        bool(shutil.which("unshare"))
        and not subprocess.run([*NO_NETWORK, "true"], capture_output=True, check=False).returncode
    )


def test_folder_appears_whole(tmp_path):
    """A block that fails leaves nothing; what a killed one left is removed."""
    left = tmp_path / ".made.123.part"
    left.mkdir()
    with pytest.raises(KeyError), downloads.whole_folder(tmp_path / "made") as part:
        (part / "x").touch()
        raise KeyError
    assert not list(tmp_path.iterdir())
    with downloads.whole_folder(tmp_path / "made") as part:
        (part / "x").touch()
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_matches(tmp_path):
    """Size and digest both count."""
    file = tmp_path / "f"
    file.write_bytes(b"abc")
    digest = f"SHA256:{sha256(b'abc').hexdigest()}"
    assert downloads.matches(file, 3, digest)
    assert not downloads.matches(file, 4, digest)
    assert not downloads.matches(file, 3, digest[:-1] + "0")


def test_full_disk_is_one_line():
    """The real device that is always full gives the fault; another error does not."""
    with pytest.raises(OSError) as caught, open("/dev/full", "w") as full:  # noqa: PT012
        full.write("x")
        full.flush()
    assert "disk is full" in str(disk_fault(caught.value))
    assert disk_fault(PermissionError(13, "no")) is None


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Debian's download with a font in the place of Odoo, and an empty cache."""
    if not shutil.which("apt-get") or not debian.KEYRING.exists():
        pytest.skip("this machine is no Debian")
    monkeypatch.setattr(debian, "CACHE", tmp_path)
    monkeypatch.setattr(debian, "ODOO", "fonts-montserrat")
    monkeypatch.setattr(debian, "COMPANIONS", ("fonts-ocr-b",))
    return tmp_path / "debs"


def test_interrupted_download(small):
    """What a kill left of a file is completed; a file that was damaged later is fetched anew."""
    files = debian._download()
    assert [file.name.split("_")[0] for file in files] == ["fonts-montserrat", "fonts-ocr-b"]
    whole = files[0].read_bytes()
    (small / "parts" / files[0].name).write_bytes(whole[: len(whole) // 2])
    files[0].unlink()
    files[1].write_bytes(b"damaged")
    assert debian._download()[0].read_bytes() == whole
    assert files[1].stat().st_size > 1000


def test_no_network_for_odoo(tmp_path):
    """Without a network one line says so, and names no address."""
    if not can_unshare():
        pytest.skip("network namespaces are not allowed here")
    code = "from launcher import debian; debian.odoo_root()"
    done = subprocess.run(
        [*NO_NETWORK, sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
    )
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("launcher.console.Fault: No Debian mirror") and "://" not in last


def test_no_network_for_packages(tmp_path):
    """A fresh clone without a network: pip's many lines become one, and no traceback."""
    if not can_unshare():
        pytest.skip("network namespaces are not allowed here")
    clone = copy_of_the_project(tmp_path / "clone")
    done = subprocess.run(
        [*NO_NETWORK, sys._base_executable, clone / "embassy", "shell"],
        cwd=clone,
        text=True,
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={
            **os.environ,
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
            "PIP_NO_CACHE_DIR": "1",
            "PIP_RETRIES": "0",
        },
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "no network" in done.stderr


def copy_of_the_project(target):
    """Return a clone as git would make it of the files here."""
    from launcher import tree

    for path in tree.files():
        (target / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target / path.relative_to(ROOT))
    return target


def test_unreachable_suite_is_a_fault(small, monkeypatch):
    """A mirror without the suite is the same fault as none at all."""
    monkeypatch.setattr(debian, "_apt", lambda *_: (_ for _ in ()).throw(Fault("404")))
    with pytest.raises(Fault, match="suite sid"):
        debian._download()
