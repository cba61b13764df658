// Newer syntax does not parse (ecmaVersion), newer built-ins do not type-check (jsconfig: es2020);
// what browsers have learnt since is told here: globals by `compat`, members by `floor/members`.
import { browsers, isHeld, mdn, require } from "./browsers.mjs";

const js = require("@eslint/js");
const compat = require("eslint-plugin-compat");
const unsanitized = require("eslint-plugin-no-unsanitized");
const globals = require("globals");

// A name is refused where no interface that has it had it then: "replaceChildren", not "append".
// The language's own names are looked at with their types, by jsconfig.
const { Intl, ...builtins } = mdn.javascript.builtins;
const held = new Set(Object.values({ ...builtins, ...Intl }).flatMap(Object.keys));
const known = new Set();
for (const [type, entries] of Object.entries(mdn.api)) {
  for (const [entry, { __compat: compatibility }] of Object.entries(entries)) {
    const name = entry.endsWith("_static") ? `${type}.${entry.slice(0, -"_static".length)}` : entry;
    if (compatibility) known.add(name);
    if (compatibility && isHeld(compatibility)) held.add(name);
  }
}

const members = {
  meta: { type: "problem", messages: { newer: "{{name}} is newer than the oldest browsers." } },
  create: ({ report, sourceCode }) => ({
    MemberExpression(node) {
      const { computed, object, property } = node;
      const names = computed ? [] : [property.name, `${object.name}.${property.name}`];
      const name = names.find((one) => known.has(one) && !held.has(one));
      if (!name) return;
      const questions = sourceCode.getAncestors(node).map(({ test, left }) => test || left);
      const isAsked = questions.some((one) => one && sourceCode.getText(one).includes(name));
      if (!isAsked) report({ node: property, messageId: "newer", data: { name } });
    },
  }),
};

const markup = ["innerHTML", "outerHTML", "insertAdjacentHTML", "createContextualFragment"];

// What others wrote must run in the same browsers; how it is written is theirs.
const ignores = ["**/vendor/**"];

export default [
  { ...js.configs.recommended, ignores },
  compat.configs["flat/recommended"],
  unsanitized.configs.recommended,
  {
    files: ["**/*.js"],
    languageOptions: {
      ecmaVersion: 2020,
      sourceType: "module",
      globals: { ...globals.browser, ...globals.serviceworker },
    },
    settings: { browsers },
  },
  {
    files: ["**/*.js"],
    ignores,
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { floor: { rules: { members } } },
    rules: {
      "floor/members": "error",
      "eqeqeq": "error",
      "no-console": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-properties": ["error", ...markup.map((property) => ({ property }))],
      "no-var": "error",
      "prefer-const": "error",
    },
  },
];
