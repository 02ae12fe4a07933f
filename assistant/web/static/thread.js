// A conversation as the page's addresses hold it, and how the server is told of it. It never stays in the page's address,
// which a browser's history would keep.
import * as memory from "./memory.js";

const asked = (text) => (/[?#&]q=/.test(text) ? text.slice(1) : "");

export const keep = (thread) => {
  tell("#known", thread); // the server may have been started again, and forgotten it
  memory.keepConversation(thread);
};

// The questions that the page's address asks, if any; the address forgets them.
export const fromAddress = () => {
  const thread = asked(location.hash) || asked(location.search);
  if (thread) {
    history.replaceState(null, "", location.pathname);
  }
  return thread;
};

export const atOpening = () => fromAddress() || memory.conversation();

// The server reads what the page's script tells it from Gradio's fields, most of them there for this alone.
export const tell = (selector, words) => {
  const field = document.querySelector(`${selector} :is(textarea, input)`);
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, words);
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

export const canShow = () => document.querySelector("#thread :is(textarea, input)") !== null;

// Shows the conversation that a thread holds. The server hears only what is not what it heard last, hence the time.
export const show = (thread) => tell("#thread", `${thread}&at=${performance.now()}`);

// Limits the questions asked from now on.
export const limit = (scope) => tell("#scope", scope);

export const threadOf = (link) => link.hash.slice(1);

// A thread's questions, each with what is said of it.
const turnsOf = (thread) => thread.split(/&(?=q=)/).filter((turn) => turn.startsWith("q="));

// The thread with its question number `index` asked "everywhere", or "unlimited" by filters.
export const lifted = (thread, index, how) =>
  turnsOf(thread)
    .map((turn, n) => (n === index ? `${turn}&${how}=1` : turn))
    .join("&");

// What the last question of a thread was limited to, by the names of the filters.
export const scopeOf = (thread) => {
  const said = new URLSearchParams(turnsOf(thread).at(-1));
  return said.has("everywhere") || said.has("unlimited") ? new URLSearchParams() : said;
};
