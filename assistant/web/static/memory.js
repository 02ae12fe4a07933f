// What the page remembers across a reload, in this tab of the reader's own browser, which forgets it when it is closed:
// the conversation, and what was typed and not yet answered.

// A browser that restores closed tabs restores this too, on a shared computer for whoever comes next. Half an hour is
// longer than a lost connection or a computer's restart takes; what was closed longer ago is forgotten.
const FORGOTTEN_AFTER = 30 * 60_000; // milliseconds
const SEEN_EVERY = 60_000; // milliseconds

const read = (key) => {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return ""; // a browser that keeps nothing for a page in a frame
  }
};

const write = (key, words) => {
  try {
    if (words) {
      sessionStorage.setItem(key, words);
    } else {
      sessionStorage.removeItem(key);
    }
  } catch {
    // as above: it lasts until the page is left
  }
};

const see = () => write("seen", String(Date.now()));

export const conversation = () => read("conversation");
export const keepConversation = (thread) => write("conversation", thread);
export const draft = () => read("draft");
export const keepDraft = (words) => write("draft", words);

export const forget = () => {
  keepConversation("");
  keepDraft("");
};

if (!(Math.abs(Date.now() - Number(read("seen"))) < FORGOTTEN_AFTER)) {
  forget();
}
see();
setInterval(see, SEEN_EVERY);
window.addEventListener("pagehide", see);
