// A style that an old browser passes over must not be one that the page needs.
import { browsers, mdn, newer, require } from "./browsers.mjs";

const comforts = [
  "-webkit-text-security",
  "accent-color",
  "appearance", // follows -webkit-appearance
  "color-scheme",
  "css-appearance",
  "css-touch-action",
  "scroll-padding",
  "text-size-adjust",
  "touch-action",
  // Taken for what they are not:
  "css-focus-visible", // stands in a rule of its own, after one for the browsers without it
  "focus-visible",
  "css-not-sel-list", // two :not(), one after the other
];
const refused = (entries) => newer(entries).filter((name) => !comforts.includes(name));

export default {
  ignoreFiles: ["**/vendor/**"],
  plugins: [require("stylelint-no-unsupported-browser-features")],
  rules: {
    "plugin/no-unsupported-browser-features": [
      true,
      { browsers, ignore: comforts, ignorePartialSupport: true },
    ],
    "at-rule-disallowed-list": refused(mdn.css["at-rules"]),
    "property-disallowed-list": refused(mdn.css.properties),
    "selector-pseudo-class-disallowed-list": refused(mdn.css.selectors),
    "selector-pseudo-element-disallowed-list": refused(mdn.css.selectors),
    "block-no-empty": true,
    "color-no-invalid-hex": true,
    "declaration-block-no-duplicate-properties": [
      true,
      { ignore: ["consecutive-duplicates-with-different-values"] },
    ],
    "declaration-property-value-no-unknown": true,
    "media-feature-name-no-unknown": true,
    "no-duplicate-selectors": true,
    "property-no-unknown": true,
    "selector-pseudo-class-no-unknown": true,
    "selector-pseudo-element-no-unknown": true,
    "selector-type-no-unknown": true,
    "unit-no-unknown": true,
  },
};
