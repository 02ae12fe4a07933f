// What Gradio's chat leaves to be done for people who use a keyboard or a screen reader, and where the page stands
// after an answer. Everything here also works with the pointer; without this file the chat still answers.
"use strict";

(() => {
  const announcer = document.createElement("div");
  announcer.className = "hidden";
  announcer.id = "announcer";
  announcer.setAttribute("role", "status");

  const say = (words) => {
    announcer.textContent = words;
  };

  const box = () => document.querySelector("#question textarea");

  const addSkipLink = () => {
    const link = document.createElement("a");
    link.className = "skip-link";
    link.href = "#question";
    link.textContent = "Skip to the question";
    link.addEventListener("click", (event) => {
      event.preventDefault();
      box()?.focus();
    });
    document.body.prepend(link, announcer);
  };

  const announcement = (answer) => {
    const quotations = answer.querySelectorAll(".quote").length;
    if (quotations === 0) {
      return `No answer. ${answer.querySelector(".refusal")?.textContent ?? ""}`;
    }
    const first = answer.querySelector("blockquote").textContent;
    const source = answer.querySelector(".cite").firstChild.textContent;
    return `Answer ready: ${quotations} quotation${quotations === 1 ? "" : "s"}. First: ${first} ${source}`;
  };

  let newest = null;
  let waiting = null;
  let trouble = "";

  const look = () => {
    // One short announcement instead of the whole log, quotations, passages and all.
    for (const log of document.querySelectorAll("#conversation [role=log]")) {
      if (log.getAttribute("aria-live") !== "off") {
        log.setAttribute("role", "group");
        log.setAttribute("aria-live", "off");
        log.setAttribute("aria-label", "Conversation");
      }
    }
    // Gradio names each message by all of its HTML.
    for (const message of document.querySelectorAll("#conversation [data-testid=bot]")) {
      const name = message.querySelector("h3") ? `Answer to: ${message.querySelector("h3").textContent}` : "Searching";
      if (message.getAttribute("aria-label") !== name) {
        message.setAttribute("role", "group");
        message.setAttribute("aria-label", name);
      }
    }
    const pending = document.querySelector("#conversation .pending");
    if (pending && !waiting) {
      say("Searching");
    }
    waiting = pending;
    const answers = document.querySelectorAll("#conversation .answer");
    const last = answers[answers.length - 1] ?? null;
    if (last && last.textContent !== newest) {
      newest = last.textContent;
      say(announcement(last));
      last.scrollIntoView({ block: "start" });
    }
    if (!last && !pending) {
      newest = null;
    }
    const problem = document.querySelector("#problem .problem")?.textContent ?? "";
    if (problem !== trouble) {
      trouble = problem;
      say(problem);
      if (problem) {
        box()?.setAttribute("aria-invalid", "true");
        box()?.focus();
      } else {
        box()?.removeAttribute("aria-invalid");
      }
    }
  };

  document.addEventListener("DOMContentLoaded", addSkipLink);
  if (document.readyState !== "loading") {
    addSkipLink();
  }
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
})();
