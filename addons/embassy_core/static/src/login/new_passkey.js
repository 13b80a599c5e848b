import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { rpc } from "@web/core/network/rpc";
import * as passkeys from "@auth_passkey/../lib/simplewebauthn";

// No browser makes a passkey for a bare number in place of a name.
const NUMBERS = /^[\d.]+$|:/;

export class NewPasskey extends Interaction {
    static selector = ".o_embassy_new_passkey";
    dynamicContent = {
        button: { "t-on-click": this.onClick },
    };

    start() {
        const able = window.isSecureContext && window.PublicKeyCredential;
        this.el.classList.toggle("d-none", !able || NUMBERS.test(window.location.hostname));
    }

    async onClick() {
        const options = await this.waitFor(rpc("/web/login/second-factor/passkey"));
        const made = await this.waitFor(passkeys.startRegistration(options).catch(() => null));
        this.el.querySelector(".o_embassy_passkey_failed").classList.toggle("d-none", made);
        if (made) {
            this.el.elements.registration.value = JSON.stringify(made);
            this.el.submit();
        }
    }
}

registry.category("public.interactions").add("embassy_core.new_passkey", NewPasskey);
