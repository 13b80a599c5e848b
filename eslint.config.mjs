import js from "@eslint/js";
import globals from "globals";

export default [
    js.configs.recommended,
    {
        files: ["addons/*/static/**/*.js"],
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: "module",
            globals: { ...globals.browser, odoo: "readonly", luxon: "readonly" },
        },
        rules: {
            eqeqeq: "error",
            "no-console": "error",
            "no-unused-vars": ["error", { args: "none", caughtErrors: "all" }],
            "prefer-const": "error",
        },
    },
];
