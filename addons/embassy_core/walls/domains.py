"""A domain tells nothing of rows that one does not see.

Core looks up ids, and whether there is anything at all, as the system: on a record that two
chapters see, ``("message_ids", "!=", False)`` says that the other one wrote there, and
``("category_id", "in", [7])`` how it calls it.
"""

import importlib

from odoo.fields import Domain

# Odoo exports the hook nowhere else, and lets no addon import odoo.orm by name.
_domains = importlib.import_module(Domain.__module__)


@_domains.field_type_optimization(["one2many", "many2many"], _domains.OptimizationLevel.FULL)
def ask_of_what_one_sees(condition, model):
    """Ask a field with many rows of those only that the rules show."""
    env = model.env
    # Registered once for all databases of a server, also for those without our addons.
    if condition.operator not in ("in", "not in") or env.su or "embassy.wall.mixin" not in env:
        return condition
    comodel = env[model._fields[condition.field_expr].comodel_name]
    if comodel._name not in env["ir.rule"]._walled_models():
        return condition
    rule = env["ir.rule"]._compute_domain(comodel._name, "read")
    # sudo: as core asks, but for what the rules leave
    rows_sudo = comodel.sudo().with_context(active_test=False)

    def among(domain):
        return Domain(condition.field_expr, "any", rows_sudo._search(domain & rule))

    found = Domain.FALSE
    if ids := [id_ for id_ in condition.value if id_]:
        found |= among(Domain("id", "in", ids))
    if False in condition.value:
        found |= ~among(Domain.TRUE)
    return found if condition.operator == "in" else ~found
