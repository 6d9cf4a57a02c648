// Inside the frame of a card, whose origin is none: tells the page what is clicked and typed. All there is to run in there.
"use strict";
(() => {
  const tell = (message) => parent.postMessage(message, "*");
  addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    if (link.dataset.play) tell({ play: link.dataset.play });
    else if (link.classList.contains("hint")) {
      const hidden = link.nextElementSibling;
      if (hidden && hidden.classList.contains("hint")) {
        link.style.display = "none";
        hidden.style.display = "block";
      }
    } else if (/^https?:/i.test(link.getAttribute("href") || "")) tell({ open: link.href });
  }, true);
  const box = document.querySelector("input#typeans");
  if (box) box.addEventListener("input", () => tell({ typed: box.value }));
  addEventListener("message", (event) => {
    if (event.source !== parent || !event.data) return;
    const compared = document.querySelector("code#typeans");
    if (event.data.focus && box) box.focus();
    else if (event.data.value && box) box.value = event.data.value;
    else if (typeof event.data.compared === "string" && compared) compared.outerHTML = event.data.compared;
  });
  addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target === box;
    if (typing && event.key !== "Enter" && event.key !== "Escape") return;
    if (!typing && /^(Enter| |Tab|Arrow(Up|Down)|Page(Up|Down)|Home|End)$/.test(event.key)) return;
    if (event.key === "Escape" && typing) box.blur();
    tell({ key: event.key, typing });
  });
})();
