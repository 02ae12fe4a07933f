// The source beside the conversation, where the window is wide enough; elsewhere its links open a new tab by themselves.

const wide = matchMedia("(min-width: 75rem)");
const panel = document.querySelector("#source");
const title = document.querySelector("#source-title");
const view = document.querySelector("#source-view");
const PATIENCE = 20_000; // milliseconds
let opener = ""; // the address of the link that opened it

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
  opener = link.getAttribute("href");
  panel.hidden = false;
  name(link, link.firstChild.textContent.trim());
  view.contentWindow.location.replace(address);
  whenThere(address.href, performance.now());
};

// As soon as the source can be read, before its picture has come.
const whenThere = (address, since) => {
  const page = view.contentDocument;
  if (page?.URL === address && page.readyState !== "loading") {
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
  cites()
    .find((cite) => cite.getAttribute("href") === opener)
    ?.focus();
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
  view.focus();
  place?.focus({ preventScroll: true });
  place?.scrollIntoView({ block: "center" });
};

view.addEventListener("load", () => view.contentDocument?.addEventListener("keydown", closeByKey));
panel.addEventListener("keydown", closeByKey);
document.querySelector("#source-close").addEventListener("click", close);
wide.addEventListener("change", close);
