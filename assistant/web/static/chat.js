// What Gradio's chat leaves to be done: links within the conversation, what a screen reader is told, where the page and
// the focus stand after an answer.
import * as connection from "./connection.js";
import * as filters from "./filters.js";
import * as memory from "./memory.js";
import * as panel from "./panel.js";
import * as threads from "./thread.js";

const TELL_AGAIN = 1000; // milliseconds
const TRIES = 20;
const SETTLED = 50; // milliseconds after which Gradio has put all of an answer there
const SETTLED_FOR_SURE = 500; // the same on a slow machine

let waiting = ""; // the conversation to show, until the page does
let newest = ""; // the address of the answer that was shown last
let isPending = false;
let isSaid = true; // whether the answer to the last search has been announced
let trouble = "";
let isEmptied = false; // whether the conversation that still stands there is on its way out
let target = null; // the answer that the focus goes to, where what was used is gone by then
let used = null; // what was used

const find = (selector) => document.querySelector(selector);
const box = () => find("#question textarea");
const answers = () => [...document.querySelectorAll("#conversation .answer")];
const permalink = (answer) => answer.querySelector(".permalink");
const current = () => threads.threadOf(permalink(answers().at(-1)));

const say = (words) => {
  find("#announcer").textContent = words;
};

const announcement = (answer) => {
  const words = (selector) => answer.querySelector(selector)?.innerText ?? "";
  if (words(".finding")) {
    const rows = answer.querySelectorAll(".register tbody tr").length;
    return [`Answer ready: ${words(".finding")}`, rows ? `A table of ${rows} row${rows === 1 ? "" : "s"}.` : ""].join(" ");
  }
  const quotations = answer.querySelectorAll(".quote").length;
  const count = `${quotations} quotation${quotations === 1 ? "" : "s"}.`;
  const first = quotations ? `First: ${words("blockquote")} ${answer.querySelector(".cite").firstChild.textContent}` : "";
  const outcome = answer.matches(".refused") ? [`${words(".verdict")}.`, words(".reason")] : ["Answer ready:"];
  return [...outcome, quotations ? count : "", words(".missing"), first].filter(Boolean).join(" ");
};

// One short announcement instead of the whole log, quotations, passages and all; and messages named in short.
const mendNames = () => {
  if (document.documentElement.lang !== "en-GB") {
    document.documentElement.lang = "en-GB";
  }
  const hint = document.querySelector("#question label > div:not(.input-container)");
  if (hint && box() && !box().hasAttribute("aria-describedby")) {
    hint.id = "question-hint";
    box().setAttribute("aria-label", "Your question");
    box().setAttribute("aria-describedby", "question-hint");
  }
  for (const log of document.querySelectorAll("#conversation [role=log]")) {
    log.setAttribute("role", "group");
    log.setAttribute("aria-live", "off");
    log.setAttribute("aria-label", "Conversation");
  }
  for (const message of document.querySelectorAll("#conversation [data-testid=bot]")) {
    const heading = message.querySelector("h3")?.textContent ?? "";
    const name = `${message.querySelector(".pending") ? "Searching" : "Answer to"}: ${heading}`;
    if (message.getAttribute("aria-label") !== name) {
      message.setAttribute("role", "group");
      message.setAttribute("aria-label", name);
    }
  }
};

// A field that Gradio has only just put there may not listen yet: what it is told is told again until it is heard.
const show = (thread) => {
  if (!thread) {
    return;
  }
  waiting = thread;
  tellWaiting(0);
};

const tellWaiting = (tries) => {
  if (!waiting || tries === TRIES) {
    return;
  }
  if (threads.canShow()) {
    filters.set(threads.scopeOf(waiting));
    threads.show(waiting);
  }
  setTimeout(tellWaiting, TELL_AGAIN, tries + 1);
};

// What was typed before the page was loaded again, likewise.
const showDraft = (tries) => {
  if (tries === TRIES || isPending || !memory.draft() || box()?.value) {
    return;
  }
  if (box()) {
    threads.tell("#question", memory.draft());
  }
  setTimeout(showDraft, TELL_AGAIN, tries + 1);
};

const noteSearch = () => {
  const pending = find("#conversation .pending");
  if (pending) {
    waiting = "";
    isSaid = false;
  }
  if (pending && !isPending) {
    connection.forget();
    say(pending.querySelector(".searching").textContent);
    pending.scrollIntoView({ block: "nearest" });
  }
  isPending = Boolean(pending);
};

