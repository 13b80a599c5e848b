"""House rule 15: GET never writes. Every route names its methods."""

import ast

from source import findings, nothing, python_files

WRITES = {"create", "write", "unlink", "commit"}


def check(text):
    """Yield routes without `methods`, old kinds, and GET routes that call a writing method."""
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, ast.FunctionDef):
            continue
        for route in function.decorator_list:
            if not (isinstance(route, ast.Call) and ast.unparse(route.func).endswith("route")):
                continue
            words = {word.arg: word.value for word in route.keywords}
            if not route.args and "route" not in words and not words:
                continue  # an override that keeps the route of its parent
            kind = ast.literal_eval(words["type"]) if "type" in words else "http"
            if kind == "json":
                yield route.lineno, 'type="json" is now "jsonrpc"'
            if kind == "jsonrpc":
                continue  # POST by its nature
            if "methods" not in words:
                yield route.lineno, f"{function.name} names no methods"
            elif "GET" in ast.literal_eval(words["methods"]):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in WRITES:
                        yield call.lineno, f"{function.name} answers GET and calls {call.func.attr}"


def test_routes_name_their_methods_and_get_never_writes():
    """Odoo lets GET do anything, and guards only the other verbs against forgery."""
    nothing(findings(check, python_files()))


def test_the_check_can_fail():
    """A route without methods and a writing GET are found."""
    assert list(check("@http.route('/a')\ndef a(self): pass"))
    assert list(check("@http.route('/a', methods=['GET'])\ndef a(self):\n self.b.write({})"))
    assert not list(check("@http.route('/a', methods=['POST'])\ndef a(self):\n self.b.write({})"))
    assert not list(check("@http.route()\ndef a(self): pass"))
