// Passkeys: a form with data-passkey asks for a challenge, has the browser ask the passkey, and sends its answer.
//   data-passkey  register, sign-in or approve
//   data-plan     what is approved
//   data-then     where to go afterwards; without it the page is read again, and stays after registering and approving
// A link to enrol has its secret behind #, where no server and no log ever sees it.
"use strict";

(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const descriptors = (found) => (found || []).map((each) => ({ ...each, id: bytes(each.id) }));

  async function post(path, body) {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    const found = await answer.json();
    if (!answer.ok) throw new Error([found.detail, found.why, found.cure].filter(Boolean).join(". "));
    return found;
  }

  async function created(options) {
    const publicKey = {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    };
    const made = await navigator.credentials.create({ publicKey });
    return plain(made, ["clientDataJSON", "attestationObject"]);
  }

  async function got(options) {
    const publicKey = {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: descriptors(options.allowCredentials),
    };
    const found = await navigator.credentials.get({ publicKey });
    return plain(found, ["clientDataJSON", "authenticatorData", "signature"]);
  }

  function plain(credential, names) {
    const response = Object.fromEntries(names.map((name) => [name, text(credential.response[name])]));
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
  }

  function why(error) {
    if (error.name === "NotAllowedError") return "The passkey was not used: it was cancelled, or took too long.";
    if (error.name === "InvalidStateError") return "This passkey is registered already.";
    if (error.name === "SecurityError") return "Passkeys are for a name: open this page at localhost, or by https.";
    return error.message;
  }

  async function proved(form) {
    const purpose = form.dataset.passkey;
    const body = { purpose };
    if (purpose === "approve") body.plan = form.dataset.plan;
    if (purpose === "register" && location.hash) body.link = location.hash.slice(1);
    const asked = await post("/id/webauthn/challenge", body);
    const credential = await (purpose === "register" ? created : got)(asked.options);
    const label = form.elements.label ? form.elements.label.value : "";
    return post("/id/webauthn/verify", { challenge: asked.challenge, credential, label });
  }

  function done(form, found) {
    const place = document.getElementById(form.dataset.line || "");
    if (place) place.textContent = found.line;
    if (form.dataset.then) location.assign(form.dataset.then);
    else if (found.purpose === "approve") document.dispatchEvent(new CustomEvent("laneshift:news"));
    else if (found.purpose !== "register") location.reload();
    if (location.hash) history.replaceState(null, "", location.pathname);
  }

  // Buttons that nothing would answer are off.
  for (const button of document.querySelectorAll("form[data-passkey] button[type=submit]")) button.disabled = false;

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-passkey]");
    if (!form) return;
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    const said = form.querySelector("output");
    if (button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    said.classList.remove("bad");
    said.textContent = "Waiting for your passkey…";
    try {
      const found = await proved(form);
      said.textContent = `Done, ${found.person}.`;
      done(form, found);
    } catch (error) {
      said.textContent = why(error);
      said.classList.add("bad");
    }
    button.removeAttribute("aria-disabled");
  });
})();
