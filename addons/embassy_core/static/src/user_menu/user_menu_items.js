import "@web/webclient/user_menu/user_menu_items";
import { registry } from "@web/core/registry";

// These lead to the maker of Odoo, who would learn that the embassy exists.
for (const name of ["support", "odoo_account"]) {
    registry.category("user_menuitems").remove(name);
}
