// The filters: the browser's own controls, which Gradio's form takes in.
import { limit } from "./thread.js";

const filters = document.querySelector("#filters");
const controls = [...filters.querySelectorAll("select")];

const tell = () => {
  const chosen = new URLSearchParams(controls.map((control) => [control.name, control.value]).filter(([, value]) => value));
  limit(chosen.toString());
};

// Puts them below the question as soon as that is there.
export const place = () => {
  const form = document.querySelector("#ask-form");
  if (form && filters.parentElement !== form) {
    form.append(filters);
    filters.hidden = false;
  }
};

// Chooses what a conversation was limited to; `said` has the filters' names, where they are set.
export const set = (said) => {
  for (const control of controls) {
    const value = said.get(control.name) ?? "";
    const isOffered = [...control.options].some((option) => option.value === value);
    const canBe = control.name === "authority" || /^\d{4}$/.test(value);
    if (!isOffered && canBe) {
      control.add(new Option(value)); // nothing is held of it, and a link may name it all the same
    }
    control.value = isOffered || canBe ? value : "";
  }
  tell();
};

for (const control of controls) {
  control.addEventListener("change", tell);
}