const noteAnswer = () => {
  const last = answers().at(-1);
  isEmptied = isEmptied && Boolean(last);
  if (isPending || isEmptied || !last) {
    return;
  }
  if (permalink(last).href === newest) {
    if (!isSaid) {
      isSaid = true;
      say(announcement(last)); // the same was searched for twice
    }
    return;
  }
  isSaid = true;
  waiting = "";
  newest = permalink(last).href;
  threads.keep(current());
  say(announcement(last));
  setTimeout(() => memory.keepDraft(box().value), SETTLED); // asked or not: another question may have been clicked
  setTimeout(arrive, SETTLED, target);
  target = null;
};

// Where the reader is to go on: at the last answer, or at the one that took the place of what was used.
const arrive = (index) => {
  answers().at(index ?? -1)?.scrollIntoView({ block: "start" });
  if (index !== null) {
    focusOn(index);
    setTimeout(focusOn, SETTLED_FOR_SURE, index);
  }
};

// A reader who has gone somewhere else meanwhile is left there.
const focusOn = (index) => {
  if (![document.body, used].includes(document.activeElement)) {
    return;
  }
  const heading = answers().at(index)?.querySelector("h3");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
};

const noteTrouble = () => {
  const words = find("#problem p")?.textContent ?? "";
  if (words === trouble) {
    return;
  }
  trouble = words;
  waiting = "";
  const isWrong = Boolean(find("#problem .problem"));
  if (words) {
    connection.forget();
    say(words);
  }
  if (isWrong) {
    box().setAttribute("aria-invalid", "true");
    box().focus();
  } else {
    box()?.removeAttribute("aria-invalid");
  }
};

const noteConnection = async () => {
  const words = connection.newWords(Boolean(trouble));
  if (words) {
    waiting = "";
    say((await connection.signedOutWords()) || words);
  }
};

const look = () => {
  mendNames();
  filters.place();
  connection.place();
  noteSearch();
  noteAnswer();
  noteTrouble();
  noteConnection();
};

const copy = async (link) => {
  await navigator.clipboard.writeText(link.href);
  const words = link.textContent;
  link.textContent = "Link copied";
  say("Link copied");
  setTimeout(() => {
    link.textContent = words;
  }, 3000);
};

const follow = (event) => {
  const link = event.target.closest?.("a");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
    return;
  }
  if (link.matches(".cite") && panel.isWide()) {
    event.preventDefault();
    panel.open(link);
  } else if (link.matches(".ask, .lift")) {
    event.preventDefault();
    if (waiting || isPending) {
      return; // clicked twice
    }
    const isLift = link.matches(".lift");
    used = link;
    target = isLift ? answers().indexOf(link.closest(".answer")) : -1;
    show(isLift ? threads.lifted(current(), target, link.matches(".unlimited") ? "unlimited" : "everywhere") : threads.threadOf(link));
  } else if (link.matches(".permalink") && navigator.clipboard) {
    // Without a secure connection a browser lends no clipboard: the link is followed, and stands in the address.
    event.preventDefault();
    copy(link);
  } else if (link.matches(".skip-link, .to-question")) {
    event.preventDefault();
    box()?.focus();
  }
};

const startAgain = (event) => {
  if (event.target.closest?.("#restart")) {
    isEmptied = true;
    threads.keep("");
    memory.forget();
    say("New conversation");
    filters.set(new URLSearchParams());
    panel.close();
    newest = "";
    box().focus();
  }
};

// Gradio takes one question at a time, and none without the server; what is asked meanwhile stays in the box.
const askPatience = (event) => {
  if (event.key === "Enter" && event.target === box() && (isPending || connection.isLost())) {
    say(connection.isLost() ? find("#connection").textContent : "Wait for the answer, then ask again.");
  }
};

const noteDraft = (event) => {
  if (event.target === box()) {
    memory.keepDraft(box().value);
  }
};

document.addEventListener("click", follow);
document.addEventListener("input", noteDraft);
document.addEventListener("keydown", askPatience);
document.addEventListener("click", startAgain);
window.addEventListener("hashchange", () => {
  show(threads.fromAddress());
});
new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
look();
show(threads.atOpening());
showDraft(0);
