// What Gradio says in a corner of the window in words and colours of its own, said at the question in the page's: mostly
// that the server does not answer. Gradio then looks for it and loads the page again when it is back.

const LOST =
  "The connection to the server is lost. This page loads again by itself when the server answers. Your conversation and what you have typed are kept.";
const FAILED = "The server could not take your question. Wait a moment, then ask again.";

const SIGNED_OUT =
  "You are no longer signed in. Load this page again to sign in. Your conversation and what you have typed are kept.";

const notice = document.querySelector("#connection");

const show = (words) => {
  notice.textContent = words;
  notice.hidden = !words;
  notice.scrollIntoView({ block: "nearest" });
};

// Puts it above the question as soon as that is there.
export const place = () => {
  const form = document.querySelector("#ask-form");
  if (form && notice.parentElement !== form) {
    form.prepend(notice);
  }
};

// The words to announce, if any are new. `isSaidElsewhere` tells that the server has itself said what went wrong.
export const newWords = (isSaidElsewhere) => {
  const message = document.querySelector(".toast-wrap .toast-body.error");
  if (!message) {
    return "";
  }
  const words = /connection/i.test(message.textContent) ? LOST : FAILED;
  message.querySelector("[data-testid=toast-close]")?.click();
  if (notice.textContent === words || (words === FAILED && isSaidElsewhere)) {
    return "";
  }
  show(words);
  return words;
};

// Whether it is not the server that is lost but the reader's sign-in: then the words to announce, else nothing.
export const signedOutWords = async () => {
  const answer = await fetch("config", { method: "HEAD" }).catch(() => null);
  if (answer?.status !== 401) {
    return "";
  }
  show(SIGNED_OUT);
  return SIGNED_OUT;
};

// A question is on its way again.
export const forget = () => {
  if (!notice.hidden) {
    show("");
  }
};

export const isLost = () => notice.textContent === LOST;
