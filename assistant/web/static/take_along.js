// What a reader does with an answer once it is there: say whether it helped, copy it, download the conversation. It stands
// below the conversation as soon as that holds an answer, and is about the last one.

const section = document.querySelector("#take-along");
const verdict = section.querySelector("#verdict"); // none where the site keeps no feedback
const reasons = section.querySelector("#verdict-reason");
const download = section.querySelector("#download");
const question = section.querySelector("#verdict-question")?.textContent;

const THANKS = "Thank you. You can say why.";
const THANKS_AGAIN = "Thank you. Your reason has been kept.";
const NOT_KEPT = "This cannot be kept just now. Try again later.";

let shown = ""; // the address of the answer that this is about
let kept = null; // the token of the verdict that was sent last

const last = () => [...document.querySelectorAll("#conversation .answer")].at(-1);
const addressOf = (answer) => answer?.querySelector(".permalink")?.hash.slice(1) ?? "";

const say = (words) => {
  document.querySelector("#announcer").textContent = words;
};

const ask = (words, choices) => {
  verdict.querySelector("#verdict-question").textContent = words;
  verdict.querySelector(".choices").hidden = !choices;
  reasons.hidden = true;
};

const look = () => {
  const place = document.querySelector("#after-answer");
  const address = place ? addressOf(last()) : "";
  if (place && section.previousElementSibling !== place) {
    place.after(section);
  }
  if (address === shown) {
    return;
  }
  shown = address;
  section.hidden = !address;
  if (verdict) {
    ask(question, true);
  }
};

// A quotation as text, with its place and the address that opens it there.
const cited = (quote, number) => {
  const cite = quote.querySelector(".cite");
  const whose = [...quote.querySelectorAll(".kind, .later")].map((part) => part.textContent.trim().replace(/\.$/, ""));
  const source = [cite.firstChild.textContent.trim(), ...whose].join(". ");
  return `“${quote.querySelector("blockquote").textContent.trim()}”\n[${number}] ${source}. ${cite.href}`;
};

const asText = (answer) => {
  const said = answer.querySelectorAll("h3, .searched, .missing, .reason, .finding, .note, .register tr, .coverage");
  const parts = [...said].map((part) => {
    const copy = part.cloneNode(true);
    copy.querySelectorAll("a:not(.cite), .hidden").forEach((part) => part.remove());
    const cells = [...copy.querySelectorAll("th, td")];
    return cells.length ? cells.map((cell) => cell.textContent.trim()).join(" | ") : copy.textContent.trim();
  });
  const quotes = [...answer.querySelectorAll(".quote")].map((quote, n) => cited(quote, n + 1));
  return [...parts, ...quotes].join("\n\n");
};

const toClipboard = async (text) => {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Without a secure connection, as many intranets are, a browser lends no clipboard but still copies what is selected.
  const field = document.createElement("textarea");
  field.value = text;
  section.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
};

const send = async (path, said) => {
  const response = await fetch(`../feedback${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(said),
  });
  if (!response.ok) {
    throw new Error(`the server answered ${response.status}`);
  }
  return response.status === 204 ? null : response.json();
};

// What went wrong is said; the reader can do no more about it than try again.
const tell = (words) => {
  verdict.querySelector("#verdict-question").textContent = words;
  say(words);
};

section.querySelector("#copy-answer").addEventListener("click", async (event) => {
  const button = event.target;
  const words = button.textContent;
  await toClipboard(asText(last()));
  button.textContent = "Answer copied";
  say("Answer copied");
  button.focus();
  setTimeout(() => {
    button.textContent = words;
  }, 3000);
});

download.addEventListener("submit", () => {
  download.elements.conversation.value = shown;
});

verdict?.addEventListener("click", async (event) => {
  const chosen = event.target.dataset.helpful;
  if (!chosen) {
    return;
  }
  try {
    kept = await send("", { conversation: shown, helpful: chosen === "yes" });
    ask(THANKS, false);
    say(THANKS);
    reasons.hidden = false;
    reasons.querySelector("textarea").focus();
  } catch {
    tell(NOT_KEPT);
  }
});

reasons?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = reasons.querySelector("textarea");
  try {
    await send("/reason", { ...kept, reason: field.value });
    field.value = "";
    ask(THANKS_AGAIN, false);
    say(THANKS_AGAIN);
  } catch {
    tell(NOT_KEPT);
  }
});

new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
look();
