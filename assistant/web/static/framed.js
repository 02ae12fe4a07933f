// In a frame the chat tells the page around it how high it is, and that Escape was pressed, for a panel to close. Neither
// says anything of what is asked, so any page may hear it.
if (parent !== window) {
  const tell = (words) => parent.postMessage(words, "*");
  const measure = () => tell({ inspectionAssistant: "height", height: document.body.scrollHeight });
  new ResizeObserver(measure).observe(document.body);
  // Escape closes the source first, where that is open; it is heard here before the page's own script closes it.
  addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && document.querySelector("#source")?.hidden !== false) {
        tell({ inspectionAssistant: "escape" });
      }
    },
    { capture: true },
  );
}
