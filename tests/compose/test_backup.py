"""config/backup.sh with a real database, real files and real age keys."""

import os
import shutil
import subprocess
import time

import pytest

from launcher import database


@pytest.fixture
def key(tmp_path):
    """A new age key: (public half, file of the private half)."""
    if not shutil.which("age"):
        pytest.skip("no age: sudo apt-get install age")
    file = tmp_path / "key.txt"
    subprocess.run(["age-keygen", "-o", str(file)], check=True, capture_output=True)
    public = subprocess.run(
        ["age-keygen", "-y", str(file)], check=True, capture_output=True, text=True
    )
    return public.stdout.strip(), file


@pytest.fixture
def source(database_server, tmp_path):  # noqa: F811
    """A database with one known row, and a file store with one known file and a session."""
    name = f"embassy_test_{os.getpid()}"
    database.drop(database_server, name)
    database.create(database_server, name)
    with database_server.connect(name).cursor() as cursor:
        cursor.execute("CREATE TABLE probe AS SELECT 'canary of the row' AS text")
    files = tmp_path / "files"
    (files / "filestore").mkdir(parents=True)
    (files / "sessions").mkdir()
    (files / "filestore" / "aa").write_text("canary of the file", encoding="utf-8")
    (files / "sessions" / "s").write_text("canary of the session", encoding="utf-8")
    yield name, files
    database.drop(database_server, name)


@pytest.fixture
def backup(root, database_server, source, tmp_path):  # noqa: F811
    """A function that runs the script once and returns (result, folder of the backups)."""
    folder = tmp_path / "backups"
    folder.mkdir()
    name, files = source

    def run(recipient, **extra):
        environment = {
            **os.environ,
            "PGPASSWORD": "unused",
            **database_server.environment(),
            "PGDATABASE": name,
            "PATH": f"{os.path.dirname(database_server.program('pg_dump'))}:{os.environ['PATH']}",
            "BACKUP_DIR": str(folder),
            "FILESTORE": str(files),
            "BACKUP_RECIPIENT": recipient,
            **extra,
        }
        words = [str(root / "config" / "backup.sh"), "once"]
        result = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        return result, folder

    return run


def test_backup_comes_back_with_the_key(backup, key, database_server, tmp_path):  # noqa: F811
    public, private = key
    result, folder = backup(public)
    assert result.returncode == 0, result.stderr
    names = sorted(path.name for path in folder.iterdir())
    assert [name.split(".", 1)[1] for name in names] == ["dump.age", "files.tar.age"]
    for name in names:
        content = (folder / name).read_bytes()
        assert content.startswith(b"age-encryption.org") and b"canary" not in content
    dump = _decrypt(folder / names[0], private)
    text = subprocess.run(
        [database_server.program("pg_restore"), "-f", "-"], input=dump, capture_output=True,
        check=True,
    )  # fmt: skip
    assert b"canary of the row" in text.stdout
    tar = _decrypt(folder / names[1], private)
    listing = subprocess.run(["tar", "-xO"], input=tar, capture_output=True, check=True).stdout
    assert b"canary of the file" in listing and b"session" not in listing


def _decrypt(path, private):
    words = ["age", "-d", "-i", str(private), str(path)]
    return subprocess.run(words, check=True, capture_output=True).stdout


def test_failed_dump_leaves_no_backup(backup, key):
    """A dump that breaks off must not look like a backup."""
    result, folder = backup(key[0], PGDATABASE="embassy_not_there")
    assert result.returncode != 0
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("recipient", ["", "AGE-SECRET-KEY-1", "ssh-rsa AAAA"])
def test_no_backup_without_a_public_key(backup, recipient):
    result, folder = backup(recipient)
    assert result.returncode == 78 and "BACKUP_RECIPIENT" in result.stderr
    assert list(folder.iterdir()) == []


def test_old_backups_go(backup, key):
    _result, folder = backup("age1x")  # refused by age itself
    old, young = folder / "embassy-old.dump.age", folder / "embassy-young.dump.age"
    for path, days in ((old, 32), (young, 5)):
        path.write_bytes(b"x")
        os.utime(path, times=(time.time() - days * 86400,) * 2)
    result, _folder = backup(key[0])
    assert result.returncode == 0
    assert not old.exists() and young.exists()
