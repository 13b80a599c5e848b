import json
from collections import defaultdict
from collections.abc import Iterable, Mapping

from odoo import api, models
from odoo.tools import SQL

# Core writes these in people's environments, with recipients that it chose itself: what people
# choose is asked for where they choose it, and at the gate.
WRITTEN_BY_CORE = ("mail.message", "mail.mail", "mail.notification")


class Base(models.AbstractModel):
    """A reference implies visibility.

    In Odoo a many2one gives away the name of whatever it points to, and more through ``onchange``.
    So a value that names a row the user does not see is refused by every way a value comes in.
    Missing rows are refused with the same words.
    """

    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        if self._name not in WRITTEN_BY_CORE:
            self._check_references(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if self._name not in WRITTEN_BY_CORE:
            self._check_references([vals])
        return super().write(vals)

    @api.model
    def default_get(self, fields):
        """Drop defaults that name what the user does not see, wherever they come from."""
        defaults = super().default_get(fields)
        if hidden := self._hidden_among(self._named_by([defaults])):
            for name, value in list(defaults.items()):
                named = self._named_by([{name: value}])
                if any(ids & hidden.get(comodel, set()) for comodel, ids in named.items()):
                    del defaults[name]
        return defaults

    def onchange(self, values, field_names, fields_spec):
        self._check_references([values], nested=True)
        return super().onchange(values, field_names, fields_spec)

    def _check_references(self, vals_list, nested=False):
        """Refuse values that name rows which the user does not see.

        What the rows of ``self`` hold already passes, so that a form can be saved again.

        :param vals_list: dicts of values as for ``create`` and ``write``
        :param nested: whether to look into the values of lines, which ``create`` and ``write``
            hand on to the model of the lines and ``onchange`` does not
        :raise AccessError: the same for rows of others and for rows that are not there
        """
        if hidden := self._hidden_among(self._named_by(vals_list, nested)):
            held = self._held()
            if any(ids - held[comodel] for comodel, ids in hidden.items()):
                raise self.env["ir.rule"]._foreign_error()

    def _check_visible(self):
        """Refuse the rows of ``self`` unless the user sees each of them.

        For the few methods of core that take ids and go on as the system.
        """
        if self._hidden_among({self._name: set(self.ids)}):
            raise self.env["ir.rule"]._foreign_error()

    @api.model
    def _hidden_among(self, named):
        """Those of the named rows that the user does not see.

        :param named: dict of model name to a set of ids
        :return: dict of the same kind, without what is visible
        """
        if self.env.su or not named:
            return {}
        walled = self.env["ir.rule"]._walled_models()
        hidden, asked = {}, []
        for comodel, ids in named.items():
            if comodel not in self.env:
                continue
            # Open, even to who may not read the model: core names actions, models, mail servers and
            # definitions of properties for everybody.
            if comodel not in walled and not self.env[comodel]._transient:
                continue
            unknown = ids - self.env[comodel]._ids_of_oneself()
            if not unknown:
                continue
            hidden[comodel] = unknown
            Comodel = self.env[comodel].with_context(active_test=False)
            if Comodel.has_access("read"):
                asked.append((comodel, Comodel._search([("id", "in", list(unknown))])))
        if asked:
            # One round trip, however many models are named.
            selects = SQL(" UNION ALL ").join(
                SQL("SELECT %s, found.id FROM (%s) found", comodel, query.select())
                for comodel, query in asked
            )
            for comodel, id_ in self.env.execute_query(selects):
                hidden[comodel].discard(id_)
        return {comodel: ids for comodel, ids in hidden.items() if ids}

    @api.model
    def _ids_of_oneself(self):
        """Rows that a person may always name (set of int)."""
        if self._name == "res.users":
            return {self.env.uid}
        if self._name == "res.partner":
            return {self.env.user.partner_id.id}
        if self._name == "res.company":
            return set(self.env.user._get_company_ids())
        return set()

    def _held(self):
        """What the rows of ``self`` point to today: dict of model name to a set of ids.

        Not the lines and tags: reading gives those away that one sees, and no others, so nobody
        sends them back without having guessed.
        """
        held = defaultdict(set)
        # sudo: only to tell a value that stands from one that somebody tries
        rows_sudo = self.sudo().exists()
        for name, field in self._fields.items():
            if field.type == "many2one" and field.store:
                held[field.comodel_name] |= set(rows_sudo[name]._ids)
            elif field.type == "many2one_reference" and field.store:
                for row_sudo in rows_sudo:
                    held[row_sudo[field.model_field]].add(row_sudo[name])
            elif field.type == "reference" and field.store:
                for target_sudo in filter(None, (row_sudo[name] for row_sudo in rows_sudo)):
                    held[target_sudo._name] |= set(target_sudo._ids)
            elif field.type == "properties":
                for row_sudo in rows_sudo:
                    row_sudo._collect_properties(held, field, row_sudo[name], {})
        return held

    def _named_by(self, vals_list, nested=False):
        """The rows that values name: dict of model name to a set of ids."""
        named = defaultdict(set)
        if self.env.su:
            return named
        for vals in vals_list:
            for name, value in vals.items():
                field = self._fields.get(name)
                if not value or field is None:
                    continue
                if field.type == "many2one":
                    named[field.comodel_name] |= _ids_in(value)
                elif field.type in ("one2many", "many2many"):
                    self._collect_lines(named, field, value, nested)
                elif field.type == "reference":
                    _collect_reference(named, value)
                elif field.type == "many2one_reference":
                    model = vals.get(field.model_field) or self._first_value(field.model_field)
                    if model:
                        named[model] |= _ids_in(value)
                elif field.type == "properties":
                    self._collect_properties(named, field, value, vals)
        return {comodel: ids for comodel, ids in named.items() if ids}

    def _first_value(self, name):
        # sudo: where a value belongs that somebody gives for these rows
        rows_sudo = self.sudo()
        return rows_sudo[:1][name]

    def _collect_lines(self, named, field, value, nested):
        if isinstance(value, models.BaseModel) or not isinstance(value, Iterable):
            named[field.comodel_name] |= _ids_in(value)
            return
        for line in value:
            if not isinstance(line, (list, tuple)):
                named[field.comodel_name] |= _ids_in(line)
                continue
            for part in line[1:]:
                if isinstance(part, dict):
                    if nested:
                        lines = self.env[field.comodel_name]._named_by([part], nested)
                        for comodel, ids in lines.items():
                            named[comodel] |= ids
                else:
                    named[field.comodel_name] |= _ids_in(part, one=False)

    def _collect_properties(self, named, field, value, vals):
        """Properties bring their model along, or have it in the definition of their container."""
        if isinstance(value, str):
            value = json.loads(value)
        if isinstance(value, Mapping):
            Container = self.env[self._fields[field.definition_record].comodel_name]
            container_id = vals.get(field.definition_record)
            # sudo: the definition names models only
            container_sudo = Container.sudo().browse(
                container_id or self._first_value(field.definition_record).id
            )
            definition = container_sudo[field.definition_record_field]
            value = [{**item, "value": value.get(item["name"])} for item in definition or ()]
        for item in value or ():
            if item.get("comodel") in self.env:
                for key in ("value", "default"):
                    named[item["comodel"]] |= _ids_in(item.get(key), one=False)


def _ids_in(value, one=True):
    """Ids in one value of a reference: an id, a pair of id and name, a record, a dict with an id.

    :param one: whether a list is such a pair; else it is a list of ids or of pairs
    """
    if isinstance(value, models.BaseModel):
        return {id_ for id_ in value._ids if id_} | {id_ for id_ in value._origin._ids if id_}
    if isinstance(value, dict):
        return _ids_in(value.get("id"))
    if isinstance(value, (list, tuple)):
        parts = value[:1] if one else value
        return set().union(*(_ids_in(part) for part in parts))
    return {int(value)} if isinstance(value, int) and value else set()


def _collect_reference(named, value):
    if isinstance(value, models.BaseModel):
        named[value._name] |= _ids_in(value)
    elif isinstance(value, str) and "," in value:
        model, _comma, id_ = value.partition(",")
        if id_.isdigit() and int(id_):
            named[model].add(int(id_))
