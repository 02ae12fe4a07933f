// The source beside the conversation, where the window is wide enough; elsewhere its links open a new tab by themselves.

const wide = matchMedia("(min-width: 75rem)");
const panel = document.querySelector("#source");
const title = document.querySelector("#source-title");
const view = document.querySelector("#source-view");
const PATIENCE = 20_000; // milliseconds
let opener = null; // the link that opened it

export const isWide = () => wide.matches;

const cites = () => [...document.querySelectorAll("a.cite")];

const name = (link, words) => {
  for (const other of cites()) {
    other.removeAttribute("aria-current");
  }
  link?.setAttribute("aria-current", "true");
  title.textContent = words;
  view.title = `Source: ${words}`;
};

export const open = (link) => {
  const address = new URL(link.href);
  address.searchParams.set("beside", "1");
  address.hash = ""; // with it a browser moves the conversation too; arrive moves only the source
  const top = link.getBoundingClientRect().top;
  opener = link;
  panel.hidden = false;
  name(link, link.firstChild.textContent.trim());
  scrollBy(0, link.getBoundingClientRect().top - top); // the narrower column is longer above it
  if (view.contentDocument?.URL !== address.href) {
    view.contentWindow.location.replace(address);
  }
  whenThere(address.href, performance.now());
};

// With its styles, which may come after its words, everything on the page is where it stays.
const isLaidOut = (page) =>
  page.readyState === "complete" ||
  (page.readyState === "interactive" && [...page.querySelectorAll("link[rel=stylesheet]")].every((link) => link.sheet));

// As soon as the source can be read, before its picture has come.
const whenThere = (address, since) => {
  const page = view.contentDocument;
  if (page?.URL === address && isLaidOut(page)) {
    arrive(page);
  } else if (!panel.hidden && performance.now() - since < PATIENCE) {
    setTimeout(whenThere, 20, address, since);
  }
};

export const close = () => {
  if (panel.hidden) {
    return;
  }
  panel.hidden = true;
  name(null, "Source");
  view.contentWindow.location.replace("about:blank");
  // An answer that was shown anew has other links, with the same addresses.
  const back = opener.isConnected ? opener : cites().find((cite) => cite.href === opener.href);
  back?.focus();
};

const closeByKey = (event) => {
  if (event.key === "Escape") {
    close();
  }
};

// The focus goes to the marked words when a link has opened them, not when the reader turns the page.
const arrive = (page) => {
  page.addEventListener("keydown", closeByKey);
  const place = page.querySelector("#passage") ?? page.querySelector("main");
  view.focus({ preventScroll: true });
  place?.focus({ preventScroll: true });
  if (place) {
    // Not scrollIntoView, which would move the conversation too.
    const { top, height } = place.getBoundingClientRect();
    view.contentWindow.scrollBy(0, top + height / 2 - view.clientHeight / 2);
  }
};

view.addEventListener("load", () => view.contentDocument?.addEventListener("keydown", closeByKey));
document.addEventListener("keydown", closeByKey);
document.querySelector("#source-close").addEventListener("click", close);
wide.addEventListener("change", close);
