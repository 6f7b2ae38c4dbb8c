// Pages that follow what happens. Each piece of news says only that something changed: the page is read again, at most
// once at a time however many come in together, and only what differs is changed in place. So whoever reads keeps the
// focus, the scrolling, what they opened and what they typed.
"use strict";

(() => {
  const KEPT = "form[data-api], form[data-passkey], input, select, textarea";
  const ROW = /<tr>\s*<th scope="row"><a id="(row-\d+)"[^]*?<\/tr>/g;
  const MOST = 200;
  const LEAST = 100;
  // Of the time of this page, reading news takes one part in five at most.
  const SHARE = 4;
  let due = false;
  let busy = false;
  let began = 0;
  let missed = false;
  let known = new Map();

  function alike(old, now) {
    return old.nodeType === now.nodeType && old.nodeName === now.nodeName && (old.id || "") === (now.id || "");
  }

  function dressed(old, now) {
    for (const { name, value } of Array.from(now.attributes)) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    for (const { name } of Array.from(old.attributes)) {
      // What a person opened stays open.
      if (!now.hasAttribute(name) && name !== "open") old.removeAttribute(name);
    }
  }

  // A row is known by what it is about, so that rows which come and go do not rewrite all the others.
  function named(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) return "";
    if (node.dataset.same) return node.dataset.same;
    const own = node.id || node.nodeName !== "TR" ? node : node.querySelector(":scope > th a[id]");
    return own ? own.id : "";
  }

  // Where `found` stands, once what nobody wants was taken away before it: moving an element takes the focus from it.
  function reached(old, here, found, wanted) {
    while (here && here !== found && !wanted.has(named(here))) {
      const next = here.nextSibling;
      here.remove();
      here = next;
    }
    if (here === found) return here.nextSibling;
    old.insertBefore(found, here);
    return here;
  }

  function children(old, now) {
    const all = Array.from(now.childNodes);
    const wanted = new Set(all.map(named).filter(Boolean));
    const known = new Map();
    for (const each of old.childNodes) if (named(each)) known.set(named(each), each);
    let here = old.firstChild;
    for (const each of all) {
      const found = named(each) ? known.get(named(each)) : here && !named(here) ? here : null;
      if (!found || !alike(found, each)) {
        old.insertBefore(each, here);
        continue;
      }
      here = found === here ? here.nextSibling : reached(old, here, found, wanted);
      changed(found, each);
    }
    while (here) {
      const next = here.nextSibling;
      here.remove();
      here = next;
    }
  }

  function changed(old, now) {
    if ((now.dataset && now.dataset.same) || old.isEqualNode(now)) return;
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== now.nodeValue) old.nodeValue = now.nodeValue;
      return;
    }
    if (old.matches(KEPT)) return;
    dressed(old, now);
    children(old, now);
  }

  htmx.defineExtension("morph", {
    // Of a thousand rows most are as they were: those are not even parsed, a mark stands for each. Where very many are
    // not, the rest waits for the next reading, so that the page answers in between.
    transformResponse(text) {
      const seen = new Map();
      let fresh = 0;
      let later = false;
      const marked = text.replace(ROW, (row, id) => {
        const same = known.get(id) === row;
        const waits = !same && fresh >= MOST;
        if (!(same || waits) || !document.getElementById(id)) {
          fresh += 1;
          seen.set(id, row);
          return row;
        }
        if (known.has(id)) seen.set(id, known.get(id));
        later = later || waits;
        return `<tr data-same="${id}"></tr>`;
      });
      known = seen;
      if (later) soon();
      return marked;
    },
    isInlineSwap: (style) => style === "morph",
    handleSwap(style, target, fragment) {
      if (style !== "morph") return false;
      if (fragment.firstElementChild) children(target, fragment.firstElementChild);
      return [];
    },
  });

  function told(text) {
    const place = document.getElementById("live-state");
    if (place && place.textContent !== text) place.textContent = text;
  }

  function read() {
    due = false;
    busy = true;
    htmx.trigger("#live", "news");
  }

  function soon() {
    if (due) return;
    due = true;
    if (!busy) window.setTimeout(read, 0);
  }

  function isNews(event) {
    const only = event.target.dataset.item;
    if (!only) return true;
    const { facts } = JSON.parse(event.detail.data);
    return facts.item === undefined || facts.item === only;
  }

  document.addEventListener("htmx:sseMessage", (event) => {
    if (isNews(event)) soon();
  });
  document.addEventListener("laneshift:news", soon);
  document.addEventListener("htmx:beforeOnLoad", () => {
    began = performance.now();
  });
  document.addEventListener("htmx:afterRequest", () => {
    const took = began ? performance.now() - began : 0;
    window.setTimeout(() => {
      busy = false;
      if (due) read();
    }, Math.max(LEAST, SHARE * took));
  });
  document.addEventListener("htmx:sseOpen", () => {
    told("Live.");
    if (missed) soon();
    missed = false;
  });
  document.addEventListener("htmx:sseError", () => {
    missed = true;
    told("Not live: news will be taken up when the server answers again.");
  });
})();
