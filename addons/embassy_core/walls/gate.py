"""The one gate at the boundary where the web client calls methods of models.

Record rules answer differently for a row of others and for a row that is not there, and methods
of core that work as the system do not ask them. So before any method runs, each id it is called
on is looked for as the person who calls.
"""

import json

from odoo.exceptions import MissingError
from odoo.http import request, route

from odoo.addons.web.controllers.dataset import DataSet
from odoo.addons.web.controllers.export import CSVExport, ExcelExport
from odoo.addons.web.controllers.json import WebJsonController

from .base import WRITTEN_BY_CORE


class Gate(DataSet):
    @route()
    def call_kw(self, model, method, args, kwargs, path=None):
        _let_through(model, method, args, kwargs)
        return super().call_kw(model, method, args, kwargs, path)

    @route()
    def call_button(self, model, method, args, kwargs, path=None):
        _let_through(model, method, args, kwargs)
        return super().call_button(model, method, args, kwargs, path)


class GateCSV(CSVExport):
    def base(self, data):
        _let_export(data)
        return super().base(data)


class GateExcel(ExcelExport):
    def base(self, data):
        _let_export(data)
        return super().base(data)


class ClosedJson(WebJsonController):
    def _check_json_route_active(self):
        """Views as JSON for other programs pass no gate."""
        raise request.not_found()


def _let_through(model_name, method_name, args, kwargs):
    """Go on if the person sees each row that the method is called on.

    :raise MissingError: the same for rows of others and for rows that are not there
    """
    if model_name not in request.env:
        return
    Model = request.env[model_name].with_context(**(kwargs.get("context") or {}))
    method = getattr(type(Model), method_name, None)
    if model_name in WRITTEN_BY_CORE:
        Model._check_references(list(_dicts(args, kwargs)))
    if getattr(method, "_api_model", False) or Model._abstract or not args:
        return
    ids = Model.browse(args[0])._ids
    real = {id_ for id_ in ids if isinstance(id_, int)}
    if len(real) != len(set(ids)) or (real and not _sees(Model, real)):
        raise MissingError(request.env["ir.rule"]._foreign_text())


def _let_export(data):
    """Go on with an export if the person sees each row that it names."""
    params = json.loads(data)
    context = {"context": params.get("context") or {}}
    _let_through(params["model"], "export_data", [params.get("ids") or []], context)


def _sees(Model, ids):
    domain = [("id", "in", list(ids))]
    Model = Model.with_context(active_test=False)
    if len(Model._search(domain)) == len(ids):
        return True
    # A chapter of one's own that is not ticked: core says so and offers to switch to it.
    chapters = list(Model.env.user._get_company_ids())
    if set(chapters) <= set(Model.env.companies.ids):
        return False
    Model = Model.with_context(allowed_company_ids=chapters)
    return len(Model._search(domain)) == len(ids)


def _dicts(args, kwargs):
    for part in [*args, *kwargs.values()]:
        for item in part if isinstance(part, list) else [part]:
            if isinstance(item, dict):
                yield item
