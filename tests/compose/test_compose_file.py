"""docker-compose.yml against the Compose specification and against our own rules."""

import copy
import stat

import jsonschema
import pytest

from .rules import compose_problems, in_profile


def validate(compose, schema):
    # Extension fields (x-…) are allowed at the top by the schema's own patternProperties.
    jsonschema.Draft7Validator(schema).validate(compose)


def test_file_follows_the_specification(compose, schema):
    validate(compose, schema)


@pytest.mark.parametrize(
    "path, value",
    [
        (("services", "odoo", "prots"), ["80:80"]),
        (("services", "db", "healthcheck", "test"), 5),
        (("networks", "inside", "internal"), [1]),
    ],
)
def test_schema_refuses_mistakes(compose, schema, path, value):
    place = compose
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        validate(compose, schema)


def test_file_follows_our_rules(compose, root):
    assert compose_problems(compose, root) == []


def test_profiles_start_what_they_should(compose):
    assert set(in_profile(compose, "production")) == {
        "proxy",
        "odoo",
        "db",
        "mailgate",
        "mailgate_imap",
        "backup",
    }
    assert set(in_profile(compose, "development")) == {"odoo-dev", "db", "mail"}


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda c: c["networks"]["inside"].pop("internal"), "way out"),
        (lambda c: c["services"]["odoo"].update(ports=["8069:8069"]), "publishes a port"),
        (lambda c: c["services"]["backup"].update(networks=["outside"]), "outer network"),
        (lambda c: c["services"]["odoo"].update(image="odoo:latest"), "no fixed version"),
        (lambda c: c["services"]["odoo"].update(environment={"DB_PASSWORD": "x"}), "secret"),
        (lambda c: c["services"]["odoo"].update(security_opt=[]), "gain rights"),
        (lambda c: c["services"]["proxy"]["volumes"].append("./nowhere:/x"), "not there"),
        (lambda c: c["services"]["mail"].update(ports=["8025:8025"]), "beyond this machine"),
        (lambda c: c["services"]["odoo-dev"].update(networks=["outside"]), "way out"),
        (lambda c: c["services"]["odoo"].update(privileged=True), "rights of the host"),
    ],
)
def test_our_rules_see_mistakes(compose, root, change, words):
    broken = copy.deepcopy(compose)
    change(broken)
    problems = compose_problems(broken, root)
    assert len(problems) == 1 and words in problems[0]


def test_mounted_scripts_can_run(compose, root):
    for name in ("config/entrypoint.py", "config/backup.sh", "config/postgres-init.sh"):
        assert (root / name).stat().st_mode & stat.S_IXUSR, name
