"""The linter of the production set-up: what Compose's schema and Odoo accept and we do not."""

import configparser
import re

SECRET_WORD = re.compile(r"password|passwd|secret|token|api_?key", re.I)

# What security.md and the reasons in the file ask of production.
WANTED = {
    "list_db": "False",
    "proxy_mode": "True",
    "with_demo": "False",
    "skip_auto_install": "True",
    "server_wide_modules": "base,web",
    "x_sendfile": "False",
    "smtp_ssl": "True",
}
FORBIDDEN = ("admin_passwd", "db_password", "smtp_password", "dev_mode", "log_db", "test_enable")


def in_profile(compose: dict, profile: str) -> dict[str, dict]:
    """The services that a profile starts."""
    return {
        name: service
        for name, service in compose["services"].items()
        if profile in service.get("profiles", [profile])
    }


def compose_problems(compose: dict, root) -> list[str]:
    """What is wrong in a Compose file, as sentences; ``root`` is the folder it stands in."""
    problems = []
    if not compose["networks"]["inside"].get("internal"):
        problems.append("the network inside has a way out")
    for name, service in compose["services"].items():
        problems += [f"{name}: {problem}" for problem in _service_problems(service, root)]
    production = in_profile(compose, "production")
    for name, service in production.items():
        if service.get("ports") and name != "proxy":
            problems.append(f"{name}: publishes a port, only the proxy may")
        if "outside" in service["networks"] and name not in ("proxy", "mailgate", "mailgate_imap"):
            problems.append(f"{name}: is on the outer network")
    development = in_profile(compose, "development")
    for name, service in development.items():
        if "outside" in service["networks"]:
            problems.append(f"{name}: the development profile has a way out")
        for port in service.get("ports", []):
            if not str(port).startswith("127.0.0.1:"):
                problems.append(f"{name}: publishes {port} beyond this machine")
    return problems


def _service_problems(service: dict, root) -> list[str]:
    problems = []
    image = service.get("image", "")
    if not re.search(r":[\w.-]*\d", image) or image.endswith(":latest"):
        problems.append(f"the image {image} has no fixed version")
    if service.get("privileged") or service.get("network_mode") == "host":
        problems.append("has the rights of the host")
    for key, value in (service.get("environment") or {}).items():
        if SECRET_WORD.search(key) and not key.endswith("_FILE") and value:
            problems.append(f"the secret {key} stands in the environment")
    for volume in service.get("volumes", []):
        source = str(volume).split(":")[0]
        if source.startswith("./") and not (root / source).exists():
            problems.append(f"the file {source} is not there")
        if "docker.sock" in source:
            problems.append("may steer the Docker engine")
    hardened = "no-new-privileges:true" in service.get("security_opt", [])
    if "production" in service.get("profiles", []) and not hardened:
        problems.append("processes may gain rights (no-new-privileges is missing)")
    return problems


def config_problems(text: str) -> list[str]:
    """What is wrong in the text of a production odoo.conf, as sentences."""
    config = configparser.ConfigParser(interpolation=None)
    config.read_string(text)
    options = config["options"]
    problems = [
        f"{name} is {options.get(name)}, it must be {value}"
        for name, value in WANTED.items()
        if options.get(name) != value
    ]
    problems += [f"{name} must not stand in the file" for name in FORBIDDEN if name in options]
    dbfilter = options.get("dbfilter", "")
    if not (dbfilter.startswith("^") and dbfilter.endswith("$")):
        problems.append("dbfilter does not name one database exactly")
    if int(options.get("workers", 0)) < 1:
        problems.append("workers is 0: one process would serve everybody")
    for name in ("limit_memory_hard", "limit_time_cpu", "limit_time_real", "limit_request"):
        if int(options.get(name, 0)) < 1:
            problems.append(f"{name} sets no limit")
    if not options.get("publisher_warranty_url", "").startswith("http://127.0.0.1"):
        problems.append("publisher_warranty_url is not on this machine")
    return problems + _unexplained(text)


def _unexplained(text: str) -> list[str]:
    lines = text.splitlines()
    return [
        f"{line.split('=')[0].strip()} has no reason under it"
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
        if re.match(r"\w+ *=", line) and not following.startswith(";")
    ]
