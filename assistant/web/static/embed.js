// A button on any page that opens the chat in a panel. Nothing else of the page is touched: no global name is made, all
// lies in a shadow root, and its styles are a constructed sheet, which no policy of the page forbids. What the page's
// policy has to allow is this script's server under script-src and under frame-src.
(() => {
  const script = document.currentScript;
  const server = new URL("..", script.src);
  const { label = "Ask about the inspection", inline, question } = script.dataset;
  const HOST = "inspection-assistant-button";
  const GAP = 64; // pixels from one floating button to the next

  const css = `
    :host { all: initial; color-scheme: light dark; }
    .floating { position: fixed; z-index: 2147483000; right: 16px; bottom: var(--bottom); }
    * {
      --accent: light-dark(#0f5468, #86d0e2); --accent-ink: light-dark(#fff, #0b1d23);
      --accent-strong: light-dark(#0a3d4c, #b4e5f1);
    }
    /* The site's colours stand here, where it has any. */
    * { box-sizing: border-box; font-family: system-ui, "Segoe UI", Roboto, Arial, sans-serif; line-height: 1.4; }
    button {
      min-height: 44px; padding: 8px 20px; border: 2px solid transparent; border-radius: 6px;
      background: var(--accent); color: var(--accent-ink);
      font-size: 16px; font-weight: 600; cursor: pointer;
    }
    button:hover { background: var(--accent-strong); }
    button:focus-visible, iframe:focus-visible {
      outline: 3px solid light-dark(#1c2430, #ffd95a); outline-offset: 2px; box-shadow: 0 0 0 5px light-dark(#ffd95a, #14181d);
    }
    section {
      position: fixed; z-index: 2147483001; right: 16px; bottom: 16px; width: min(480px, 100vw - 32px);
      height: min(var(--height, 640px), 100vh - 32px); min-height: min(360px, 100vh - 32px);
      display: flex; flex-direction: column; overflow: hidden;
      background: light-dark(#fff, #1d232a); color: light-dark(#1c2430, #e9ebee);
      border: 2px solid var(--accent); border-radius: 8px; box-shadow: 0 4px 24px #0006;
    }
    section[hidden] { display: none; }
    header { display: flex; align-items: center; justify-content: space-between; gap: 8px; padding: 6px 6px 6px 16px; }
    h2 { margin: 0; font-size: 16px; }
    header button { min-height: 36px; padding: 4px 12px; }
    iframe { flex: 1; width: 100%; border: 0; }
    @media (max-width: 600px) {
      section { inset: 0; width: 100%; height: 100%; min-height: 0; border: 0; border-radius: 0; }
    }
    @media (forced-colors: active) { button, section { border-color: ButtonText; } }
  `;

  const make = (name, attributes = {}, ...inside) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      element.setAttribute(key, value);
    }
    element.append(...inside);
    return element;
  };

  const host = make("div", { [`data-${HOST}`]: "" });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const button = make("button", { type: "button", "aria-expanded": "false", "aria-controls": "panel" }, label);
  const shut = make("button", { type: "button" }, "Close");
  const panel = make(
    "section",
    { id: "panel", role: "dialog", "aria-labelledby": "title", hidden: "" },
    make("header", {}, make("h2", { id: "title" }, label), shut),
  );
  const place = make("div", {}, button);
  root.append(place, panel);

  let frame = null; // made when it is first wanted: a page that nobody asks costs nothing

  const open = () => {
    if (!frame) {
      const address = new URL("chat/", server);
      if (question) {
        address.searchParams.set("q", question);
      }
      frame = make("iframe", { src: address, title: label, allow: "clipboard-write" });
      panel.append(frame);
    }
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    frame.focus();
  };

  const close = () => {
    if (!panel.hidden) {
      panel.hidden = true;
      button.setAttribute("aria-expanded", "false");
      button.focus();
    }
  };

  button.addEventListener("click", () => (panel.hidden ? open() : close()));
  shut.addEventListener("click", close);
  addEventListener("keydown", (event) => event.key === "Escape" && close());
  // The chat tells how high it is, and when Escape was pressed in it. Only its own frame is listened to.
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== server.origin) {
      return;
    }
    const { inspectionAssistant: told, height } = event.data ?? {};
    if (told === "escape") {
      close();
    } else if (told === "height" && height > 0) {
      const bar = panel.firstElementChild.offsetHeight + 4; // and the borders
      panel.style.setProperty("--height", `${Math.ceil(height) + bar}px`);
    }
  });

  if (inline === undefined) {
    place.className = "floating";
    const others = document.querySelectorAll(`[data-${HOST}="floating"]`).length;
    host.setAttribute(`data-${HOST}`, "floating");
    place.style.setProperty("--bottom", `${16 + others * GAP}px`);
    const add = () => document.body.append(host);
    document.body ? add() : addEventListener("DOMContentLoaded", add);
  } else {
    script.after(host);
  }
})();
