// Every page works without scripts; with them formulas are typeset, answers are kept and read while they are
// typed, files can be dropped, and a result fills in as it is graded.

import { prepareAnswers } from "./answers.js";
import { prepareHandIn } from "./handin.js";
import { follow } from "./result.js";
import { typeset } from "./typeset.js";

typeset(document);
for (const form of document.querySelectorAll("form[data-exercise]")) {
  prepareHandIn(form, prepareAnswers(form));
}
for (const status of document.querySelectorAll("[data-events]")) follow(status.dataset.events);
